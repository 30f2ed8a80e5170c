swarm.kernel @wrong version 1 {
  adv.beacon @b bthome every 1000 ms { t = -40 to 85 unit "°C" as "warmth" }
}
