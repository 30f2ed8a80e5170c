swarm.kernel @wrong version 1 {
  adv.beacon @b company 1 service 2 every 1000 ms { level = 0 to 100 }
}
