swarm.kernel @wrong version 1 {
  swarm.io @charge : sense i8
  adv.beacon @status company 0xFFFF every 1000 ms { battery = 0 to 100 }
  swarm.on_timer @tick every 500 ms {
    %c = swarm.sense @charge
    adv.advertise @status (batery = %c)
  }
}
