swarm.kernel @wrong version 1 {
  swarm.io @led : out i1
  swarm.on_timer @tick every 500 ms { }
}
