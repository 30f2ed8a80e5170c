swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
    %w = arith.constant 32 : i32
    %v = arith.shli %s, %w : i32
  }
}
