swarm.kernel @wrong version 1 {
  rl.table @q : !rl.table<8000000x32xi8, frac = 0> reward -5 to 10
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
  }
}
