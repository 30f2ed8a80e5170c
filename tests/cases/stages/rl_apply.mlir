// A peer's packet: all of it counts, or nothing.
swarm.kernel @hears version 1 {
  swarm.var @packet : tensor<32xi8>
  rl.table @q : !rl.table<4x2xi8, frac = 4> reward -1 to 1 visits peers 2
  swarm.on_start @hear {
    %n = arith.constant 32 : i32
    %status = rl.apply @q from @packet length %n by visits bound 100
    swarm.log "{}" (%status)
  }
}
