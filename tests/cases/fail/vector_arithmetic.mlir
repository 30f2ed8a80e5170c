swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    %x = arith.constant dense<1> : vector<4xi32>
    %y = arith.addi %x, %x : vector<4xi32>
  }
}
