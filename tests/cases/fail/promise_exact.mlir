swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
    %a = arith.shrsi %s, %s exact : i32
  }
}
