swarm.kernel @layer version 1 {
  swarm.var @x : tensor<3xi8>
  swarm.var @y : tensor<2xi32>
  swarm.on_timer @tick every 500 ms {
    %x = swarm.get @x : tensor<3xi8>
    %w = arith.constant dense<[[1, -2, 3], [4, 5, -6]]> : tensor<2x3xi8>
    %zeros = tensor.empty() : tensor<2xi32>
    %y = linalg.matvec ins(%w, %x : tensor<2x3xi8>, tensor<3xi8>) outs(%zeros : tensor<2xi32>) -> tensor<2xi32>
    swarm.set @y, %y : tensor<2xi32>
  }
}
