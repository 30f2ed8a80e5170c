swarm.kernel @wrong version 1 {
  swarm.io @time : sense i64
  swarm.on_timer @tick every 500 ms { }
}
