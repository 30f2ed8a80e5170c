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

static uint32_t bit_by_bit(uint32_t n, uint32_t d, uint32_t *rest) {
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

// For speed on a core that does not divide: a quotient of 16 bits by a divisor of 16 bits, which is what means and
// shares are, by a reciprocal. Both numbers are moved up until the divisor d has 13 to 16 bits. A table, by d's high
// byte, gives 2^20 / d with an error of 1/32 at most; Newton's step makes 2^31 / d of it, never too much. The
// quotient's first guess is then too small by 80 at most, the second, from what is left, by 1. A test goes over all
// divisors. Everything else goes bit by bit.
#ifdef FAST
__attribute__((used)) static uint32_t quotient(uint32_t n, uint32_t d) {
  uint32_t rest;
  return bit_by_bit(n, d, &rest);
}
__attribute__((naked)) uint32_t __udivsi3(uint32_t n, uint32_t d) {
  __asm__("  lsrs r2, r0, #16\n"
          "  cmp r2, r1\n"
          "  bhs 5f\n"
          "  lsrs r2, r1, #12\n"
          "  bne 3f\n"
          "  lsrs r2, r1, #8\n"
          "  bne 1f\n"
          "  lsls r0, r0, #8\n"
          "  lsls r1, r1, #8\n"
          "  lsrs r2, r1, #12\n"
          "  bne 2f\n"
          "1: lsls r0, r0, #4\n"
          "  lsls r1, r1, #4\n"
          // r2 = 2^20 / d
          "2: adr r3, 6f\n"
          "  lsrs r2, r1, #8\n"
          "  ldrb r2, [r3, r2]\n"
          // r2 = r2 * (2^21 - d * r2) / 2^9
          "  mov r3, r1\n"
          "  muls r3, r2\n"
          "  muls r3, r2\n"
          "  lsls r2, r2, #21\n"
          "  subs r2, r2, r3\n"
          "  lsrs r2, r2, #9\n"
          // ip = the first guess, r0 = what it leaves
          "  lsrs r3, r0, #16\n"
          "  muls r3, r2\n"
          "  lsrs r3, r3, #15\n"
          "  mov ip, r3\n"
          "  muls r3, r1\n"
          "  subs r0, r0, r3\n"
          // The second.
          "  lsrs r3, r0, #8\n"
          "  muls r3, r2\n"
          "  lsrs r3, r3, #23\n"
          "  add ip, r3\n"
          "  muls r3, r1\n"
          "  subs r0, r0, r3\n"
          "  movs r3, #0\n"
          "  cmp r0, r1\n"
          "  mov r0, ip\n"
          "  adcs r0, r3\n"
          "  bx lr\n"
          // The table begins with the 16th byte behind its name: a high byte is 16 at least.
          "  .p2align 2\n"
          "6:\n"
          "3: lsrs r2, r2, #4\n"
          "  beq 2b\n"
          "5: push {r4, lr}\n"
          "  bl quotient\n"
          "  pop {r4, pc}\n"
          "  .space 16 - (. - 6b)\n"
          "  .byte 248, 234, 221, 210, 200, 191, 182, 174, 167, 161, 155, 149, 144, 139, 134, 130, 126, 122, 119, 115\n"
          "  .byte 112, 109, 106, 104, 101, 99, 96, 94, 92, 90, 88, 86, 84, 83, 81, 80, 78, 77, 75, 74\n"
          "  .byte 72, 71, 70, 69, 68, 67, 66, 65, 64, 63, 62, 61, 60, 59, 58, 57, 56, 56, 55, 54\n"
          "  .byte 54, 53, 52, 52, 51, 50, 50, 49, 48, 48, 47, 47, 46, 46, 45, 45, 44, 44, 43, 43\n"
          "  .byte 42, 42, 42, 41, 41, 40, 40, 40, 39, 39, 38, 38, 38, 37, 37, 37, 36, 36, 36, 35\n"
          "  .byte 35, 35, 35, 34, 34, 34, 33, 33, 33, 33, 32, 32, 32, 32, 31, 31, 31, 31, 30, 30\n"
          "  .byte 30, 30, 30, 29, 29, 29, 29, 29, 28, 28, 28, 28, 28, 27, 27, 27, 27, 27, 27, 26\n"
          "  .byte 26, 26, 26, 26, 26, 25, 25, 25, 25, 25, 25, 24, 24, 24, 24, 24, 24, 24, 23, 23\n"
          "  .byte 23, 23, 23, 23, 23, 23, 22, 22, 22, 22, 22, 22, 22, 22, 22, 21, 21, 21, 21, 21\n"
          "  .byte 21, 21, 21, 21, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 19, 19, 19, 19, 19, 19\n"
          "  .byte 19, 19, 19, 19, 19, 18, 18, 18, 18, 18, 18, 18, 18, 18, 18, 18, 18, 18, 17, 17\n"
          "  .byte 17, 17, 17, 17, 17, 17, 17, 17, 17, 17, 17, 17, 16, 16, 16, 16, 16, 16, 16, 16\n");
}
static uint32_t divide32(uint32_t n, uint32_t d, uint32_t *rest) {
  uint32_t q = __udivsi3(n, d);
  *rest = n - q * d;
  return q;
}
#else
#define divide32 bit_by_bit
#endif

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
#ifndef FAST
uint32_t __udivsi3(uint32_t n, uint32_t d) {
  uint32_t rest;
  return divide32(n, d, &rest);
}
#endif
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
uint32_t __aeabi_uidiv(uint32_t n, uint32_t d) { return __udivsi3(n, d); }
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
