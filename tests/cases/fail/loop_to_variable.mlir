swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %n = swarm.now
    %end = arith.index_cast %n : i32 to index
    scf.for %i = %c0 to %end step %c1 { }
  }
}
