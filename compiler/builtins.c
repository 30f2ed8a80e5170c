// Routines that compilers call where a core has no instruction. They come along only when used.
// Each is written in operations that every core has, so that none calls itself.
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n) {
  uint8_t *t = to;
  const uint8_t *f = from;
  while (n--)
    *t++ = *f++;
  return to;
}

void *memmove(void *to, const void *from, size_t n) {
  unsigned char *t = to;
  const unsigned char *f = from;
  // From the end that is not overwritten before it is read.
  if (t < f)
    for (size_t i = 0; i < n; ++i)
      t[i] = f[i];
  else
    for (size_t i = n; i > 0; --i)
      t[i - 1] = f[i - 1];
  return to;
}

void *memset(void *to, int value, size_t n) {
  uint8_t *t = to;
  while (n--)
    *t++ = (uint8_t)value;
  return to;
}

// The low 64 bits of a product, from 16-bit digits: no core needs a high multiply for it.
static uint64_t multiply(uint32_t al, uint32_t ah, uint32_t bl, uint32_t bh) {
  uint32_t a0 = al & 0xffff, a1 = al >> 16, b0 = bl & 0xffff, b1 = bl >> 16;
  uint32_t low = a0 * b0, middle = a1 * b0 + (low >> 16), other = a0 * b1 + (middle & 0xffff);
  uint32_t high = a1 * b1 + (middle >> 16) + (other >> 16) + al * bh + ah * bl;
  return (uint64_t)high << 32 | (low & 0xffff) | other << 16;
}

static uint64_t divide(uint64_t n, uint64_t d, uint64_t *rest) {
  uint64_t q = 0, r = 0;
  for (int i = 0; i < 64; i++) {
    uint32_t top = (uint32_t)(n >> 32) >> 31;
    n = n + n;
    r = (r + r) | top;
    q = q + q;
    if (r >= d) {
      r -= d;
      q |= 1;
    }
  }
  *rest = r;
  return q;
}

static uint32_t divide32(uint32_t n, uint32_t d, uint32_t *rest) {
  uint32_t q = 0, r = 0;
  for (int i = 0; i < 32; i++) {
    r = (r + r) | n >> 31;
    n += n;
    q += q;
    if (r >= d) {
      r -= d;
      q |= 1;
    }
  }
  *rest = r;
  return q;
}

static int64_t divide_signed(int64_t n, int64_t d) {
  uint64_t rest;
  uint64_t q = divide(n < 0 ? -(uint64_t)n : (uint64_t)n, d < 0 ? -(uint64_t)d : (uint64_t)d, &rest);
  return (int64_t)((n < 0) != (d < 0) ? -q : q);
}

static int32_t divide32_signed(int32_t n, int32_t d) {
  uint32_t rest;
  uint32_t q = divide32(n < 0 ? -(uint32_t)n : (uint32_t)n, d < 0 ? -(uint32_t)d : (uint32_t)d, &rest);
  return (int32_t)((n < 0) != (d < 0) ? -q : q);
}

uint64_t __muldi3(uint64_t a, uint64_t b) { return multiply((uint32_t)a, a >> 32, (uint32_t)b, b >> 32); }

int64_t __divdi3(int64_t n, int64_t d) { return divide_signed(n, d); }
uint64_t __udivdi3(uint64_t n, uint64_t d) {
  uint64_t rest;
  return divide(n, d, &rest);
}
uint64_t __umoddi3(uint64_t n, uint64_t d) {
  uint64_t rest;
  divide(n, d, &rest);
  return rest;
}
int64_t __moddi3(int64_t n, int64_t d) {
  uint64_t rest;
  divide(n < 0 ? -(uint64_t)n : (uint64_t)n, d < 0 ? -(uint64_t)d : (uint64_t)d, &rest);
  return (int64_t)(n < 0 ? -rest : rest);
}
int32_t __divsi3(int32_t n, int32_t d) { return divide32_signed(n, d); }
uint32_t __udivsi3(uint32_t n, uint32_t d) {
  uint32_t rest;
  return divide32(n, d, &rest);
}
uint32_t __umodsi3(uint32_t n, uint32_t d) {
  uint32_t rest;
  divide32(n, d, &rest);
  return rest;
}
int32_t __modsi3(int32_t n, int32_t d) {
  uint32_t rest;
  divide32(n < 0 ? -(uint32_t)n : (uint32_t)n, d < 0 ? -(uint32_t)d : (uint32_t)d, &rest);
  return (int32_t)(n < 0 ? -rest : rest);
}

// Arm's own names, which LLVM uses for some operations.
#ifdef __arm__
uint64_t __aeabi_lmul(uint64_t a, uint64_t b) { return multiply((uint32_t)a, a >> 32, (uint32_t)b, b >> 32); }
void __aeabi_memcpy(void *to, const void *from, size_t n) { memcpy(to, from, n); }
void __aeabi_memcpy4(void *to, const void *from, size_t n) { memcpy(to, from, n); }
void __aeabi_memmove(void *to, const void *from, size_t n) { memmove(to, from, n); }
void __aeabi_memmove4(void *to, const void *from, size_t n) { memmove(to, from, n); }
void __aeabi_memset(void *to, size_t n, int value) { memset(to, value, n); }
void __aeabi_memclr(void *to, size_t n) { memset(to, 0, n); }
void __aeabi_memclr4(void *to, size_t n) { memset(to, 0, n); }
int32_t __aeabi_idiv(int32_t n, int32_t d) { return divide32_signed(n, d); }
uint32_t __aeabi_uidiv(uint32_t n, uint32_t d) {
  uint32_t rest;
  return divide32(n, d, &rest);
}
// Quotient and remainder come back in registers: as one 64-bit result, low half first.
uint64_t __aeabi_uidivmod(uint32_t n, uint32_t d) {
  uint32_t rest, q = divide32(n, d, &rest);
  return q | (uint64_t)rest << 32;
}
uint64_t __aeabi_idivmod(int32_t n, int32_t d) {
  int32_t q = divide32_signed(n, d);
  return (uint32_t)q | (uint64_t)((uint32_t)n - (uint32_t)q * (uint32_t)d) << 32;
}
// 64-bit quotient in r0, r1 and remainder in r2, r3: C has no such result.
__attribute__((used)) static uint64_t unsigned_parts(uint64_t n, uint64_t d, uint64_t *rest) { return divide(n, d, rest); }
__attribute__((used)) static int64_t signed_parts(int64_t n, int64_t d, int64_t *rest) {
  int64_t q = divide_signed(n, d);
  uint64_t back = multiply((uint32_t)q, (uint64_t)q >> 32, (uint32_t)d, (uint64_t)d >> 32);
  *rest = (int64_t)((uint64_t)n - back);
  return q;
}
#define PARTS(routine)                                                                                                 \
  __asm__("push {r4, lr}\n sub sp, #16\n add r4, sp, #8\n str r4, [sp]\n bl " routine "\n"                               \
          "ldr r2, [sp, #8]\n ldr r3, [sp, #12]\n add sp, #16\n pop {r4, pc}")
__attribute__((naked)) void __aeabi_uldivmod(void) { PARTS("unsigned_parts"); }
__attribute__((naked)) void __aeabi_ldivmod(void) { PARTS("signed_parts"); }
#endif
