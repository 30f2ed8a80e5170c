// A value over tile-coded input: the mean of one weight from each tiling.
swarm.kernel @tiles version 1 {
  swarm.io @moisture : sense i16
  swarm.io @value : act i32
  rl.table @w : !rl.tiles<4 of [0 to 1023 by 16], 2xi16, frac = 6> reward -1 to 1 saturate
  swarm.on_start @look {
    %m = swarm.sense @moisture
    %a = arith.constant 1 : i32
    %v = rl.read @w at %m action %a
    swarm.act @value, %v
  }
}
