swarm.kernel @wrong version 1 {
  swarm.var @x : tensor<4xi8>
  swarm.on_timer @tick every 500 ms {
    %zeros = tensor.empty() : tensor<4xi32>
    swarm.set @x, %zeros : tensor<4xi32>
  }
}
