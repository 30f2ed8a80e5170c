swarm.kernel @wrong version 1 {
  adv.beacon @Beacon company 0xFFFF every 1000 ms { level = 0 to 100 }
}
