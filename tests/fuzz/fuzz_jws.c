// SPDX-License-Identifier: Apache-2.0
//
// A token as a stranger may write it: the text itself, and the same bytes as header and claims that
// our own key signed, so that what lies behind the signature is reached too.
#include <string.h>

#include "crypto/jws.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse(struct span text, const struct keyring *ring)
{
	struct arena a;
	struct token_claims c;

	arena_init(&a, 1 << 20);
	if (token_parse(&a, text, ring, &c) == JWS_OK) {
		ASSERT(c.iss.len > 0 && c.serial >= 0 && c.version >= 0 && c.expires_s >= 0);
		ASSERT(c.status_uri.len > 0 ? c.status_index >= 0 : c.status_index == 0);
	}
	arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct keyring *ring;
	struct span text = {(const char *)data, size};
	struct buf out;

	if (ring == NULL)
		ring = keyring_of(key_generate(KEY_P256));
	parse(text, ring);
	if (size > JWS_LEN_MAX)
		return 0;
	buf_init(&out, 4 * JWS_LEN_MAX);
	jws_sign(&out, keyring_active(ring), "drop+jwt", text);
	ASSERT(!out.failed);
	parse((struct span){buf_text(&out), out.len}, ring);
	buf_release(&out);
	return 0;
}
