swarm.kernel @wrong version 1 {
  radio.message @A { a = 1 : uint32 }
  radio.message @B { a = 1 : message @A, b = 2 : message @A }
  radio.message @C { a = 1 : message @B, b = 2 : message @B }
  radio.message @D { a = 1 : message @C, b = 2 : message @C }
  radio.message @E { a = 1 : message @D, b = 2 : message @D }
  radio.message @F { a = 1 : message @E, b = 2 : message @E }
  radio.message @G { a = 1 : message @F, b = 2 : message @F }
  swarm.on_timer @tick every 500 ms {
    %s = arith.constant 3 : i32
  }
}
