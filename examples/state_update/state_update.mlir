// Cats that tell each other what they found, on Compotastic's wire: a StateUpdate for each tile that paid.
swarm.kernel @state_update version 1 {
  swarm.io @place  : sense i16
  swarm.io @moves  : sense i8
  swarm.io @payoff : sense i16
  swarm.io @ended  : sense i1
  swarm.io @motor  : act i8
  rl.table @q : !rl.table<529x7xi16, frac = 6> reward -5 to 10
  rl.schedule @explore from 1.0 to 0.05 over 20000

  radio.message @StateUpdate {
    packed_transition = 1 : fixed32 [x : u10, y : u10, action : u3, done : u1, reward : s8],
    prior_state_id = 2 : uint32,
    next_state_id = 3 : uint32
  }
  radio.message @AddressableMeshData {
    protocol_version = 1 : uint32,
    application_id = 2 : uint32,
    source_address = 3 : uint32,
    destination_address = 4 : uint32,
    sequence_id = 5 : uint32,
    state_update = 16 : message @StateUpdate oneof payload
  }
  radio.channel @mesh carries @AddressableMeshData on meshtastic port 256 hops 3 budget 36000 ms

  swarm.var @sequence : i32
  swarm.var @before   : i32 = -1      // where it was, -1 at first
  swarm.var @mask     : i32           // what it could do there
  swarm.var @did      : i32
  swarm.var @learnt   : i32           // updates of others

  swarm.on_timer @tick every 750 ms {
    %here  = swarm.sense @place
    %moves = swarm.sense @moves
    %r     = swarm.sense @payoff
    %end   = swarm.sense @ended : i1
    rl.complete @q reward %r at %here mask %moves terminated %end {alpha = 0.1, gamma = 0.9}

    %before = swarm.get @before
    %zero = arith.constant 0 : i32
    %was  = arith.cmpi sge, %before, %zero : i32
    %paid = arith.cmpi sgt, %r, %zero : i32
    %tell = arith.andi %was, %paid : i1
    scf.if %tell {
      // Tiles count from the border, 25 to a row; the wire's state is tile * 128 + mask.
      %one   = arith.constant 1 : i32
      %row   = arith.constant 23 : i32
      %width = arith.constant 25 : i32
      %seven = arith.constant 7 : i32
      %all   = arith.constant 127 : i32
      %cx0 = arith.remui %before, %row : i32
      %cy0 = arith.divui %before, %row : i32
      %x0  = arith.addi %cx0, %one : i32
      %y0  = arith.addi %cy0, %one : i32
      %l0  = arith.muli %y0, %width : i32
      %t0  = arith.addi %l0, %x0 : i32
      %s0  = arith.shli %t0, %seven : i32
      %mask = swarm.get @mask
      %m0  = arith.andi %mask, %all : i32
      %prior = arith.ori %s0, %m0 : i32
      %cx1 = arith.remui %here, %row : i32
      %cy1 = arith.divui %here, %row : i32
      %x1  = arith.addi %cx1, %one : i32
      %y1  = arith.addi %cy1, %one : i32
      %l1  = arith.muli %y1, %width : i32
      %t1  = arith.addi %l1, %x1 : i32
      %s1  = arith.shli %t1, %seven : i32
      %m1  = arith.andi %moves, %all : i32
      %next = arith.ori %s1, %m1 : i32

      %version = arith.constant 1 : i32
      %application = arith.constant 0x434F4D50 : i32
      %node   = swarm.node_id
      %bits   = arith.constant 0xFFFFFF : i32
      %source = arith.andi %node, %bits : i32
      %last   = swarm.get @sequence
      %number = arith.addi %last, %one : i32
      swarm.set @sequence, %number
      %did  = swarm.get @did
      %done = arith.extui %end : i1 to i32
      %id = radio.send on @mesh (
        protocol_version = %version, application_id = %application,
        source_address = %source, sequence_id = %number,
        state_update.packed_transition.x = %x0, state_update.packed_transition.y = %y0,
        state_update.packed_transition.action = %did, state_update.packed_transition.done = %done,
        state_update.packed_transition.reward = %r,
        state_update.prior_state_id = %prior, state_update.next_state_id = %next) priority low jitter 2000 ms
    }

    %a = rl.begin @q at %here mask %moves epsilon @explore
    swarm.act @motor, %a
    swarm.set @before, %here
    swarm.set @mask, %moves
    swarm.set @did, %a
  }

  radio.on_message @learn on @mesh (
      %version = protocol_version, %application = application_id, %is = has state_update,
      %action = state_update.packed_transition.action, %done = state_update.packed_transition.done,
      %r = state_update.packed_transition.reward,
      %prior = state_update.prior_state_id, %next = state_update.next_state_id)
      dedup 32 by (source_address, sequence_id) {
    %one   = arith.constant 1 : i32
    %row   = arith.constant 23 : i32
    %width = arith.constant 25 : i32
    %seven = arith.constant 7 : i32
    %all   = arith.constant 127 : i32
    %ours  = arith.constant 0x434F4D50 : i32
    %is_ours = arith.cmpi eq, %application, %ours : i32
    %is_one  = arith.cmpi eq, %version, %one : i32
    %known   = arith.cmpi ult, %action, %seven : i32
    %ok0 = arith.andi %is_ours, %is_one : i1
    %ok1 = arith.andi %ok0, %is : i1
    %ok2 = arith.andi %ok1, %known : i1

    // Back to places; what is on the border or beyond is none.
    %t0  = arith.shrui %prior, %seven : i32
    %x0  = arith.remui %t0, %width : i32
    %y0  = arith.divui %t0, %width : i32
    %cx0 = arith.subi %x0, %one : i32
    %cy0 = arith.subi %y0, %one : i32
    %in_x0 = arith.cmpi ult, %cx0, %row : i32
    %in_y0 = arith.cmpi ult, %cy0, %row : i32
    %t1  = arith.shrui %next, %seven : i32
    %x1  = arith.remui %t1, %width : i32
    %y1  = arith.divui %t1, %width : i32
    %cx1 = arith.subi %x1, %one : i32
    %cy1 = arith.subi %y1, %one : i32
    %in_x1 = arith.cmpi ult, %cx1, %row : i32
    %in_y1 = arith.cmpi ult, %cy1, %row : i32
    %in0 = arith.andi %in_x0, %in_y0 : i1
    %in1 = arith.andi %in_x1, %in_y1 : i1
    %in  = arith.andi %in0, %in1 : i1
    %ok  = arith.andi %ok2, %in : i1
    scf.if %ok {
      %l0 = arith.muli %cy0, %row : i32
      %p0 = arith.addi %l0, %cx0 : i32
      %l1 = arith.muli %cy1, %row : i32
      %p1 = arith.addi %l1, %cx1 : i32
      %mask = arith.andi %next, %all : i32
      %zero = arith.constant 0 : i32
      %end = arith.cmpi ne, %done, %zero : i32
      rl.update @q at %p0 action %action reward %r next %p1 mask %mask terminated %end {alpha = 0.1, gamma = 0.9}
      %learnt = swarm.get @learnt
      %more = arith.addi %learnt, %one : i32
      swarm.set @learnt, %more
    }
  }
}
