swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    %t = arith.constant true
    %v = scf.if %t -> (i32) {
      %n = swarm.now
    } else {
      %n = swarm.now
    }
  }
}
