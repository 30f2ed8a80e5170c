swarm.kernel @wrong version 1 {
  adv.beacon @b company 0xFFFF { level = 0 to 100 }
}
