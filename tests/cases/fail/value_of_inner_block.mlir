swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    %t = arith.constant true
    scf.if %t {
      %n = swarm.now
    }
    %v = arith.addi %n, %n : i32
  }
}
