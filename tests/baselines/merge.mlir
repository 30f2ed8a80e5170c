// A peer's whole table merged by visits.
swarm.kernel @merge version 1 {
  swarm.var @origin : i32
  swarm.var @epoch : i32
  swarm.var @status : i32
  rl.table @q : !rl.table<64x4xi16, frac = 6> reward -5 to 10 visits peers 4
  rl.table @theirs : !rl.table<64x4xi16, frac = 6> reward -5 to 10 visits

  swarm.on_timer @run every 1000 ms {
    %origin = swarm.get @origin
    %epoch = swarm.get @epoch
    %status = rl.merge @q with @theirs by visits bound 1000 origin %origin epoch %epoch
    swarm.set @status, %status
  }
}
