// Compotastic's StateUpdate within its AddressableMeshData, encoded into an array.
swarm.kernel @state_update version 1 {
  swarm.var @source   : i32
  swarm.var @sequence : i32
  swarm.var @x        : i32
  swarm.var @y        : i32
  swarm.var @action   : i32
  swarm.var @done     : i32
  swarm.var @reward   : i32
  swarm.var @prior    : i32
  swarm.var @next     : i32
  swarm.var @length   : i32
  swarm.var @packet   : tensor<56xi8>

  radio.message @StateUpdate {
    packed_transition = 1 : fixed32 [x : u10, y : u10, action : u3, done : u1, reward : s8],
    prior_state_id = 2 : uint32,
    next_state_id = 3 : uint32
  }
  radio.message @AddressableMeshData {
    protocol_version = 1 : uint32,
    application_id = 2 : uint32,
    source_address = 3 : uint32,
    destination_address = 4 : uint32,
    sequence_id = 5 : uint32,
    state_update = 16 : message @StateUpdate oneof payload
  }

  swarm.on_timer @run every 1000 ms {
    %version     = arith.constant 1 : i32
    %application = arith.constant 0x434F4D50 : i32
    %source   = swarm.get @source
    %sequence = swarm.get @sequence
    %x        = swarm.get @x
    %y        = swarm.get @y
    %action   = swarm.get @action
    %done     = swarm.get @done
    %reward   = swarm.get @reward
    %prior    = swarm.get @prior
    %next     = swarm.get @next
    %length = radio.encode @AddressableMeshData into @packet (
      protocol_version = %version, application_id = %application, source_address = %source, sequence_id = %sequence,
      state_update.packed_transition.x = %x, state_update.packed_transition.y = %y,
      state_update.packed_transition.action = %action, state_update.packed_transition.done = %done,
      state_update.packed_transition.reward = %reward,
      state_update.prior_state_id = %prior, state_update.next_state_id = %next)
    swarm.set @length, %length
  }
}
