// Expected SARSA: the mean over what an epsilon-greedy policy does next.
swarm.kernel @expected version 1 {
  swarm.io @payoff : sense i8
  rl.table @q : !rl.table<1x2xi16, frac = 4> reward -1 to 1
  swarm.on_timer @tick every 1000 ms {
    %s = arith.constant 0 : i32
    %r = swarm.sense @payoff
    rl.complete @q rule expected reward %r at %s epsilon 0.1 {alpha = 0.5, gamma = 0.5}
  }
}
