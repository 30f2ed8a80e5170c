swarm.kernel @wrong version 1 {
  swarm.var @list : tensor<4xi16>
  swarm.on_timer @tick every 500 ms {
    %v = swarm.get @list
  }
}
