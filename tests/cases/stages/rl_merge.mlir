// A peer's table, weighed by its visits, each contribution once.
swarm.kernel @merges version 1 {
  rl.table @q : !rl.table<4x2xi8, frac = 4> reward -1 to 1 visits peers 2
  rl.table @theirs : !rl.table<4x2xi8, frac = 4> reward -1 to 1 visits
  swarm.on_start @hear {
    %node = arith.constant 9 : i32
    %epoch = arith.constant 1 : i32
    %status = rl.merge @q with @theirs by visits bound 100 origin %node epoch %epoch
    swarm.log "{}" (%status)
  }
}
