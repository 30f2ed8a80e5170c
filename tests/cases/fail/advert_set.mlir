swarm.kernel @wrong version 1 {
  adv.beacon @b company 0xFFFF every 1000 ms { can = set [a, b] bytes 1 }
}
