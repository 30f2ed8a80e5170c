// A whole transition; with a gamma of 0 nothing follows it.
swarm.kernel @update version 1 {
  swarm.io @place : sense i8
  swarm.io @payoff : sense i8
  rl.table @q : !rl.table<8x2xi16, frac = 8> reward -1 to 1
  swarm.on_start @learn {
    %s = swarm.sense @place
    %r = swarm.sense @payoff
    %a = arith.constant 1 : i32
    rl.update @q at %s action %a reward %r next %s {alpha = 0.5, gamma = 0.0}
  }
}
