// The best of the available actions, the lowest of equals.
swarm.kernel @argmax version 1 {
  swarm.io @place : sense i8
  swarm.io @free : sense i8
  swarm.io @motor : act i8
  rl.table @q : !rl.table<8x2xi8, frac = 4> reward -1 to 1
  swarm.on_start @look {
    %s = swarm.sense @place
    %m = swarm.sense @free
    %a = rl.argmax @q at %s mask %m
    swarm.act @motor, %a
  }
}
