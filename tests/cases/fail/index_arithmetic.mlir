swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
    %i = arith.index_cast %s : i32 to index
    %j = arith.addi %i, %i : index
  }
}
