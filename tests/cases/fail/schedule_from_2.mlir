swarm.kernel @wrong version 1 {
  rl.schedule @explore from 2.0 to 0.05 over 100
  swarm.on_timer @tick every 500 ms { }
}
