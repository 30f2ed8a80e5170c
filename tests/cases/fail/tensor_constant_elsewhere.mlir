swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    %w = arith.constant dense_resource<weights> : tensor<4xi8>
  }
}
