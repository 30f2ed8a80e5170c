// GATT: whole bytes for a characteristic, and the host's service.
swarm.kernel @serves version 1 {
  swarm.io @charge : sense i8
  adv.gatt @registry capability
  adv.gatt @status service "3f9a0000-52c1-4f6e-9d0b-7a1e5c2d8b64" {
    level = 0x2A19 read notify : 0 to 100 unit "%",
    state = "3f9a0001-52c1-4f6e-9d0b-7a1e5c2d8b64" read : [mode = one_of [idle, busy], tasks = 0 to 1000 missing, can = set [sing, dance] bytes 2]
  }
  swarm.on_timer @tick every 10000 ms {
    %charge = swarm.sense @charge
    %known = swarm.valid @charge
    adv.publish @registry (battery = %charge, power_budget = %charge if %known)
    adv.publish @status (state.mode = %charge, state.tasks = %charge if %known, state.can = %charge)
  }
}
