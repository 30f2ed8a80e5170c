swarm.kernel @wrong version 1 {
  swarm.var @small : tensor<4xi8>
  radio.message @M { a = 1 : uint32, b = 2 : sint32, c = 3 : bytes<40>, d = 4 : fixed64, e = 5 : fixed32 [x : u10, y : s6] }
  radio.message @Long { head = 1 : uint32, body = 2 : bytes<230> }
  radio.channel @mesh carries @M on meshtastic port 256 hops 3
  radio.on_message @one on @mesh { %p = radio.payload : memref<256xi8> }
}
