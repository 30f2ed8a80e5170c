swarm.kernel @wrong version 1 {
  adv.beacon @b company 0xFFFF every 1000 ms { level = 0 to 100, t = -40 to 85 by 0.5 missing, on = flag }
  swarm.on_timer @tick every 500 ms {
    %ok, %l = adv.read @b (level)
  }
}
