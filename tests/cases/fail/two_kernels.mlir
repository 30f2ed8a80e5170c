swarm.kernel @one version 1 {
  swarm.on_timer @tick every 500 ms { }
}
swarm.kernel @two version 1 {
  swarm.on_timer @tick every 500 ms { }
}
