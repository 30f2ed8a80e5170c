/* My first kernel */
swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms { }
}
