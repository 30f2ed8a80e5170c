swarm.kernel @wrong version 1 {
  adv.beacon @b every 1000 ms { level = 0 to 100 }
}
