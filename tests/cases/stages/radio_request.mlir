// A timer that sends again what the state block keeps, until it is answered.
swarm.kernel @asks version 1 {
  radio.message @Help { node = 1 : fixed32 }
  radio.channel @mesh carries @Help on meshcore type 65280
  radio.request @help on @mesh timeout 30000 ms tries 3 jitter 2000 ms { swarm.log "alone" }
  swarm.on_low_battery @dim below 3300 mv {
    %me = swarm.node_id
    %id = radio.ask @help (node = %me)
  }
}
