swarm.kernel @wrong version 1 {
  rl.table @q : !rl.table<64x4xi16, frac = 6> reward -5 to 10
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
    rl.update @q at %s action %s reward %s next %s {alpha = 0.000001, gamma = 0.5}
  }
}
