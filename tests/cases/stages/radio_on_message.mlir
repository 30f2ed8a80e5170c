// What is no message, and what has come before, ends the handler; fault 0 is none.
swarm.kernel @hears version 1 {
  radio.message @Report { node = 1 : fixed32, moisture = 2 : fixed32 }
  radio.channel @mesh carries @Report on raw port 7
  radio.on_message @heard on @mesh (%moisture = moisture) dedup 16 by (node) {
    %rssi = radio.rssi
    swarm.log "{} at {} dBm" (%moisture, %rssi)
  }
}
