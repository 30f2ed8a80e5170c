swarm.kernel @wrong version 1 {
  swarm.var @count : i32 = "seven"
  swarm.on_timer @tick every 500 ms { }
}
