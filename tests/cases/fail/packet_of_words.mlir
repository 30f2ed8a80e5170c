swarm.kernel @wrong version 1 {
  swarm.var @packet : tensor<100xi16>
  rl.table @q : !rl.table<64x4xi16, frac = 6> reward -5 to 10 visits peers 3
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
    %n = rl.apply @q from @packet length %s by visits bound 10
  }
}
