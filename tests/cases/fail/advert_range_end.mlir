swarm.kernel @wrong version 1 {
  adv.beacon @b company 0xFFFF every 1000 ms { t = -40 to 85.3 by 0.5 }
}
