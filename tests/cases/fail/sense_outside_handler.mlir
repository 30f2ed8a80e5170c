swarm.kernel @wrong version 1 {
  swarm.io @place : sense i8
  swarm.io @light : act i8
  %place = swarm.sense @place
  swarm.on_timer @tick every 500 ms {
    swarm.act @light, %place
  }
}
