// What was begun is completed, once, with the action that follows.
swarm.kernel @sarsa version 1 {
  swarm.io @place : sense i8
  swarm.io @payoff : sense i8
  rl.table @q : !rl.table<8x2xi16, frac = 4> reward -1 to 1
  swarm.on_timer @tick every 1000 ms {
    %s = swarm.sense @place
    %r = swarm.sense @payoff
    %a = arith.constant 1 : i32
    rl.complete @q rule sarsa reward %r at %s next %a {alpha = 0.5, gamma = 0.5}
    rl.remember @q at %s action %a
  }
}
