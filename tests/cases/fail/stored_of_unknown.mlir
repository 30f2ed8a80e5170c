swarm.kernel @wrong version 1 {
  swarm.on_stored @loaded of @saved {
  }
}
