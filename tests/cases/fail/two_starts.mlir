swarm.kernel @wrong version 1 {
  swarm.on_start @first {
    swarm.log "first"
  }
  swarm.on_start @second {
    swarm.log "second"
  }
}
