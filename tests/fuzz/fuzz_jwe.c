// SPDX-License-Identifier: Apache-2.0
//
// A JWE as a stranger may write it: the text itself, the same bytes as its header, and as the ephemeral key
// of a header that names our key, so that what lies behind each check is reached too. What is refused leaves
// nothing behind.
#include <string.h>

#include "crypto/digest.h"
#include "crypto/jwe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void open_one(struct span text, const struct keyring *ring)
{
	struct arena a;
	struct span apv = {NULL, 0};
	struct buf out;

	arena_init(&a, 1 << 20);
	buf_init(&out, JWE_PLAIN_MAX);
	if (jwe_open(&a, text, ring, apv, &out) != JWE_OK)
		ASSERT(out.len == 0);
	buf_release(&out);
	arena_release(&a);
}

// `header`, and parts behind it that are of the right lengths.
static void open_header(struct span header, const struct keyring *ring)
{
	struct buf text;

	buf_init(&text, 2 * JWE_LEN_MAX);
	str_base64url(&text, header.ptr, header.len);
	buf_puts(&text, "..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA");
	open_one((struct span){buf_text(&text), text.len}, ring);
	buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct keyring *ring;
	struct span text = {(const char *)data, size};
	struct buf header;

	if (ring == NULL) {
		crypto_init();
		ring = keyring_of(key_generate(KEY_P256));
	}
	open_one(text, ring);
	if (size > JWE_LEN_MAX / 2)
		return 0;
	open_header(text, ring);
	buf_init(&header, JWE_LEN_MAX);
	buf_printf(&header, "{\"alg\":\"ECDH-ES\",\"enc\":\"A256GCM\",\"kid\":\"%s\",\"epk\":",
	    key_kid(keyring_active(ring)));
	buf_put(&header, data, size);
	buf_putc(&header, '}');
	open_header((struct span){buf_text(&header), header.len}, ring);
	buf_release(&header);
	return 0;
}
