swarm.kernel @wrong version 1 {
  rl.table @q : rl.table<64x4xi16, frac = 6> reward -5 to 10
  swarm.on_timer @tick every 500 ms { }
}
