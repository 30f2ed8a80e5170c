swarm.kernel @wrong version 1 {
  "swarm.var"() {sym_name = "x", type = i8, init = 300 : i64} : () -> ()
}
