// Compotastic's StateUpdate within its AddressableMeshData, as a careful hand writes proto3: nothing for zeros, varints as
// short as they can be.
#include "kernel.h"

struct state {
  uint32_t source, sequence, x, y, action, done;
  int32_t reward;
  uint32_t prior, next, length;
  uint8_t packet[56];
};

static inline uint8_t *varint(uint8_t *to, uint32_t value) {
  for (; value >= 0x80; value >>= 7)
    *to++ = (uint8_t)(value | 0x80);
  *to++ = (uint8_t)value;
  return to;
}

static uint8_t *field(uint8_t *to, uint32_t tag, uint32_t value) {
  if (!value)
    return to;
  *to++ = (uint8_t)tag;
  return varint(to, value);
}

HANDLER {
  uint8_t *to = state->packet;
  to = field(to, 0x08, 1);
  to = field(to, 0x10, 0x434F4D50);
  to = field(to, 0x18, state->source);
  to = field(to, 0x28, state->sequence);
  *to++ = 0x82;
  *to++ = 0x01;
  // At most 18 bytes: its length has one.
  uint8_t *length = to++;
  uint32_t packed = (state->x & 1023) | (state->y & 1023) << 10 | (state->action & 7) << 20 | (state->done & 1) << 23 |
                    (uint32_t)state->reward << 24;
  if (packed) {
    *to++ = 0x0D;
    *to++ = (uint8_t)packed;
    *to++ = (uint8_t)(packed >> 8);
    *to++ = (uint8_t)(packed >> 16);
    *to++ = (uint8_t)(packed >> 24);
  }
  to = field(to, 0x10, state->prior);
  to = field(to, 0x18, state->next);
  *length = (uint8_t)(to - length - 1);
  state->length = (uint32_t)(to - state->packet);
  return 0;
}

UNSEEDED
