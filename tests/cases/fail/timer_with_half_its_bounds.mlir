swarm.kernel @wrong version 1 {
  "swarm.on_timer"() ({ "swarm.end"() : () -> () }) {sym_name = "tick", period = 500 : i32, shortest = 100 : i32} : () -> ()
}
