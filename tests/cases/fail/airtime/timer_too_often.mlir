// A message each second is more than a tenth of the time.
swarm.kernel @chatter version 1 {
  radio.message @Level { node = 1 : fixed32, level = 2 : fixed32, text = 3 : bytes<40> }
  radio.channel @near carries @Level on raw port 7
  swarm.var @text : tensor<40xi8>
  swarm.on_timer @tick every 1000 ms {
    %me  = swarm.node_id
    %all = arith.constant 40 : i32
    %id  = radio.send on @near (node = %me, level = %all, text = @text[%all])
  }
}
