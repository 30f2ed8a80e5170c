swarm.kernel @wrong version 1 {
  adv.beacon @b company 0xFFFF every 1000 ms { t = 1.0e5 to 2.0e5 }
}
