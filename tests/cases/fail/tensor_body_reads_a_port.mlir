swarm.kernel @wrong version 1 {
  swarm.io @gain : sense i8
  swarm.var @x : tensor<4xi8>
  swarm.on_timer @tick every 500 ms {
    %x = swarm.get @x : tensor<4xi8>
    %y = linalg.map ins(%x : tensor<4xi8>) outs(%x : tensor<4xi8>) (%in: i8, %old: i8) {
      %gain = swarm.sense @gain
      %narrow = arith.trunci %gain : i32 to i8
      linalg.yield %narrow : i8
    }
  }
}
