swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    %t = arith.constant true
    scf.while : () -> () {
      scf.condition(%t)
    } do {
      scf.yield
    }
  }
}
