swarm.kernel @wrong version 1 {
  rl.table @w : !rl.tiles<4 of [0 to 15 by 4], 3xi16, frac = 6> reward -5 to 10 saturate visits
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
  }
}
