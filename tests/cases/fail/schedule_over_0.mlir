swarm.kernel @wrong version 1 {
  rl.schedule @explore from 1.0 to 0.05 over 0
  swarm.on_timer @tick every 500 ms { }
}
