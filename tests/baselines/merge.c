// A peer's whole table merged by visits.
#include "kernel.h"

enum { ELEMENTS = 64 * 4, PEERS = 4, BOUND = 1000, MOST = 32767 };

struct peer {
  uint32_t origin, epoch, sequence, window;
};

struct state {
  uint32_t origin, epoch;
  int32_t status;
  int16_t q[ELEMENTS];
  uint16_t visits[ELEMENTS], merged[ELEMENTS];
  struct peer peers[PEERS];
  uint32_t count;
  int16_t theirs[ELEMENTS];
  uint16_t their_visits[ELEMENTS];
};

enum { APPLIED = 0, KNOWN = 1, FULL = 5 };

// Whether this contribution counts; it comes as sequence 0 of its epoch.
static inline int32_t admit(struct state *state) {
  struct peer *peer = state->peers, *end = peer + state->count;
  uint32_t origin = state->origin, epoch = state->epoch;
  while (peer < end && peer->origin != origin)
    peer++;
  if (peer == end) {
    if (state->count == PEERS)
      return FULL;
    state->count++;
  } else if (peer->epoch == epoch) {
    uint32_t place = peer->sequence - 1;
    if (place >= 32 || (peer->window >> place & 1))
      return KNOWN;
    peer->window |= 1u << place;
    return APPLIED;
  } else if (peer->epoch > epoch) {
    return KNOWN;
  }
  peer->origin = origin;
  peer->epoch = epoch;
  peer->sequence = 0;
  peer->window = 0;
  return APPLIED;
}

static inline uint32_t min(uint32_t a, uint32_t b) { return a < b ? a : b; }

HANDLER {
  int32_t status = admit(state);
  if (status == APPLIED)
    for (uint32_t i = 0; i < ELEMENTS; i++) {
      uint32_t theirs = state->their_visits[i];
      if (theirs - 1 >= MOST)
        continue;
      uint32_t merged = state->merged[i], wb = min(theirs, BOUND);
      uint32_t wa = min(state->visits[i] + merged, MOST), both = wa + wb;
      // Lifted by 2^15, so that the mean is not below 0 and rounds to the nearest.
      uint32_t sum = (state->q[i] + 32768) * wa + (state->theirs[i] + 32768) * wb;
      state->q[i] = (int16_t)((sum + both / 2) / both - 32768);
      state->merged[i] = (uint16_t)min(merged + wb, MOST);
    }
  state->status = status;
  return 0;
}

UNSEEDED
