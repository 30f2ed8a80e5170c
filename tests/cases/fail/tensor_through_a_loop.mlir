swarm.kernel @wrong version 1 {
  swarm.var @x : tensor<4xi8>
  swarm.on_timer @tick every 500 ms {
    %zero = arith.constant 0 : i32
    %one = arith.constant 1 : i32
    %four = arith.constant 4 : i32
    %x = swarm.get @x : tensor<4xi8>
    %y = scf.for %i = %zero to %four step %one iter_args(%t = %x) -> (tensor<4xi8>) : i32 {
      scf.yield %t : tensor<4xi8>
    }
  }
}
