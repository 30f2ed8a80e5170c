// What is malformed is refused as a whole.
swarm.kernel @parses version 1 {
  swarm.var @packet : tensor<16xi8>
  radio.message @Report { moisture = 1 : fixed32 }
  swarm.on_start @hear {
    %n = arith.constant 5 : i32
    %ok, %m = radio.decode @Report from @packet length %n (moisture)
    swarm.assert %ok
    swarm.log "{}" (%m)
  }
}
