swarm.kernel @wrong version 1 {
  swarm.io @x : sense i16
  swarm.var @packet : tensor<16xi8>
  radio.message @Place { at = 1 : fixed32 [column : u10, row : u10] }
  swarm.on_timer @tick every 500 ms {
    %x = swarm.sense @x
    %n = radio.encode @Place into @packet (at.colum = %x)
  }
}
