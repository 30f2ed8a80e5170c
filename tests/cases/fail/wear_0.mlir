swarm.kernel @wrong version 1 {
  swarm.var @count : i32
  swarm.storage @saved keeps @count wear 0 per_day
  swarm.on_timer @tick every 500 ms { }
}
