swarm.kernel @wrong version 1 {
  swarm.var @total : i64
  swarm.on_timer @tick every 500 ms {
    %v = swarm.get @total
  }
}
