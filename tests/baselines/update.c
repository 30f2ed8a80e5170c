// Watkins's Q-learning on whole transitions: alpha 1/8, gamma 15/16.
#include "kernel.h"

struct state {
  uint32_t from, action;
  int32_t reward;
  uint32_t to;
  int16_t q[64 * 4];
};

HANDLER {
  uint32_t from = state->from, action = state->action, to = state->to;
  if (from >= 64 || action >= 4 || to >= 64)
    return FAULT_INDEX;
  const int16_t *next = state->q + 4 * to;
  int32_t best = next[0];
  if (next[1] > best)
    best = next[1];
  if (next[2] > best)
    best = next[2];
  if (next[3] > best)
    best = next[3];
  int32_t reward = 64 * clamp(state->reward, -5, 10);
  int16_t *q = state->q + 4 * from + action;
  // 16 (r + 15/16 m - q), rounded to the nearest 128th.
  *q += (16 * (reward + best - *q) - best + 64) >> 7;
  return 0;
}

UNSEEDED
