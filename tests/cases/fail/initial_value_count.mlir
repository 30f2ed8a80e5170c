swarm.kernel @wrong version 1 {
  swarm.var @three : tensor<3xi16> = dense<[1, 2]>
  swarm.on_timer @tick every 500 ms { }
}
