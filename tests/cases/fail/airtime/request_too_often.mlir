// Every 20 s a question that is asked again five times.
swarm.kernel @lost version 1 {
  radio.message @Help { node = 1 : fixed32, text = 2 : bytes<100> }
  radio.channel @mesh carries @Help on meshcore type 65280
  radio.request @help on @mesh timeout 3000 ms tries 6 jitter 0 ms { swarm.log "alone" }
  swarm.var @text : tensor<100xi8>
  swarm.on_timer @tick every 20000 ms {
    %me  = swarm.node_id
    %all = arith.constant 100 : i32
    %id  = radio.ask @help (node = %me, text = @text[%all])
  }
}
