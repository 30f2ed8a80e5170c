swarm.kernel @wrong version 1 {
  adv.beacon @b company 0xFFFF every 1000 ms { t = 0 to 5 missing missing }
}
