swarm.kernel @wrong {
  swarm.on_timer @tick every 500 ms { }
}
