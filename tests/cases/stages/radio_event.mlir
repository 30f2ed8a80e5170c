// What a message says of itself stands beside it, behind the event.
swarm.kernel @hears version 1 {
  radio.message @Empty { }
  radio.channel @mesh carries @Empty on raw port 7
  radio.on_message @heard on @mesh {
    %from = radio.sender
    %to = radio.receiver
    %id = radio.packet
    %snr = radio.snr
    %hops = radio.hops
    %bytes = radio.length
    swarm.log "{} to {}: {}, {} / 4 dB, {} hops, {} bytes" (%from, %to, %id, %snr, %hops, %bytes)
  }
}
