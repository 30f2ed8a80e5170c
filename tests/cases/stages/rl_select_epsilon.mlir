// Explores one time in ten: the generator's next number decides.
swarm.kernel @epsilon version 1 {
  swarm.io @motor : act i8
  rl.table @q : !rl.table<1x2xi8, frac = 4> reward -1 to 1
  swarm.on_start @choose {
    %s = arith.constant 0 : i32
    %a = rl.select @q at %s epsilon 0.1
    swarm.act @motor, %a
  }
}
