swarm.kernel @wrong version 1 {
  swarm.var @x : tensor<4xi8>
  swarm.on_timer @tick every 500 ms {
    %x = swarm.get @x : tensor<4xi8>
    %by = arith.constant dense<[1, 2, 0, 4]> : tensor<4xi8>
    %y = arith.divui %x, %by : tensor<4xi8>
  }
}
