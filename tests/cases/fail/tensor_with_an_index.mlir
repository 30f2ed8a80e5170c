swarm.kernel @wrong version 1 {
  swarm.var @x : tensor<4xi8>
  swarm.on_timer @tick every 500 ms {
    %i = arith.constant 1 : i32
    %x = swarm.get @x[%i] : tensor<4xi8>
  }
}
