swarm.kernel @wrong version 1 {
  swarm.on_low_battery @dim below 5 mv { }
}
