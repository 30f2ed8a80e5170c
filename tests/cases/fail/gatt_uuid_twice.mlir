swarm.kernel @wrong version 1 {
  adv.gatt @s service 0x1815 { a = 0x2A19 read : 0 to 100, b = 0x2A19 read : 0 to 100 }
}
