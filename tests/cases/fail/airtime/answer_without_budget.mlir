// Whoever asks is answered: as often as somebody asks.
swarm.kernel @oracle version 1 {
  radio.message @Word { number = 1 : fixed32 }
  radio.channel @near carries @Word on raw port 7
  radio.on_message @hear on @near (%number = number) {
    %from = radio.sender
    %id   = radio.send on @near (number = %number) to %from
  }
}
