// How ops are written: what is said of a mistake quotes the first line that begins with its op. A test checks this.
swarm.kernel @name version 1 {
  swarm.io @sensor : sense i16
  swarm.io @motor : act i8
  swarm.var @count : i32 = 7
  swarm.var @list : tensor<16xi16>
  swarm.var @packet : tensor<200xi8>
  swarm.storage @kept keeps @count wear 4 per_day
  rl.table @q : !rl.table<64x4xi16, frac = 6> reward -5 to 10
  rl.table @shared : !rl.table<4x2xi8, frac = 4> reward -1 to 1 visits marked peers 8
  rl.table @theirs : !rl.table<4x2xi8, frac = 4> reward -1 to 1 visits
  rl.schedule @explore from 1.0 to 0.05 over 20000
  radio.enum @Kind { FOOD = 0, WATER = 1 }
  radio.message @Report { moisture = 1 : uint32, kind = 2 : enum @Kind }
  radio.channel @mesh carries @Report on meshtastic port 256 hops 3
  adv.beacon @status company 0xFFFF every 1000 ms { battery = 0 to 100, degrees = -40 to 85 by 0.5 missing }
  adv.gatt @registry capability

  swarm.on_start @start {
    swarm.restore @kept
  }
  swarm.on_timer @blink every 750 ms {
  }
  swarm.on_timer @tick every 60000 ms rearm 10000 to 3600000 ms {
    %ms = arith.constant 750 : i32
    %wide = arith.constant 7 : i64
    %reading = swarm.sense @sensor
    %known = swarm.valid @sensor
    %age = swarm.age @sensor
    swarm.act @motor, %reading
    %value = swarm.get @count
    swarm.set @count, %value
    %now = swarm.now
    %node = swarm.node_id
    %die = swarm.random below 6
    %noise = swarm.entropy
    %late = swarm.missed
    swarm.log "{} mm" (%reading)
    swarm.assert %known
    swarm.rearm @tick, %ms
    swarm.persist @kept

    %sum = arith.addi %value, %ms : i32
    %rest = arith.subi %value, %ms : i32
    %product = arith.muli %value, %ms : i32
    %part = arith.divsi %value, %ms : i32
    %part2 = arith.divui %value, %ms : i32
    %left = arith.remsi %value, %ms : i32
    %left2 = arith.remui %value, %ms : i32
    %both = arith.andi %value, %ms : i32
    %either = arith.ori %value, %ms : i32
    %one_of = arith.xori %value, %ms : i32
    %two = arith.constant 2 : i32
    %up = arith.shli %value, %two : i32
    %down = arith.shrsi %value, %two : i32
    %down2 = arith.shrui %value, %two : i32
    %larger = arith.maxsi %value, %ms : i32
    %smaller = arith.minsi %value, %ms : i32
    %larger2 = arith.maxui %value, %ms : i32
    %smaller2 = arith.minui %value, %ms : i32
    %is_less = arith.cmpi slt, %value, %ms : i32
    %chosen = arith.select %is_less, %value, %ms : i32
    %widened = arith.extsi %value : i32 to i64
    %flag_as_number = arith.extui %is_less : i1 to i32
    %narrowed = arith.trunci %wide : i64 to i32
    %index = arith.index_cast %value : i32 to index
    scf.if %is_less {
    }
    scf.for %i = %two to %ms step %two : i32 {
    }
    %one = scf.if %is_less -> (i32) {
      scf.yield %value : i32
    } else {
      scf.yield %ms : i32
    }

    rl.complete @q reward %reading at %value {alpha = 0.1, gamma = 0.9}
    %action = rl.begin @q at %value epsilon @explore
    %choice = rl.select @q at %value epsilon 0.1
    rl.remember @q at %value action %action
    rl.update @q at %value action %action reward %reading next %value {alpha = 0.1, gamma = 0.9}
    %best = rl.argmax @q at %value
    %largest = rl.max @q at %value
    %worth = rl.read @q at %value action %action
    %bytes = rl.encode @shared into @packet epoch %value sequence %value
    %status = rl.apply @shared from @packet length %bytes by visits bound 100
    %merged = rl.merge @shared with @theirs by visits bound 100 origin %node epoch %value
    rl.mark @shared

    %length = radio.encode @Report into @packet (moisture = %reading)
    %ok, %moisture = radio.decode @Report from @packet length %length (moisture)
    %sent = radio.send on @mesh (moisture = %reading) priority low jitter 2000 ms
    %asked = radio.ask @help (moisture = %reading)
    %answered = radio.answered @help
    radio.backoff @beat
    radio.reset @beat

    adv.advertise @status (battery = %reading, degrees = %reading if %known)
    %size = adv.pack @status turn 0 into @packet (battery = %reading)
    adv.publish @registry (battery = %reading, power_budget = %reading if %known)
  }
  swarm.on_low_battery @low below 3300 mv {
    %millivolts = swarm.battery
  }
  swarm.on_stored @done of @kept {
    %ok, %restored = swarm.outcome
  }
  radio.every @beat 60000 ms jitter 5000 ms backoff 3600000 ms {
  }
  radio.request @help on @mesh timeout 30000 ms tries 3 jitter 2000 ms {
  }
  radio.on_message @heard on @mesh (%moisture = moisture) dedup 32 by (moisture) {
    %from = radio.sender
    %to = radio.receiver
    %id = radio.packet
    %rssi = radio.rssi
    %snr = radio.snr
    %hops = radio.hops
    %bytes = radio.length
  }
  adv.on_ble_advert @seen company 0xFFFF rssi -90 {
    %ok, %charge, %known = adv.read @status (battery, has degrees)
    %dbm = adv.rssi
    %low, %high = adv.address
  }
}
