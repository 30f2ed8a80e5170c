swarm.kernel @wrong version 1 {
  adv.beacon @b service "486f0000-acae" every 1000 ms { level = 0 to 100 }
}
