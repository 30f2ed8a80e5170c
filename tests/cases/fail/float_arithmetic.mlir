swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    %x = arith.constant 1.5 : f32
    %y = arith.addf %x, %x : f32
  }
}
