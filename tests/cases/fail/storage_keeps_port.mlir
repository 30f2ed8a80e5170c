swarm.kernel @wrong version 1 {
  swarm.io @led : act i1
  swarm.storage @saved keeps @led wear 4 per_day
  swarm.on_timer @tick every 500 ms { }
}
