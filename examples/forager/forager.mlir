// The Compotastic cat: learns where in its field the food is, one step at a time.
swarm.kernel @forager version 1 {
  swarm.io @place  : sense i16
  swarm.io @moves  : sense i8
  swarm.io @payoff : sense i16
  swarm.io @ended  : sense i1
  swarm.io @motor  : act i8
  rl.table @q : !rl.table<529x7xi16, frac = 6> reward -5 to 10
  rl.schedule @explore from 1.0 to 0.05 over 20000

  swarm.on_timer @tick every 750 ms {
    %here  = swarm.sense @place
    %moves = swarm.sense @moves
    %r     = swarm.sense @payoff
    %end   = swarm.sense @ended : i1
    rl.complete @q reward %r at %here mask %moves terminated %end {alpha = 0.1, gamma = 0.9}
    %a = rl.begin @q at %here mask %moves epsilon @explore
    swarm.act @motor, %a
  }
}
