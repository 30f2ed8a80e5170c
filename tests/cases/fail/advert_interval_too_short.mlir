swarm.kernel @wrong version 1 {
  adv.beacon @b company 0xFFFF every 5 ms { level = 0 to 100 }
}
