// SPDX-License-Identifier: Apache-2.0
//
// Numbers that are the same in every run. Whoever includes this has a `static uint64_t seed`.
#include <stddef.h>
#include <stdint.h>

static double random_unit(void) // xorshift64*, [0, 1)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (double)((seed * UINT64_C(2685821657736338717)) >> 11) / 9007199254740992.0;
}

static inline size_t random_below(size_t n)
{
	return (size_t)(random_unit() * (double)n);
}
