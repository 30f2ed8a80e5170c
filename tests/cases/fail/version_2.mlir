swarm.kernel @wrong version 2 {
  swarm.on_timer @tick every 500 ms { }
}
