swarm.kernel @wrong version 1 {
  swarm.var @x : tensor<4xi8>
  swarm.on_timer @tick every 500 ms {
    %x = swarm.get @x : tensor<4xi8>
    %y = tensor.extract_slice %x[0] [2] [1] : tensor<4xi8> to tensor<2xi8>
  }
}
