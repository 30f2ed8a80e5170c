swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    %lo = arith.constant -9223372036854775808 : index
    %hi = arith.constant 9223372036854775807 : index
    %c1 = arith.constant 1 : index
    scf.for %i = %lo to %hi step %c1 { }
  }
}
