swarm.kernel @wrong version 1 {
  adv.on_ble_advert @seen rssi 90 {
    %r = adv.rssi
  }
}
