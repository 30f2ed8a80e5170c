// The forager's tick: learn from what was remembered, choose, remember.
swarm.kernel @transition version 1 {
  swarm.var @place : i32
  swarm.var @moves : i32
  swarm.var @payoff : i32
  swarm.var @chosen : i32
  swarm.var @ended : i1
  rl.table @q : !rl.table<529x7xi16, frac = 6> reward -5 to 10
  rl.schedule @explore from 1.0 to 0.05 over 20000

  swarm.on_timer @run every 1000 ms {
    %here = swarm.get @place
    %moves = swarm.get @moves
    %r = swarm.get @payoff
    %end = swarm.get @ended : i1
    rl.complete @q reward %r at %here mask %moves terminated %end {alpha = 0.1, gamma = 0.9}
    %a = rl.begin @q at %here mask %moves epsilon @explore
    swarm.set @chosen, %a
  }
}
