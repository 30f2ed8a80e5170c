swarm.kernel @wrong version 1 {
  swarm.var @packet : tensor<100xi8>
  swarm.var @few : tensor<8xi8>
  radio.message @M { a = 1 : uint32, b = 2 : bool oneof one, c = 3 : bytes<8> oneof one, d = 4 : fixed32 [x : u10, y : s6], e = 5 : message @N }
  radio.message @N { f = 1 : fixed64 }
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
    %t = arith.constant true
    %n = radio.encode @M into @packet (b = %t : i1, c = @few[%s])
  }
}
