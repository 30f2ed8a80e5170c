swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    %a = arith.constant 5 : i128
    %b = arith.addi %a, %a : i128
  }
}
