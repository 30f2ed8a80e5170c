swarm.kernel @wrong version 1 {
  rl.table @w : !rl.tiles<8 of [0 to 65535 by 1000, 0 to 65535 by 1000, 0 to 65535 by 1000], 3xi16, frac = 6> reward -5 to 10 saturate
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
  }
}
