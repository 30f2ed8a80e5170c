swarm.kernel @wrong version 1 {
  adv.beacon @b company 0xFFFF every 1000 ms { level = 0 to 100, t = -40 to 85 by 0.5 missing, on = flag }
  swarm.var @p : tensor<31xi8>
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
    %f = arith.constant true
    %n = adv.pack @b turn 1 into @p (level = %s, on = %f : i1)
  }
}
