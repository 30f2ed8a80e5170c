swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 1.5 ms { }
}
