swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    %v = arith.addi %s, %s : i32
    %s = arith.constant 3 : i32
  }
}
