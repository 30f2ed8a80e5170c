// An array and a scalar: checks of indices, a loop with bounds.
swarm.kernel @variables version 1 {
  swarm.var @last : tensor<4xi16> = dense<[1, 2, 3, 4]>
  swarm.var @sum : i32
  swarm.io @value : sense i16
  swarm.on_timer @tick every 1000 ms {
    %v = swarm.sense @value
    %three = arith.constant 3 : i32
    %i = arith.andi %v, %three : i32
    swarm.set @last[%i], %v
    %old = swarm.get @last[%v]
    %sum = swarm.get @sum
    %new = arith.addi %sum, %old : i32
    swarm.set @sum, %new
  }
}
