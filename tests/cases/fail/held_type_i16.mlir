swarm.kernel @wrong version 1 {
  swarm.var @count : i16
  swarm.on_timer @tick every 500 ms {
    %v = swarm.get @count : i16
  }
}
