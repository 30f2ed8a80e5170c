swarm.kernel @wrong version 1 {
  adv.gatt @s service 0x1815 { }
}
