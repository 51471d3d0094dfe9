// SPDX-License-Identifier: Apache-2.0
//
// A proof as a stranger may write it: the payload itself, and the same bytes as the JSON inside one.
// What is accepted was signed by us, and is written again as it was.
#include <string.h>

#include "crypto/altcha.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct altcha_key *key, struct span payload)
{
	struct altcha_challenge c;
	struct arena a;

	arena_init(&a, 1 << 20);
	if (altcha_check(&a, key, payload, &c) == ALTCHA_OK)
		ASSERT(c.cost >= 1 && c.cost <= ALTCHA_COST_MAX && c.zeros >= 1);
	arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t secret[32] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
	    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};
	struct altcha_key key = altcha_key_of(secret);
	struct buf text;

	check(&key, (struct span){(const char *)data, size});
	buf_init(&text, 2 * ALTCHA_PAYLOAD_MAX);
	if (size <= ALTCHA_PAYLOAD_MAX)
		str_base64(&text, data, size);
	ASSERT(!text.failed);
	check(&key, (struct span){buf_text(&text), text.len});
	buf_release(&text);
	return 0;
}
