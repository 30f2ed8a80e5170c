// Bit fields share a word; an enum is a number.
swarm.kernel @packs version 1 {
  swarm.io @x : sense i16
  swarm.var @packet : tensor<16xi8>
  radio.enum @Kind { FOOD = 0, WATER = 1 }
  radio.message @Place { kind = 2 : enum @Kind, at = 1 : fixed32 [x : u10, y : s6] }
  swarm.on_timer @send every 60000 ms {
    %x = swarm.sense @x
    %n = radio.encode @Place into @packet (kind = %x, at.x = %x, at.y = %x)
    swarm.log "{} bytes" (%n)
  }
}
