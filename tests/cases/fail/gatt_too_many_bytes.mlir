swarm.kernel @wrong version 1 {
  adv.gatt @s service 0x1815 { a = 0x2A19 read : [b = set [x] bytes 8, c = set [x] bytes 8, d = set [x] bytes 8] }
}
