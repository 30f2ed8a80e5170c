swarm.kernel @wrong version 1 {
  swarm.var @x : tensor<8388608x8388608xi8>
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
  }
}
