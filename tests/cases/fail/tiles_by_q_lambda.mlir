swarm.kernel @wrong version 1 {
  rl.table @w : !rl.tiles<4 of [0 to 15 by 4], 3xi16, frac = 6> reward -5 to 10 saturate
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
    rl.complete @w rule q_lambda reward %s at %s {alpha = 0.1, gamma = 0.9, lambda = 0.5}
  }
}
