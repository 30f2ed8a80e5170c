// Q-learning in two steps: what is begun now is completed at the next tick.
swarm.kernel @learns version 1 {
  swarm.io @payoff : sense i8
  swarm.io @motor : act i8
  rl.table @q : !rl.table<1x2xi16, frac = 4> reward -1 to 1
  swarm.on_timer @tick every 1000 ms {
    %s = arith.constant 0 : i32
    %r = swarm.sense @payoff
    rl.complete @q reward %r at %s {alpha = 0.5, gamma = 0.5}
    %a = rl.begin @q at %s
    swarm.act @motor, %a
  }
}
