swarm.kernel @wrong version 1 {
  swarm.io @moisture : sense i16
  swarm.io @motor : act i8
  swarm.on_timer @tick every 500 ms {
    %m = swarm.sense
  }
}
