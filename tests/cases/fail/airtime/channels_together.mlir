// Each of two channels is within the law, both are not.
swarm.kernel @both version 1 {
  radio.message @Level { level = 1 : fixed32 }
  radio.channel @near carries @Level on raw port 7 budget 200000 ms
  radio.channel @far carries @Level on raw port 8 budget 180000 ms
  radio.on_message @hear on @near (%level = level) {
    %one = radio.send on @near (level = %level)
    %two = radio.send on @far (level = %level)
  }
}
