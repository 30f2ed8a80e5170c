swarm.kernel @wrong version 1 {
  radio.enum @E { ONE = 1 }
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
  }
}
