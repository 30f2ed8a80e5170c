swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
    %w = arith.constant 1 : i64
    %v = arith.addi %s, %w : i32
  }
}
