swarm.kernel @wrong version 1 {
  swarm.var @list : tensor<?xi16>
  swarm.on_timer @tick every 500 ms { }
}
