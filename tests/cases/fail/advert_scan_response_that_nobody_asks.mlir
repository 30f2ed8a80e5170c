swarm.kernel @wrong version 1 {
  adv.beacon @b company 0xFFFF every 1000 ms scan_response { level = 0 to 100 }
}
