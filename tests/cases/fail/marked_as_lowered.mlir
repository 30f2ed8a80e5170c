swarm.kernel @wrong version 1 attributes {swarm.core} {
  swarm.on_timer @tick every 500 ms {
    %t = arith.constant true
    scf.while : () -> () {
      scf.condition(%t)
    } do {
      scf.yield
    } attributes {swarm.bounded}
  }
}
