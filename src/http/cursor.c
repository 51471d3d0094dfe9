// SPDX-License-Identifier: Apache-2.0
//
// Signs and opens list cursors. The key is derived from the server's secret.
#include "http/cursor.h"

#include <string.h>

#include "crypto/digest.h"

#define TAG_LEN 16

static struct digest cursor_key;

void cursor_start(const uint8_t secret[32])
{
	cursor_key = hmac_sha256(secret, 32, "cursor", 6);
}

static struct digest tag_of(
    const struct uuid *creator, struct span path, const void *text, size_t len)
{
	struct buf b;
	struct digest d;

	buf_init(&b, 8192);
	buf_put(&b, creator->b, sizeof(creator->b));
	buf_put(&b, path.ptr, path.len);
	buf_putc(&b, '\0');
	buf_put(&b, text, len);
	d = hmac_sha256(cursor_key.b, sizeof(cursor_key.b), b.data, b.len);
	buf_release(&b);
	return d;
}

void cursor_put(struct buf *out, const struct uuid *creator, struct span path, struct span text)
{
	uint8_t raw[TAG_LEN + CURSOR_TEXT_MAX];
	struct digest d = tag_of(creator, path, text.ptr, text.len);

	ASSERT(text.len <= CURSOR_TEXT_MAX);
	memcpy(raw, d.b, TAG_LEN);
	memcpy(raw + TAG_LEN, text.ptr, text.len);
	str_base64url(out, raw, TAG_LEN + text.len);
}

struct span cursor_open(
    struct arena *a, const struct uuid *creator, struct span path, struct span cursor)
{
	uint8_t raw[TAG_LEN + CURSOR_TEXT_MAX];
	const struct span none = {NULL, 0};
	struct digest d;
	size_t len;
	char *text;

	if (!str_base64url_decode(cursor, raw, sizeof(raw), &len) || len < TAG_LEN)
		return none;
	d = tag_of(creator, path, raw + TAG_LEN, len - TAG_LEN);
	if (!crypto_equal(d.b, raw, TAG_LEN))
		return none;
	text = arena_strndup(a, (const char *)raw + TAG_LEN, len - TAG_LEN);
	if (text == NULL)
		return none;
	return (struct span){text, len - TAG_LEN};
}
