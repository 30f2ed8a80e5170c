swarm.kernel @wrong version 1 {
  swarm.var @small : i8 = 300
  swarm.on_timer @tick every 500 ms { }
}
