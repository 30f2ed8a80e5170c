swarm.kernel @wrong version 1 {
  adv.beacon @b company 0xFFFF every 1000 ms rotate 2 dwell 500 ms { level = 0 to 100 }
}
