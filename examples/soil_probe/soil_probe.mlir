// A probe that learns when to look: often while the soil's moisture moves, seldom while it rests.
swarm.kernel @soil_probe version 1 {
  swarm.io @moisture : sense i16
  swarm.var @last : i16 = 0
  swarm.var @chosen : i8 = 1
  rl.table @w : !rl.tiles<8 of [0 to 1023 by 8, -24 to 23 by 6], 3xi16, frac = 6> reward -1000 to 0 saturate

  swarm.on_timer @look every 3600000 ms rearm 900000 to 14400000 ms {
    %now = swarm.sense @moisture
    %was = swarm.get @last
    swarm.set @last, %now
    %change = arith.subi %now, %was : i32

    %zero = arith.constant 0 : i32
    %one = arith.constant 1 : i32
    %two = arith.constant 2 : i32
    %four = arith.constant 4 : i32

    // A look costs 12, and what changed since the last one costs its square over 16: per four hours.
    %cost = arith.constant 12 : i32
    %square = arith.muli %change, %change : i32
    %missed = arith.shrsi %square, %four : i32
    %loss = arith.addi %missed, %cost : i32
    %gain = arith.subi %zero, %loss : i32
    %of_hour = arith.shli %gain, %two : i32
    %of_quarter = arith.shli %gain, %four : i32
    %before = swarm.get @chosen
    %was_quarter = arith.cmpi eq, %before, %zero : i32
    %was_hour = arith.cmpi eq, %before, %one : i32
    %of_short = arith.select %was_quarter, %of_quarter, %of_hour : i32
    %was_short = arith.ori %was_quarter, %was_hour : i1
    %reward = arith.select %was_short, %of_short, %gain : i32

    rl.complete @w reward %reward at %now, %change {alpha = 0.2, gamma = 0.0, rounding = stochastic}
    %choice = rl.begin @w at %now, %change epsilon 0.05
    swarm.set @chosen, %choice

    // A quarter of an hour, an hour, four hours.
    %quarter = arith.constant 900000 : i32
    %hour = arith.constant 3600000 : i32
    %long = arith.constant 14400000 : i32
    %is_quarter = arith.cmpi eq, %choice, %zero : i32
    %is_hour = arith.cmpi eq, %choice, %one : i32
    %longer = arith.select %is_hour, %hour, %long : i32
    %next = arith.select %is_quarter, %quarter, %longer : i32
    swarm.rearm @look, %next
    swarm.log "moisture {} changed by {}, next look in {} ms" (%now, %change, %next)
  }
}
