swarm.kernel @wrong version 1 {
  swarm.ontimer @tick every 500 ms { }
}
