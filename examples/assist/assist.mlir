// Cats that help newcomers: who knows nothing calls, who knows enough claims, the best one is asked for what it learned.
swarm.kernel @assist version 1 {
  swarm.io @place  : sense i16
  swarm.io @moves  : sense i8
  swarm.io @payoff : sense i16
  swarm.io @ended  : sense i1
  swarm.io @motor  : act i8
  rl.table @q : !rl.table<49x7xi16, frac = 6> reward -5 to 10 visits marked peers 4
  rl.schedule @explore from 1.0 to 0.05 over 2000

  radio.message @Assist {
    from   = 1 : uint32,
    number = 2 : uint32,                    // of the sender's messages
    call   = 3 : uint32 oneof step,         // help: I have learned so many times
    claim  = 4 : uint32 oneof step,         // I can help: I have learned so many times
    grant  = 5 : uint32 oneof step,         // you shall
    delta  = 6 : bytes<140> oneof step      // what I learned
  }
  radio.channel @mesh carries @Assist on meshtastic port 257 hops 3 budget 36000 ms

  swarm.var @number  : i32                  // messages sent
  swarm.var @learned : i32                  // updates of its own
  swarm.var @wait    : i32                  // ticks until the best claim is taken
  swarm.var @best    : i32                  // the best claim so far, and whose it is
  swarm.var @helper  : i32
  swarm.var @helped  : i1
  swarm.var @packet  : tensor<140xi8>

  radio.request @help on @mesh timeout 20000 ms tries 3 jitter 5000 ms {
    swarm.log "nobody helps: I learn alone"
  }

  swarm.on_start @begin {
    %zero = arith.constant 0 : i32
    %me   = swarm.node_id
    %id   = radio.ask @help (from = %me, number = %zero, call = %zero)
  }

  swarm.on_timer @tick every 750 ms {
    %here  = swarm.sense @place
    %moves = swarm.sense @moves
    %r     = swarm.sense @payoff
    %end   = swarm.sense @ended : i1
    rl.complete @q reward %r at %here mask %moves terminated %end {alpha = 0.1, gamma = 0.9}
    // Who was helped need not try everything.
    %helped = swarm.get @helped : i1
    %a = scf.if %helped -> i32 {
      %known = rl.begin @q at %here mask %moves epsilon 0.05
      scf.yield %known : i32
    } else {
      %tried = rl.begin @q at %here mask %moves epsilon @explore
      scf.yield %tried : i32
    }
    swarm.act @motor, %a

    %zero    = arith.constant 0 : i32
    %one     = arith.constant 1 : i32
    %learned = swarm.get @learned
    %more    = arith.addi %learned, %one : i32
    swarm.set @learned, %more

    %wait  = swarm.get @wait
    %waits = arith.cmpi sgt, %wait, %zero : i32
    scf.if %waits {
      %left = arith.subi %wait, %one : i32
      swarm.set @wait, %left
      %now = arith.cmpi eq, %left, %zero : i32
      scf.if %now {
        %me     = swarm.node_id
        %helper = swarm.get @helper
        %best   = swarm.get @best
        %last   = swarm.get @number
        %number = arith.addi %last, %one : i32
        swarm.set @number, %number
        swarm.set @best, %zero
        %id = radio.send on @mesh (from = %me, number = %number, grant = %best) to %helper
      }
    }
  }

  radio.on_message @hear on @mesh (
      %from = from, %called = has call, %claimed = has claim, %claim = claim, %granted = has grant,
      %told = has delta, %bytes = delta into @packet)
      dedup 16 by (from, number) {
    %zero    = arith.constant 0 : i32
    %one     = arith.constant 1 : i32
    %ticks   = arith.constant 12 : i32
    %enough  = arith.constant 2000 : i32
    %me      = swarm.node_id
    %learned = swarm.get @learned
    %last    = swarm.get @number
    %number  = arith.addi %last, %one : i32

    // Somebody calls: whoever knows enough says so, not all at once.
    %knows  = arith.cmpi sge, %learned, %enough : i32
    %claims = arith.andi %called, %knows : i1
    scf.if %claims {
      swarm.set @number, %number
      %id = radio.send on @mesh (from = %me, number = %number, claim = %learned) to %from jitter 5000 ms
    }

    // Somebody can help: the first claim opens the choice, the best one is kept.
    %best   = swarm.get @best
    %better = arith.cmpi sgt, %claim, %best : i32
    %takes  = arith.andi %claimed, %better : i1
    scf.if %takes {
      %is_first = arith.cmpi eq, %best, %zero : i32
      scf.if %is_first {
        swarm.set @wait, %ticks
      }
      swarm.set @best, %claim
      swarm.set @helper, %from
    }

    // We shall help: what we learned, the most important first.
    scf.if %granted {
      swarm.set @number, %number
      %length = rl.encode @q into @packet epoch %one sequence %number
      %id = radio.send on @mesh (from = %me, number = %number, delta = @packet[%length]) to %from
    }

    // Help has come.
    scf.if %told {
      %status = rl.apply @q from @packet length %bytes by visits bound 100
      %applied = arith.cmpi eq, %status, %zero : i32
      scf.if %applied {
        %was_open = radio.answered @help
        %yes = arith.constant true
        swarm.set @helped, %yes : i1
        swarm.log "node {} helps with {} bytes" (%from, %bytes)
      }
    }
  }
}
