swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    %x = arith.constant 99999999999 : i32
  }
}
