swarm.kernel @wrong version 1 {
  rl.table @q : !rl.table<4x2xi32, frac = 31> reward 0 to 262144 scale 32768.0 saturate
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
    rl.update @q at %s action %s reward %s next %s {alpha = 0.1, gamma = 0.5}
  }
}
