swarm.kernel @wrong version 1 {
  radio.message @M { a = 1 : fixed32 [x : u20, y : u13] }
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
  }
}
