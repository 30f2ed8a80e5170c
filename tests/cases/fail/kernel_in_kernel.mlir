swarm.kernel @outer version 1 {
  swarm.kernel @inner version 1 {
    swarm.on_timer @tick every 500 ms { }
  }
}
