// It sends little itself, but passes on what anybody sends.
swarm.kernel @helper version 1 {
  radio.message @Level { level = 1 : fixed32 }
  radio.channel @near carries @Level on raw port 7 hops 3 relay flood
  swarm.on_timer @tick every 600000 ms {
    %me = swarm.node_id
    %id = radio.send on @near (level = %me)
  }
}
