swarm.kernel @wrong version 1 {
  adv.gatt @s service "3f9a0000-52c1-4f6e-9d0b-7a1e5c2d8b64" { state = 0x2A19 read : [mode = one_of [idle, busy], tasks = 0 to 1000] }
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
    %f = arith.constant true
    adv.publish @s (power = %s)
  }
}
