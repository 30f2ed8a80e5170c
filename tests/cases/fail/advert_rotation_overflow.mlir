swarm.kernel @wrong version 1 {
  adv.beacon @b company 0xFFFF every 1000 ms rotate 2 dwell 3000 ms { a = id 64, b = id 64, c = id 64, d = id 64, e = id 64, f = id 64 }
}
