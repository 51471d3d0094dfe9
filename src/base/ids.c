// SPDX-License-Identifier: Apache-2.0
//
// Owns a buffer of kernel randomness and the state of the UUIDv7 generator. One thread a process.
// Invariants: a random byte is handed out once and wiped; neither survives a fork in the child, so
// two workers never draw the same bytes; ids of one process rise strictly, even when the clock
// stands still or goes back.
#include "base/ids.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"

#define POOL_BYTES 2048
// RFC 9562, section 6.2, methods 1 and 2 together: the 12 bits of rand_a and the upper 30 of rand_b
// count; 32 bits stay random. A millisecond starts in the lower half, so 2^41 / 2^16 ids fit in it.
#define COUNTER_BITS 42
#define COUNTER_LIMIT (1ULL << COUNTER_BITS)
#define STEP_MASK 0xffffU
#define LOW_BITS 30

static struct {
	uint8_t pool[POOL_BYTES];
	size_t left; // unused bytes, at the end of the pool
	uint64_t ms; // of the last id
	uint64_t counter;
} state;

static void forget_all(void)
{
	explicit_bzero(&state, sizeof(state));
}

__attribute__((constructor)) static void forget_after_fork(void)
{
	ASSERT(pthread_atfork(NULL, NULL, forget_all) == 0);
}

static void from_kernel(uint8_t *out, size_t len)
{
	while (len > 0) {
		ssize_t got = getrandom(out, len, 0);
		ASSERT(got > 0 || errno == EINTR);
		if (got > 0) {
			out += got;
			len -= (size_t)got;
		}
	}
}

void ids_random(void *out, size_t len)
{
	if (len > POOL_BYTES / 4) {
		from_kernel(out, len);
		return;
	}
	if (state.left < len) {
		from_kernel(state.pool, POOL_BYTES);
		state.left = POOL_BYTES;
	}
	uint8_t *from = state.pool + POOL_BYTES - state.left;
	if (len > 0)
		memcpy(out, from, len);
	explicit_bzero(from, len);
	state.left -= len;
}

// Moves (ms, counter) strictly upwards. A clock that went back keeps the last millisecond; a
// counter that is used up borrows the next one.
static void advance(uint64_t random)
{
	uint64_t now_ms = (uint64_t)(clock_now_us() / 1000);
	if (now_ms <= state.ms) {
		state.counter += 1 + (random & STEP_MASK);
		if (state.counter < COUNTER_LIMIT)
			return;
		now_ms = state.ms + 1;
	}
	state.ms = now_ms;
	state.counter = random & (COUNTER_LIMIT / 2 - 1);
}

struct uuid ids_v7(void)
{
	struct {
		uint64_t counter;
		uint32_t tail;
	} random;
	ids_random(&random, sizeof(random));
	advance(random.counter);
	uint64_t high = state.ms << 16 | 0x7000 | state.counter >> LOW_BITS;
	uint64_t low = 2ULL << 62 | (state.counter & ((1ULL << LOW_BITS) - 1)) << 32 | random.tail;
	struct uuid u;
	for (unsigned i = 0; i < 8; i++) {
		u.b[i] = (uint8_t)(high >> (56 - 8 * i));
		u.b[8 + i] = (uint8_t)(low >> (56 - 8 * i));
	}
	return u;
}

bool uuid_is_nil(const struct uuid *u)
{
	static const struct uuid nil;
	return uuid_eq(u, &nil);
}

bool uuid_eq(const struct uuid *a, const struct uuid *b)
{
	return uuid_cmp(a, b) == 0;
}

int uuid_cmp(const struct uuid *a, const struct uuid *b)
{
	return memcmp(a->b, b->b, sizeof(a->b));
}

void uuid_format(const struct uuid *u, char *out)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < sizeof(u->b); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = digits[u->b[i] >> 4];
		*out++ = digits[u->b[i] & 15];
	}
	*out = 0;
}

void uuid_format_short(const struct uuid *u, char *out)
{
	struct buf text = {
	    .data = (uint8_t *)out, .cap = UUID_SHORT_LEN + 1, .bytes_max = UUID_SHORT_LEN};
	str_base64url(&text, u->b, sizeof(u->b));
	ASSERT(!text.failed && text.len == UUID_SHORT_LEN);
}

bool uuid_parse(struct span in, struct uuid *out)
{
	char hex[32];
	size_t at = 0;
	if (in.len != UUID_TEXT_LEN)
		return false;
	for (size_t i = 0; i < UUID_TEXT_LEN; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (dash && in.ptr[i] != '-')
			return false;
		if (!dash)
			hex[at++] = in.ptr[i];
	}
	struct uuid u;
	if (!str_hex_decode((struct span){hex, sizeof(hex)}, u.b, sizeof(u.b)))
		return false;
	*out = u;
	return true;
}

bool uuid_parse_short(struct span in, struct uuid *out)
{
	struct uuid u;
	size_t len;
	if (in.len != UUID_SHORT_LEN || !str_base64url_decode(in, u.b, sizeof(u.b), &len))
		return false;
	*out = u;
	return true;
}
