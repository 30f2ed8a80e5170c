// A beacon of eight fields, the last of them six numbers, packed into an array: what the C beside it writes by hand.
swarm.kernel @advert version 1 {
  swarm.var @kind     : i32
  swarm.var @node     : i32
  swarm.var @sequence : i32
  swarm.var @degrees  : i32
  swarm.var @humidity : i32
  swarm.var @battery  : i32
  swarm.var @q0 : i32
  swarm.var @q1 : i32
  swarm.var @q2 : i32
  swarm.var @q3 : i32
  swarm.var @q4 : i32
  swarm.var @q5 : i32
  swarm.var @length   : i32
  swarm.var @packet   : tensor<31xi8>

  adv.beacon @status company 0xFFFF every 1000 ms {
    kind = 0 to 15,
    node = id 32,
    sequence = id 16,
    degrees = -204.8 to 204.7 by 0.1,
    humidity = 0 to 100 by 0.1,
    battery = 0 to 4092 by 4 floor,
    q0 = id 16, q1 = id 16, q2 = id 16, q3 = id 16, q4 = id 16, q5 = id 16
  }

  swarm.on_timer @run every 1000 ms {
    %kind     = swarm.get @kind
    %node     = swarm.get @node
    %sequence = swarm.get @sequence
    %degrees  = swarm.get @degrees
    %humidity = swarm.get @humidity
    %battery  = swarm.get @battery
    %q0 = swarm.get @q0
    %q1 = swarm.get @q1
    %q2 = swarm.get @q2
    %q3 = swarm.get @q3
    %q4 = swarm.get @q4
    %q5 = swarm.get @q5
    %length = adv.pack @status into @packet (
      kind = %kind, node = %node, sequence = %sequence, degrees = %degrees, humidity = %humidity,
      battery = %battery, q0 = %q0, q1 = %q1, q2 = %q2, q3 = %q3, q4 = %q4, q5 = %q5)
    swarm.set @length, %length
  }
}
