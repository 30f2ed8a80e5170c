swarm.kernel @wrong version 1 {
  swarm.io @charge : sense i8
  adv.gatt @registry capability
  swarm.on_timer @tick every 500 ms {
    %c = swarm.sense @charge
    adv.publish @registry (batery = %c)
  }
}
