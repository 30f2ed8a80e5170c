swarm.kernel @wrong version 1 {
  swarm.var @x : tensor<4xi8>
  swarm.on_timer @tick every 500 ms {
    %x = swarm.get @x : tensor<4xi8>
    %which = arith.constant true
    %y = arith.select %which, %x, %x : tensor<4xi8>
  }
}
