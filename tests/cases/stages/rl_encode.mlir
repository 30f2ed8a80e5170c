// The most important changes since the mark become a packet, and a new mark.
swarm.kernel @tells version 1 {
  swarm.var @packet : tensor<32xi8>
  rl.table @q : !rl.table<4x2xi8, frac = 4> reward -1 to 1 visits marked
  swarm.on_start @tell {
    %n = arith.constant 1 : i32
    %bytes = rl.encode @q into @packet epoch %n sequence %n
    rl.mark @q
    swarm.log "{}" (%bytes)
  }
}
