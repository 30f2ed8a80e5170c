// A kernel that says nothing.
swarm.kernel @silent version 1 {
  swarm.on_start @begin { }
}
