// The largest value: no mask, so all actions are available.
swarm.kernel @maximum version 1 {
  swarm.io @place : sense i8
  swarm.io @value : act i32
  rl.table @q : !rl.table<8x2xi32, frac = 8> reward -1 to 1
  swarm.on_start @look {
    %s = swarm.sense @place
    %v = rl.max @q at %s
    swarm.act @value, %v
  }
}
