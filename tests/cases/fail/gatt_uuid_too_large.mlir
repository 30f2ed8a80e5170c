swarm.kernel @wrong version 1 {
  adv.gatt @s service 0x12345 { level = 0x2A19 read : 0 to 100 }
}
