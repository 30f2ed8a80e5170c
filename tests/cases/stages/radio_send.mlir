// A message is encoded into the handler's own memory, and given to the host.
swarm.kernel @sends version 1 {
  swarm.io @moisture : sense i16
  radio.message @Report { moisture = 1 : uint32 }
  radio.channel @mesh carries @Report on meshtastic port 256 hops 3
  swarm.on_timer @report every 60000 ms {
    %m = swarm.sense @moisture
    %id = radio.send on @mesh (moisture = %m) priority low jitter 2000 ms
  }
}
