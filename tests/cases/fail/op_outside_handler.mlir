swarm.kernel @wrong version 1 {
  %one = arith.constant 1 : i32
  swarm.on_timer @tick every 500 ms { }
}
