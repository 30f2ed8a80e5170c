// As `update`, with values that stop at the element's limits, and counted visits.
swarm.kernel @update_counted version 1 {
  swarm.var @from : i32
  swarm.var @action : i32
  swarm.var @reward : i32
  swarm.var @to : i32
  rl.table @q : !rl.table<64x4xi16, frac = 8> reward -100 to 100 saturate visits

  swarm.on_timer @run every 1000 ms {
    %from = swarm.get @from
    %action = swarm.get @action
    %reward = swarm.get @reward
    %to = swarm.get @to
    rl.update @q at %from action %action reward %reward next %to {alpha = 0.125, gamma = 0.9375}
  }
}
