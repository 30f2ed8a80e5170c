swarm.kernel @elements version 1 {
  swarm.io @at : sense i8
  swarm.var @a : tensor<4xi16>
  swarm.on_timer @tick every 500 ms {
    %at = swarm.sense @at
    %i = arith.index_cast %at : i32 to index
    %old = swarm.get @a : tensor<4xi16>
    %twos = arith.constant dense<2> : tensor<4xi16>
    %doubled = arith.muli %old, %twos : tensor<4xi16>
    %was = tensor.extract %old[%i] : tensor<4xi16>
    %new = tensor.insert %was into %doubled[%i] : tensor<4xi16>
    swarm.set @a, %new : tensor<4xi16>
  }
}
