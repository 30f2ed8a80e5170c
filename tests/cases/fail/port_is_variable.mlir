swarm.kernel @wrong version 1 {
  swarm.var @count : i32 = 0
  swarm.on_timer @tick every 500 ms {
    %v = swarm.sense @count
  }
}
