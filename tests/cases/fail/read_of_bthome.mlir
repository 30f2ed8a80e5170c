swarm.kernel @wrong version 1 {
  adv.beacon @b bthome every 1000 ms { level = 0 to 100 }
  adv.on_ble_advert @seen company 0xFFFF {
    %ok, %l = adv.read @b (level)
  }
}
