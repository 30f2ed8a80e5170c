swarm.kernel @wrong version 1 {
  swarm.on_start @hello {
    swarm.log "up"
  }
