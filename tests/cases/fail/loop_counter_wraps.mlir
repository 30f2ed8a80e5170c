swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
    %a = arith.constant 0 : i8
    %b = arith.constant 127 : i8
    %c = arith.constant 100 : i8
    scf.for %i = %a to %b step %c : i8 { }
  }
}
