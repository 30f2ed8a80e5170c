swarm.kernel @wrong version 1 {
  swarm.var @mean : f32
  swarm.on_timer @tick every 500 ms { }
}
