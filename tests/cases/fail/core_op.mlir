swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    %t = arith.constant true
    swarm.check %t fault 1
  }
}
