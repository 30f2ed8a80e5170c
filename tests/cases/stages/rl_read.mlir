// A value, its state and action checked.
swarm.kernel @reads version 1 {
  swarm.io @place : sense i8
  swarm.io @value : act i16
  rl.table @q : !rl.table<8x2xi16, frac = 8> reward -1 to 1
  swarm.on_start @look {
    %s = swarm.sense @place
    %a = arith.constant 1 : i32
    %v = rl.read @q at %s action %a
    swarm.act @value, %v
  }
}
