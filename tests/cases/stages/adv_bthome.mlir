// BTHome: what is missing is left out, so the packet's length is only known when it runs.
swarm.kernel @home version 1 {
  swarm.io @charge : sense i8
  swarm.io @degrees : sense i16
  adv.beacon @garden bthome every 5000 ms {
    battery = 0 to 100 unit "%" as "battery",
    temperature = -40 to 85 by 0.1 unit "°C" as "temperature" missing,
    door = flag as "door"
  }
  swarm.on_timer @tick every 10000 ms {
    %charge = swarm.sense @charge
    %degrees = swarm.sense @degrees
    %known = swarm.valid @degrees
    %open = arith.constant false
    adv.advertise @garden (battery = %charge, temperature = %degrees if %known, door = %open : i1)
  }
}
