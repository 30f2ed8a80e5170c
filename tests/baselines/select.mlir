// Epsilon-greedy: of four actions.
swarm.kernel @select version 1 {
  swarm.var @at : i32
  swarm.var @chosen : i32
  rl.table @q : !rl.table<64x4xi16, frac = 6> reward -5 to 10

  swarm.on_timer @run every 1000 ms {
    %at = swarm.get @at
    %chosen = rl.select @q at %at epsilon 0.1
    swarm.set @chosen, %chosen
  }
}
