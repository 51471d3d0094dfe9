// SPDX-License-Identifier: Apache-2.0
//
// Any bytes into every decoder of text. What base64, hex and UUIDs accept encodes back to the same
// bytes; percent-decoding and JSON escaping yield UTF-8; numbers print back.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ids.h"
#include "base/str.h"

#define CHECK(cond) ((cond) ? (void)0 : abort())
#define BYTES_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool holds(const struct buf *b, struct span s)
{
	return !b->failed && b->len == s.len && (s.len == 0 || memcmp(b->data, s.ptr, s.len) == 0);
}

static void base64(struct span in, struct buf *out)
{
	uint8_t *bytes = malloc(in.len + 1);
	size_t len;
	CHECK(bytes != NULL);
	buf_clear(out);
	if (str_base64url_decode(in, bytes, in.len, &len)) {
		str_base64url(out, bytes, len);
		CHECK(holds(out, in));
		CHECK(len == 0 || !str_base64url_decode(in, bytes, len - 1, &len));
	}
	buf_clear(out);
	if (str_base64_decode(in, bytes, in.len, &len)) {
		str_base64(out, bytes, len);
		CHECK(holds(out, in));
	}
	// And the other way: what is encoded decodes.
	buf_clear(out);
	str_base64url(out, in.ptr, in.len);
	struct span text = {buf_text(out), out->len};
	CHECK(str_base64url_decode(text, bytes, in.len, &len) && len == in.len);
	CHECK(len == 0 || memcmp(bytes, in.ptr, len) == 0);
	free(bytes);
}

static void hex_and_ids(struct span in, struct buf *out)
{
	uint8_t bytes[64];
	struct uuid u;
	char text[UUID_TEXT_LEN + 1];
	buf_clear(out);
	if (in.len / 2 <= sizeof(bytes) && str_hex_decode(in, bytes, in.len / 2)) {
		str_hex(out, bytes, in.len / 2);
		CHECK(out->len == in.len && strncasecmp(buf_text(out), in.ptr, in.len) == 0);
	}
	if (uuid_parse(in, &u)) {
		uuid_format(&u, text);
		CHECK(strncasecmp(text, in.ptr, in.len) == 0);
	}
	if (uuid_parse_short(in, &u)) {
		uuid_format_short(&u, text);
		CHECK(memcmp(text, in.ptr, in.len) == 0);
	}
}

static void numbers(struct span in)
{
	int64_t v;
	char text[32], copy[32] = "";
	if (!str_int64(in, &v) || in.len >= sizeof(copy))
		return;
	memcpy(copy, in.ptr, in.len);
	CHECK(v == strtoll(copy, NULL, 10));
	snprintf(text, sizeof(text), "%lld", (long long)v);
	CHECK(str_int64(span_of(text), &v));
}

static void utf8(struct span in, struct buf *out)
{
	size_t at = 0, step;
	while (at < in.len && (step = str_utf8_char(in.ptr + at, in.len - at)) > 0)
		at += step;
	CHECK(str_utf8_valid(in.ptr, in.len) == (at == in.len));
	buf_clear(out);
	str_json_escape(out, in);
	CHECK(!out->failed && str_utf8_valid(out->data, out->len));
	for (size_t i = 0; i < out->len; i++)
		CHECK(out->data[i] >= 0x20);
	buf_clear(out);
	if (str_percent_decode(in, out))
		CHECK(out->len <= in.len && str_utf8_valid(out->data, out->len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = {(const char *)data, size};
	struct buf out;
	buf_init(&out, BYTES_MAX * 8);
	if (size <= BYTES_MAX) {
		base64(in, &out);
		hex_and_ids(in, &out);
		numbers(in);
		utf8(in, &out);
	}
	buf_release(&out);
	return 0;
}
