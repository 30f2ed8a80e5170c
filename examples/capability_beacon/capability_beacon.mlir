// A node that says what it can do: by an advert for all that pass by, and by a service for who connects.
swarm.kernel @capability_beacon version 1 {
  swarm.io @charge      : sense i8
  swarm.io @temperature : sense i16
  swarm.io @busy        : sense i1

  adv.beacon @capability company 0xFFFF every 1000 ms connectable {
    battery      = 0 to 100 unit "%",
    temperature  = -40 to 85 by 0.5 unit "°C" missing,
    accelerators = flags 6,
    family       = one_of [tabular, tile_coding, linear, forest, perceptron],
    uptime       = 0 to 1000 unit "h",
    busy         = flag
  }
  adv.gatt @registry capability

  swarm.on_start @hello {
    %yes   = arith.constant 1 : i32
    %two   = arith.constant 2 : i32
    %none  = arith.constant 0 : i32
    %kinds = arith.constant 3 : i32
    %i16   = arith.constant 16 : i32
    adv.publish @registry (accelerators = %two, model_families = %kinds, precisions = %i16,
                           firmware_version.major = %yes, firmware_version.minor = %none,
                           firmware_version.patch = %none)
  }

  swarm.on_timer @tick every 10000 ms {
    %two     = arith.constant 2 : i32
    %family  = arith.constant 1 : i32
    %hour    = arith.constant 3600000 : i32
    %charge  = swarm.sense @charge
    %degrees = swarm.sense @temperature
    %known   = swarm.valid @temperature
    %busy    = swarm.sense @busy : i1
    %now     = swarm.now
    %hours   = arith.divui %now, %hour : i32
    adv.advertise @capability (battery = %charge, temperature = %degrees if %known, accelerators = %two,
                               family = %family, uptime = %hours, busy = %busy : i1)
    adv.publish @registry (battery = %charge)
  }
}
