// A field's key, then its number, seven bits a byte.
swarm.kernel @writes version 1 {
  swarm.io @moisture : sense i16
  swarm.var @packet : tensor<16xi8>
  radio.message @Report { moisture = 1 : uint32 }
  swarm.on_timer @send every 60000 ms {
    %m = swarm.sense @moisture
    %n = radio.encode @Report into @packet (moisture = %m)
    swarm.log "{} bytes" (%n)
  }
}
