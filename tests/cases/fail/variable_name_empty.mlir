swarm.kernel @wrong version 1 {
  swarm.var @"" : i32
}
