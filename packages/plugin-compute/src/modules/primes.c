/* Counts the primes p with lo <= p < hi by a segmented sieve over odd numbers. hi <= 2^40. */
#include <stdint.h>

#define ROOT_MAX (1u << 20)     /* square root of the largest hi */
#define BASE_PRIMES 82025       /* primes up to 2^20 */
#define SEGMENT 32768           /* odd numbers at a time: one byte each, the size of an L1 cache */

static uint8_t small[ROOT_MAX / 2];
static uint32_t prime[BASE_PRIMES];
static uint64_t next[BASE_PRIMES];
static uint8_t composite[SEGMENT];
static int64_t count;

/* The odd primes up to and including root. */
static uint32_t base_primes(uint32_t root) {
  uint32_t found = 0;
  for (uint32_t p = 3; p <= root; p += 2) {
    if (small[p / 2]) continue;
    prime[found++] = p;
    for (uint64_t multiple = (uint64_t)p * p; multiple <= root; multiple += 2 * p) small[multiple / 2] = 1;
  }
  return found;
}

static uint32_t root_of(uint64_t n) {
  uint64_t root = 0;
  for (uint64_t bit = ROOT_MAX; bit; bit >>= 1)
    if ((root + bit) * (root + bit) <= n) root += bit;
  return (uint32_t)root;
}

__attribute__((export_name("run"))) int64_t run(int64_t lo, int64_t hi) {
  if (lo < 0 || hi < lo || hi > (int64_t)1 << 40) __builtin_trap();
  count = lo <= 2 && hi > 2;
  uint64_t first = lo < 3 ? 3 : (uint64_t)lo | 1;
  if (first < (uint64_t)hi) {
    uint32_t primes = base_primes(root_of((uint64_t)hi - 1));
    for (uint32_t i = 0; i < primes; i++) {
      uint64_t p = prime[i], square = p * p, multiple = (first + p - 1) / p * p;
      if (!(multiple & 1)) multiple += p;
      next[i] = square > first ? square : multiple;
    }
    for (uint64_t from = first; from < (uint64_t)hi; from += 2 * SEGMENT) {
      uint64_t to = from + 2 * SEGMENT < (uint64_t)hi ? from + 2 * SEGMENT : (uint64_t)hi;
      uint32_t odds = (uint32_t)((to - from + 1) / 2);
      __builtin_memset(composite, 0, odds);
      for (uint32_t i = 0; i < primes; i++) {
        uint64_t at = next[i];
        for (; at < to; at += 2 * (uint64_t)prime[i]) composite[(at - from) / 2] = 1;
        next[i] = at;
      }
      for (uint32_t i = 0; i < odds; i++) count += !composite[i];
    }
  }
  return (int64_t)((uint64_t)(uintptr_t)&count << 32 | sizeof count);
}
