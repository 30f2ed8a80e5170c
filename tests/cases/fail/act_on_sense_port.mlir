swarm.kernel @wrong version 1 {
  swarm.io @moisture : sense i16
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
    swarm.act @moisture, %s
  }
}
