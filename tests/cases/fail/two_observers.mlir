swarm.kernel @wrong version 1 {
  adv.on_ble_advert @a { }
  adv.on_ble_advert @b { }
}
