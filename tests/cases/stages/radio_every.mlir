// A timer whose rounds have random lengths; the first one is a part of its period.
swarm.kernel @rounds version 1 {
  radio.every @beat 60000 ms jitter 5000 ms backoff 3600000 ms {
    radio.backoff @beat
  }
  swarm.on_low_battery @dim below 3300 mv {
    radio.reset @beat
  }
}
