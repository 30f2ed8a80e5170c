swarm.kernel @wrong version 1 {
  swarm.data @c = dense<1> : tensor<4xi8>
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
  }
}
