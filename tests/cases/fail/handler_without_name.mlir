swarm.kernel @wrong version 1 {
  swarm.on_timer every 500 ms {
  }
}
