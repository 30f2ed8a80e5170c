swarm.kernel @wrong version 1 {
  adv.on_ble_advert @seen every 1000 ms {
    %r = adv.rssi
  }
}
