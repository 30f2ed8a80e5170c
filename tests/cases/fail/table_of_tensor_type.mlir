swarm.kernel @wrong version 1 {
  rl.table @q : tensor<64x4xi16> reward -5 to 10
  swarm.on_timer @tick every 500 ms { }
}
