// The smallest kernel: a lamp that goes on and off.
swarm.kernel @blink version 1 {
  swarm.io @lamp : act i1
  swarm.var @lit : i32 = 0

  swarm.on_timer @tick every 500 ms {
    %one = arith.constant 1 : i32
    %was = swarm.get @lit
    %now = arith.xori %was, %one : i32
    swarm.set @lit, %now
    swarm.act @lamp, %now
  }
}
