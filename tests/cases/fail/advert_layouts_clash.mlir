swarm.kernel @wrong version 1 {
  adv.beacon @a company 0xFFFF every 1000 ms layout 7 { level = 0 to 100 }
  adv.beacon @b company 0xFFFF every 1000 ms layout 7 { level = 0 to 99 }
}
