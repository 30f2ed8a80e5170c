// Each event, and what only it knows.
swarm.kernel @events version 1 {
  swarm.var @count : i32 = 7
  swarm.var @loaded : i1
  swarm.storage @kept keeps @count wear 4 per_day
  swarm.on_start @start {
    swarm.restore @kept
  }
  swarm.on_timer @tick every 60000 ms rearm 1000 to 60000 ms {
    %m = swarm.missed
    %ms = arith.constant 1000 : i32
    swarm.rearm @tick, %ms
    swarm.log "missed {}" (%m)
    swarm.persist @kept
  }
  swarm.on_low_battery @low below 3300 mv {
    %mv = swarm.battery
    swarm.set @count, %mv
  }
  swarm.on_stored @done of @kept {
    %ok, %restored = swarm.outcome
    swarm.set @loaded, %ok : i1
  }
}
