swarm.kernel @wrong version 1 {
  swarm.io @led : act i1
  swarm.on_timer @tick every 500 ms {
    %t = arith.constant true
    swarm.act @led, %t
  }
}
