// Adverts that take turns; one of them into an array.
swarm.kernel @turns version 1 {
  swarm.io @x : sense i32
  swarm.var @packet : tensor<31xi8>
  adv.beacon @status service 0xFFF0 every 500 ms scannable rotate 3 dwell 2000 ms local_name "turns" {
    a = id 64, b = id 64, c = id 48, d = id 30 repeated, e = 0 to 2, f = 0 to 4, g = 0 to 6
  }
  swarm.on_timer @tick every 10000 ms {
    %x = swarm.sense @x
    %y = arith.extsi %x : i32 to i64
    %n = adv.pack @status turn 1 into @packet
        (a = %y : i64, b = %y : i64, c = %y : i64, d = %x, e = %x, f = %x, g = %x)
    swarm.log "{} bytes" (%n)
  }
}
