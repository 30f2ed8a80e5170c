// Listens for nodes of the example capability_beacon, and remembers the one with the fullest battery nearby.
swarm.kernel @observer version 1 {
  swarm.var @heard : i32
  swarm.var @best_charge : i32 = -1
  swarm.var @best_address : i32

  // As in capability_beacon: the same declaration gives the same layout, and the same layout id.
  adv.beacon @capability company 0xFFFF every 1000 ms connectable {
    battery      = 0 to 100 unit "%",
    temperature  = -40 to 85 by 0.5 unit "°C" missing,
    accelerators = flags 6,
    family       = one_of [tabular, tile_coding, linear, forest, perceptron],
    uptime       = 0 to 1000 unit "h",
    busy         = flag
  }

  adv.on_ble_advert @seen company 0xFFFF rssi -80 {
    %ok, %charge, %known, %degrees, %busy = adv.read @capability (battery, has temperature, temperature, busy : i1)
    scf.if %ok {
      %low, %high = adv.address
      %dbm  = adv.rssi
      %one  = arith.constant 1 : i32
      %was  = swarm.get @heard
      %now  = arith.addi %was, %one : i32
      swarm.set @heard, %now
      swarm.log "node {} at {} dBm: battery {}" (%low, %dbm, %charge)
      %best   = swarm.get @best_charge
      %yes    = arith.constant true
      %idle   = arith.xori %busy, %yes : i1
      %fuller = arith.cmpi sgt, %charge, %best : i32
      %better = arith.andi %fuller, %idle : i1
      scf.if %better {
        swarm.set @best_charge, %charge
        swarm.set @best_address, %low
      }
    }
  }

  // What was heard long ago is not nearby any more.
  swarm.on_timer @forget every 600000 ms {
    %none = arith.constant -1 : i32
    swarm.set @best_charge, %none
  }
}
