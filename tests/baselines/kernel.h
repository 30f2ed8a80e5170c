// What the kernels written by hand have in common: the binary interface, and what they would share in one firmware.
//
// Each does to the bit what dialects/NUMERICS.md says of the kernel of the same name beside it, on a state block of the
// same layout. They are written to be fast and small: the compilers' work is what is compared.
#include <stdint.h>

struct event {
  uint32_t kind, symbol, value, missed;
};

struct state;

// The two handlers, under the symbols that descriptors name.
uint32_t init(struct state *restrict state, const void *restrict host, const struct event *restrict event)
    __asm__("swarm_handler_swarm.init");
uint32_t run(struct state *restrict state, const void *restrict host, const struct event *restrict event)
    __asm__("swarm_handler_run");

#define HANDLER                                                                                                        \
  uint32_t run(struct state *restrict state, __attribute__((unused)) const void *restrict host,                        \
               __attribute__((unused)) const struct event *restrict event)

// The initialisation of a kernel that draws, and of one that does not.
#define SEEDED                                                                                                         \
  uint32_t init(struct state *restrict state, __attribute__((unused)) const void *restrict host,                       \
                const struct event *restrict event) {                                                                  \
    state->random = event->value ? event->value : 0x9E3779B9;                                                          \
    return 0;                                                                                                          \
  }
#define UNSEEDED                                                                                                       \
  uint32_t init(__attribute__((unused)) struct state *restrict state, __attribute__((unused)) const void *restrict host, \
                __attribute__((unused)) const struct event *restrict event) {                                          \
    return 0;                                                                                                          \
  }

#define FAULT_INDEX 1

static inline int32_t clamp(int32_t value, int32_t low, int32_t high) {
  return value < low ? low : value > high ? high : value;
}

// xorshift32.
static inline uint32_t draw(uint32_t *random) {
  uint32_t x = *random;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return *random = x;
}

// The largest of the elements that a mask names, which is not 0.
static inline int32_t max_of(const int16_t *row, uint32_t mask) {
  int32_t best = INT32_MIN;
  for (; mask; mask >>= 1, row++)
    if ((mask & 1) && *row > best)
      best = *row;
  return best;
}

// The lowest action with the largest element, of those that a mask names.
static inline int32_t best_of(const int16_t *row, uint32_t mask) {
  int32_t best = INT32_MIN, action = -1;
  for (int32_t a = 0; mask; mask >>= 1, a++)
    if ((mask & 1) && row[a] > best)
      best = row[a], action = a;
  return action;
}

// One of the up to 7 actions that a mask names, each as likely, from 16 random bits.
static inline int32_t any_of_7(uint32_t mask, uint32_t bits, uint32_t *random) {
  // 65536 mod n, for n = 0 to 7: a hexadecimal digit each.
  const uint32_t remainders = 0x24101000;
  uint32_t n = 0;
  for (uint32_t left = mask; left; left &= left - 1)
    n++;
  uint32_t reject = remainders >> (4 * n) & 15, product = bits * n;
  for (int tries = 7; (product & 0xFFFF) < reject && tries > 0; tries--)
    product = (draw(random) >> 16) * n;
  uint32_t before = product >> 16;
  for (int32_t a = 0;; a++, mask >>= 1)
    if ((mask & 1) && before-- == 0)
      return a;
}
