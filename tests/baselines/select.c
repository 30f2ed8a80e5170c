// Epsilon-greedy: of four actions.
#include "kernel.h"

struct state {
  uint32_t random;
  uint32_t at;
  int32_t chosen;
  int16_t q[64 * 4];
};

HANDLER {
  uint32_t at = state->at;
  if (at >= 64)
    return FAULT_INDEX;
  uint32_t x = draw(&state->random);
  if ((x & 0xFFFF) < 6554) {
    state->chosen = x >> 30;
    return 0;
  }
  const int16_t *row = state->q + 4 * at;
  int32_t best = row[0], action = 0;
  if (row[1] > best)
    best = row[1], action = 1;
  if (row[2] > best)
    best = row[2], action = 2;
  if (row[3] > best)
    action = 3;
  state->chosen = action;
  return 0;
}

SEEDED
