swarm.kernel @wrong version 1 {
  swarm.var @mean : f32 = 1.0
  swarm.on_timer @tick every 500 ms { }
}
