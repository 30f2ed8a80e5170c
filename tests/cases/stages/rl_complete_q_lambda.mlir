// Q(lambda) with traces, that saturates.
swarm.kernel @traces version 1 {
  swarm.io @payoff : sense i8
  rl.table @q : !rl.table<4x2xi16, frac = 4> reward -1 to 1 saturate traces 4
  swarm.on_timer @tick every 1000 ms {
    %s = arith.constant 0 : i32
    %r = swarm.sense @payoff
    rl.complete @q rule q_lambda reward %r at %s {alpha = 0.5, gamma = 0.5, lambda = 0.5}
  }
}
