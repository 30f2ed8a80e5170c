swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
    %a = arith.constant 0 : i32
    %b = arith.constant -1 : i32
    %c = arith.constant 1 : i32
    scf.for unsigned %i = %a to %b step %c : i32 { }
  }
}
