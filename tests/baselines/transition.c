// The forager's tick: learn from what was remembered, choose, remember.
#include "kernel.h"

struct state {
  uint32_t random;
  uint32_t place, moves;
  int32_t payoff, chosen;
  uint8_t ended;
  _Alignas(4) int16_t q[529 * 7];
  int32_t pending_state, pending_action;
  uint32_t uses;
};

// round(3277 error / 2^30), to the nearest. The error is below 2^29.
static inline int32_t tenth(int32_t error) {
#ifdef __ARM_ARCH_6M__
  // This core has no product of 64 bits: two digits.
  int32_t high = error >> 15, low = error & 0x7FFF;
  return (high * 3277 + ((low * 3277 + (1 << 29)) >> 15)) >> 15;
#else
  return (int32_t)(((int64_t)error * 3277 + (1 << 29)) >> 30);
#endif
}

// From 1 to 0.05 over 20000 uses.
static inline uint32_t epsilon(uint32_t uses) {
  return uses >= 20000 ? 3277 : 65536 - (uses * 204010 >> 16);
}

HANDLER {
  uint32_t place = state->place;
  if (place >= 529)
    return FAULT_INDEX;
  uint32_t mask = state->moves & 127;
  const int16_t *row = state->q + 7 * place;
  if (state->pending_state >= 0) {
    int32_t best = mask == 0 || state->ended ? 0 : max_of(row, mask);
    int32_t reward = 64 * clamp(state->payoff, -5, 10);
    int16_t *q = state->q + 7 * state->pending_state + state->pending_action;
    *q += tenth(32768 * (reward - *q) + 29491 * best);
    state->pending_state = -1;
  }
  if (mask == 0) {
    state->pending_state = -1;
    state->chosen = -1;
    return 0;
  }
  uint32_t uses = state->uses, threshold = epsilon(uses);
  if (uses < 20000)
    state->uses = uses + 1;
  uint32_t x = draw(&state->random);
  int32_t action;
  if ((x & 0xFFFF) < threshold)
    action = any_of_7(mask, x >> 16, &state->random);
  else
    action = best_of(row, mask);
  state->pending_state = (int32_t)place;
  state->pending_action = action;
  state->chosen = action;
  return 0;
}

uint32_t init(struct state *restrict state, const void *restrict host, const struct event *restrict event) {
  (void)host;
  state->random = event->value ? event->value : 0x9E3779B9;
  state->pending_state = -1;
  return 0;
}
