swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    %w = arith.constant dense<1.5> : tensor<4x4xf32>
    %v = arith.constant dense<1.5> : tensor<4xf32>
    %y = linalg.matvec ins(%w, %v : tensor<4x4xf32>, tensor<4xf32>) outs(%v : tensor<4xf32>) -> tensor<4xf32>
  }
}
