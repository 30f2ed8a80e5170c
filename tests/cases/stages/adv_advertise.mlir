// A beacon of three fields: codes, one store for each part of the packet, and the host's service.
swarm.kernel @tells version 1 {
  swarm.io @charge : sense i8
  swarm.io @degrees : sense i16
  adv.beacon @status company 0xFFFF every 1000 ms {
    battery = 0 to 100,
    temperature = -40 to 85 by 0.5 missing,
    lit = flag
  }
  swarm.on_timer @tick every 10000 ms {
    %charge = swarm.sense @charge
    %degrees = swarm.sense @degrees
    %known = swarm.valid @degrees
    %lit = arith.constant true
    adv.advertise @status (battery = %charge, temperature = %degrees if %known, lit = %lit : i1)
  }
}
