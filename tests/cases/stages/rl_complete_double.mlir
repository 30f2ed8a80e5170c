// Double Q: one set of values chooses, the other says what the choice is worth; stochastic rounding.
swarm.kernel @twice version 1 {
  swarm.io @payoff : sense i8
  rl.table @q : !rl.table<4x2xi16, frac = 4> reward -1 to 1 double
  swarm.on_timer @tick every 1000 ms {
    %s = arith.constant 0 : i32
    %r = swarm.sense @payoff
    rl.complete @q rule double reward %r at %s {alpha = 0.5, gamma = 0.5, rounding = stochastic}
  }
}
