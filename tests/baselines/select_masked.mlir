// Epsilon-greedy: of seven actions, those that a mask makes available.
swarm.kernel @select_masked version 1 {
  swarm.var @at : i32
  swarm.var @mask : i32
  swarm.var @chosen : i32
  rl.table @q : !rl.table<64x7xi16, frac = 6> reward -5 to 10

  swarm.on_timer @run every 1000 ms {
    %at = swarm.get @at
    %mask = swarm.get @mask
    %chosen = rl.select @q at %at mask %mask epsilon 0.1
    swarm.set @chosen, %chosen
  }
}
