swarm.kernel @wrong version 1 {
  adv.beacon @b company 0xFFFF every 1000 ms { level = 0 to 100, t = -40 to 85 by 0.5 missing, on = flag }
  adv.on_ble_advert @seen company 0xFFFF {
    %ok, %l = adv.read @b (on)
  }
}
