// An observer: the filter, one pass over the structures, the fields that are asked for.
swarm.kernel @listens version 1 {
  swarm.var @charge : i32
  adv.beacon @status company 0xFFFF every 1000 ms {
    battery = 0 to 100,
    temperature = -40 to 85 by 0.5 missing,
    lit = flag
  }
  adv.on_ble_advert @seen company 0xFFFF rssi -90 {
    %ok, %charge, %known, %lit = adv.read @status (battery, has temperature, lit : i1)
    %dbm = adv.rssi
    %low, %high = adv.address
    scf.if %ok {
      swarm.set @charge, %charge
      swarm.log "{} {} {}" (%dbm, %low, %high)
    }
  }
}
