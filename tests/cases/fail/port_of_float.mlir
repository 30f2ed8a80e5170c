swarm.kernel @wrong version 1 {
  swarm.io @heat : sense f32
  swarm.on_timer @tick every 500 ms { }
}
