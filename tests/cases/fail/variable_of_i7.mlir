swarm.kernel @wrong version 1 {
  swarm.var @odd : i7
  swarm.on_timer @tick every 500 ms { }
}
