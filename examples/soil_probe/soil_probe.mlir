// A probe that learns when to look: often while the soil's moisture moves, seldom while it rests.
swarm.kernel @soil_probe version 1 {
  swarm.io @moisture : sense i16
  swarm.var @last : i16 = 0
  rl.table @q : !rl.table<32x3xi16, frac = 5> reward -200 to 0 visits

  swarm.on_timer @look every 3600000 ms rearm 900000 to 14400000 ms {
    %now = swarm.sense @moisture
    %was = swarm.get @last
    swarm.set @last, %now

    // What was missed since the last look, squared, and the cost of looking: a reward per look.
    %zero = arith.constant 0 : i32
    %two = arith.constant 2 : i32
    %cost = arith.constant 12 : i32
    %change = arith.subi %now, %was : i32
    %square = arith.muli %change, %change : i32
    %missed = arith.shrsi %square, %two : i32
    %loss = arith.addi %missed, %cost : i32
    %reward = arith.subi %zero, %loss : i32

    // 32 states of moisture, 0 to 1023.
    %five = arith.constant 5 : i32
    %last_state = arith.constant 31 : i32
    %state = arith.shrui %now, %five : i32
    %here = arith.minui %state, %last_state : i32

    rl.complete @q reward %reward at %here {alpha = 0.1, gamma = 0.6}
    %choice = rl.begin @q at %here epsilon 0.1

    // A quarter of an hour, an hour, four hours.
    %one = arith.constant 1 : i32
    %quarter = arith.constant 900000 : i32
    %hour = arith.constant 3600000 : i32
    %long = arith.constant 14400000 : i32
    %first = arith.cmpi eq, %choice, %zero : i32
    %second = arith.cmpi eq, %choice, %one : i32
    %others = arith.select %second, %hour, %long : i32
    %next = arith.select %first, %quarter, %others : i32
    swarm.rearm @look, %next
    swarm.log "moisture {} changed by {}, next look in {} ms" (%now, %change, %next)
  }
}
