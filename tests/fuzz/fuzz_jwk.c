// SPDX-License-Identifier: Apache-2.0
//
// A device's public key as it enrols. What is accepted is rendered, read again and is the same key.
#include "crypto/keys.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_again(const struct key *k)
{
	struct buf text;
	struct buf error;
	struct json_out w;
	struct key *again = NULL;

	buf_init(&text, 1024);
	buf_init(&error, 1024);
	w = json_to(&text);
	key_jwk(&w, k);
	again = key_from_jwk_text((struct span){buf_text(&text), text.len}, &error);
	ASSERT(again != NULL);
	ASSERT(!key_is_private(again));
	ASSERT(strcmp(key_kid(again), key_kid(k)) == 0);
	ASSERT(digest_equal(key_thumbprint(again), key_thumbprint(k)));
	key_release(again);
	buf_release(&error);
	buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf error;
	struct key *k = NULL;

	buf_init(&error, 1024);
	k = key_from_jwk_text((struct span){(const char *)data, size}, &error);
	ASSERT((k == NULL) == (error.len > 0));
	if (k != NULL)
		read_again(k);
	key_release(k);
	// The same bytes as a bare point.
	buf_clear(&error);
	if (size == 65 || size == 32) {
		k = key_from_public_bytes(size == 65 ? KEY_P256 : KEY_ED25519, data, size, &error);
		if (k != NULL)
			read_again(k);
		key_release(k);
	}
	buf_release(&error);
	return 0;
}
