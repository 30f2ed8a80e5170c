// A request that is answered is not sent again: its timer waits for ever.
swarm.kernel @asks version 1 {
  radio.message @Help { node = 1 : fixed32 }
  radio.channel @mesh carries @Help on raw port 7
  radio.request @help on @mesh timeout 30000 ms tries 3 jitter 0 ms { swarm.log "alone" }
  swarm.on_low_battery @dim below 3300 mv {
    %was = radio.answered @help
  }
}
