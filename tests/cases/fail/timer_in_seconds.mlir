swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 5 s { }
}
