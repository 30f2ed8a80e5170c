swarm.kernel @wrong version 1 {
  adv.beacon @b company 0xFFFF bthome every 1000 ms { level = 0 to 100 }
}
