swarm.kernel @wrong version 1 {
  swarm.io @motor : act i8
  swarm.on_timer @tick every 500 ms {
    %speed = arith.constant 15 : i32
    swarm.act @motor, %speed

  swarm.on_start @hello {
    swarm.log "up"
  }
}
