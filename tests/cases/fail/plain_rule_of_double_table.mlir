swarm.kernel @wrong version 1 {
  rl.table @q : !rl.table<64x4xi16, frac = 6> reward -5 to 10 double
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
    rl.complete @q reward %s at %s {alpha = 0.1, gamma = 0.9}
  }
}
