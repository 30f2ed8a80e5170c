swarm.kernel @wrong version 1 {
  swarm.var @x : tensor<4xi8>
  swarm.on_timer @tick every 500 ms {
    %size = arith.constant 4 : index
    %room = tensor.empty(%size) : tensor<?xi8>
  }
}
