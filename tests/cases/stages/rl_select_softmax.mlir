// Boltzmann's weights come from a table of constants.
swarm.kernel @softmax version 1 {
  swarm.io @motor : act i8
  rl.table @q : !rl.table<1x2xi8, frac = 4> reward -1 to 1
  swarm.on_start @choose {
    %s = arith.constant 0 : i32
    %a = rl.select @q at %s softmax 0.5
    swarm.act @motor, %a
  }
}
