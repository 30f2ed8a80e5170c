swarm.kernel @wrong version 1 {
  radio.message @M { a = 1 : message @O }
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
  }
}
