swarm.kernel @wrong version 1 {
  swarm.io @moisture : sense i16
  swarm.on_timer @tick every 500 ms {
    %v = swarm.sense @soil
  }
}
