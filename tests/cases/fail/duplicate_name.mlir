swarm.kernel @wrong version 1 {
  swarm.var @count : i32
  swarm.io @count : act i8
  swarm.on_timer @tick every 500 ms { }
}
