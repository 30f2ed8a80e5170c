// What a handler may ask of its host, and chance.
swarm.kernel @host version 1 {
  swarm.io @in : sense i1
  swarm.io @out : act i32
  swarm.on_start @ask {
    %is = swarm.valid @in
    swarm.assert %is
    %age = swarm.age @in
    %now = swarm.now
    %die = swarm.random below 6
    %id = swarm.node_id
    %noise = swarm.entropy
    %a = arith.xori %id, %noise : i32
    swarm.act @out, %a
    swarm.log "{} {} {}" (%age, %now, %die)
  }
}
