// Epsilon-greedy: of seven actions, those that a mask makes available.
#include "kernel.h"

struct state {
  uint32_t random;
  uint32_t at, mask;
  int32_t chosen;
  int16_t q[64 * 7];
};

HANDLER {
  uint32_t at = state->at;
  if (at >= 64)
    return FAULT_INDEX;
  uint32_t mask = state->mask & 127;
  if (mask == 0) {
    state->chosen = -1;
    return 0;
  }
  uint32_t x = draw(&state->random);
  if ((x & 0xFFFF) < 6554)
    state->chosen = any_of_7(mask, x >> 16, &state->random);
  else
    state->chosen = best_of(state->q + 7 * at, mask);
  return 0;
}

SEEDED
