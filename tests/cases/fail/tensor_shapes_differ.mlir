swarm.kernel @wrong version 1 {
  swarm.var @x : tensor<4xi8>
  swarm.on_timer @tick every 500 ms {
    %x = swarm.get @x : tensor<4xi8>
    %w = arith.constant dense<1> : tensor<3x5xi8>
    %zeros = tensor.empty() : tensor<3xi32>
    %y = linalg.matvec ins(%w, %x : tensor<3x5xi8>, tensor<4xi8>) outs(%zeros : tensor<3xi32>) -> tensor<3xi32>
  }
}
