// An advert of eight fields, the last of them six numbers, by the layout that `swarmc check advert.mlir` shows.
#include "kernel.h"

struct state {
  int32_t kind, node, sequence, degrees, humidity, battery, q0, q1, q2, q3, q4, q5, length;
  uint8_t packet[31];
};

static inline void put32(uint8_t *to, uint32_t value) { __builtin_memcpy(to, &value, 4); }
static inline void put16(uint8_t *to, uint32_t value) {
  uint16_t half = (uint16_t)value;
  __builtin_memcpy(to, &half, 2);
}

HANDLER {
  uint8_t *to = state->packet;
  uint32_t degrees = (uint32_t)(clamp(state->degrees, -2048, 2047) + 2048);
  uint32_t humidity = (uint32_t)clamp(state->humidity, 0, 1000);
  uint32_t battery = (uint32_t)clamp(state->battery, 0, 4092) >> 2;
  put32(to, 0x1B060102);
  put32(to + 4, 0x35FFFFFF);
  put32(to + 8, (uint32_t)state->node);
  put32(to + 12, degrees | humidity << 12 | battery << 22);
  put16(to + 16, (uint32_t)state->sequence);
  put16(to + 18, (uint32_t)state->q0);
  put16(to + 20, (uint32_t)state->q1);
  put16(to + 22, (uint32_t)state->q2);
  put16(to + 24, (uint32_t)state->q3);
  put16(to + 26, (uint32_t)state->q4);
  put16(to + 28, (uint32_t)state->q5);
  to[30] = (uint8_t)clamp(state->kind, 0, 15);
  state->length = 31;
  return 0;
}

UNSEEDED
