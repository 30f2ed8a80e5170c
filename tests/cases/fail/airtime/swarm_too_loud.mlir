// Where the law allows everything, sixty nodes fill the air all the same.
swarm.kernel @crowd version 1 {
  radio.message @Level { level = 1 : fixed32 }
  radio.channel @near carries @Level on raw port 7
  swarm.on_timer @tick every 60000 ms {
    %me = swarm.node_id
    %id = radio.send on @near (level = %me)
  }
}
