swarm.kernel @wrong version 1 {
  swarm.storage @saved keeps @q wear 4 per_day
  swarm.on_timer @tick every 500 ms { }
}
