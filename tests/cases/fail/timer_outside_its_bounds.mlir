swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms rearm 1000 to 2000 ms { }
}
