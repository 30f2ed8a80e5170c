swarm.kernel @wrong version 1 {
  adv.beacon @b company 0xFFFF every 1000 ms {
    node = id 64,
    place = id 64,
    neighbour = id 64,
    temperature = -40 to 85 by 0.5,
    battery = 0 to 100
  }
}
