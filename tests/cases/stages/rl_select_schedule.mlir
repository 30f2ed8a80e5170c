// As with a fixed epsilon, but that it is computed from a counter.
swarm.kernel @scheduled version 1 {
  swarm.io @motor : act i8
  rl.table @q : !rl.table<1x2xi8, frac = 4> reward -1 to 1
  rl.schedule @explore from 1.0 to 0.5 over 100
  swarm.on_start @choose {
    %s = arith.constant 0 : i32
    %a = rl.select @q at %s epsilon @explore
    swarm.act @motor, %a
  }
}
