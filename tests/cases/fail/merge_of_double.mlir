swarm.kernel @wrong version 1 {
  rl.table @q : !rl.table<64x4xi16, frac = 6> reward -5 to 10 visits peers 2
  rl.table @p : !rl.table<64x4xi16, frac = 6> reward -5 to 10 double visits
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
    %a = rl.merge @q with @p by visits bound 10 origin %s epoch %s
  }
}
