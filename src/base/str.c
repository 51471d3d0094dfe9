// SPDX-License-Identifier: Apache-2.0
//
// Pure text functions; nothing here owns memory. Every decoder consumes its whole input or says no,
// and one value has one text: what decodes encodes back to the same bytes (percent-encoding and
// leading zeros of numbers aside).
#include "base/str.h"

#include <string.h>

struct span span_of(const char *s)
{
	return (struct span){s, s != NULL ? strlen(s) : 0};
}

bool span_eq(struct span a, const char *b)
{
	size_t len = strlen(b);
	return a.len == len && (len == 0 || memcmp(a.ptr, b, len) == 0);
}

static bool is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct span span_trim(struct span s)
{
	while (s.len > 0 && is_white(s.ptr[0])) {
		s.ptr++;
		s.len--;
	}
	while (s.len > 0 && is_white(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

bool span_starts(struct span a, const char *prefix)
{
	size_t len = strlen(prefix);
	return a.len >= len && (len == 0 || memcmp(a.ptr, prefix, len) == 0);
}

// ---- base64 -------------------------------------------------------------------------------------

static const char BASE64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char BASE64URL[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void base64_encode(struct buf *out, const uint8_t *in, size_t len, const char *alphabet)
{
	size_t full = len / 3, rest = len % 3;
	if (full > SIZE_MAX / 8) {
		out->failed = true;
		return;
	}
	size_t chars = full * 4 + (rest > 0 ? rest + 1 : 0);
	uint8_t *to = buf_reserve(out, chars);
	if (to == NULL)
		return;
	for (size_t i = 0; i < full; i++, in += 3) {
		uint32_t v = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
		for (unsigned shift = 24; shift > 0; shift -= 6)
			*to++ = (uint8_t)alphabet[v >> (shift - 6) & 63];
	}
	if (rest > 0) {
		uint32_t v = (uint32_t)in[0] << 16 | (rest == 2 ? (uint32_t)in[1] << 8 : 0);
		for (size_t i = 0; i <= rest; i++)
			*to++ = (uint8_t)alphabet[v >> (18 - 6 * i) & 63];
	}
	out->len += chars;
}

void str_base64url(struct buf *out, const void *data, size_t len)
{
	base64_encode(out, data, len, BASE64URL);
}

void str_base64(struct buf *out, const void *data, size_t len)
{
	base64_encode(out, data, len, BASE64);
	buf_put(out, "==", len % 3 == 0 ? 0 : 3 - len % 3);
}

static int base64_value(uint8_t c, const char *alphabet)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == (uint8_t)alphabet[62])
		return 62;
	return c == (uint8_t)alphabet[63] ? 63 : -1;
}

// `in` without padding. The bits that no byte uses must be zero (RFC 4648, section 3.5).
static bool base64_decode(
    struct span in, uint8_t *out, size_t out_max, size_t *len, const char *alphabet)
{
	size_t rest = in.len % 4;
	size_t bytes = in.len / 4 * 3 + (rest > 0 ? rest - 1 : 0);
	if (rest == 1 || bytes > out_max)
		return false;
	uint32_t bits = 0;
	unsigned held = 0;
	for (size_t i = 0; i < in.len; i++) {
		int v = base64_value((uint8_t)in.ptr[i], alphabet);
		if (v < 0)
			return false;
		bits = bits << 6 | (uint32_t)v;
		held += 6;
		if (held >= 8) {
			held -= 8;
			*out++ = (uint8_t)(bits >> held);
			bits &= (1U << held) - 1;
		}
	}
	if (bits != 0)
		return false;
	*len = bytes;
	return true;
}

bool str_base64url_decode(struct span in, uint8_t *out, size_t out_max, size_t *len)
{
	return base64_decode(in, out, out_max, len, BASE64URL);
}

bool str_base64_decode(struct span in, uint8_t *out, size_t out_max, size_t *len)
{
	if (in.len % 4 != 0)
		return false;
	for (unsigned i = 0; i < 2 && in.len > 0 && in.ptr[in.len - 1] == '='; i++)
		in.len--;
	return base64_decode(in, out, out_max, len, BASE64);
}

// ---- hex ----------------------------------------------------------------------------------------

void str_hex(struct buf *out, const void *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *in = data;
	if (len > SIZE_MAX / 2) {
		out->failed = true;
		return;
	}
	uint8_t *to = buf_reserve(out, len * 2);
	if (to == NULL)
		return;
	for (size_t i = 0; i < len; i++) {
		*to++ = (uint8_t)digits[in[i] >> 4];
		*to++ = (uint8_t)digits[in[i] & 15];
	}
	out->len += len * 2;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool str_hex_decode(struct span in, uint8_t *out, size_t out_len)
{
	if (in.len % 2 != 0 || in.len / 2 != out_len)
		return false;
	for (size_t i = 0; i < out_len; i++) {
		int high = hex_value(in.ptr[2 * i]), low = hex_value(in.ptr[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high * 16 + low);
	}
	return true;
}

// ---- numbers ------------------------------------------------------------------------------------

bool str_int64(struct span in, int64_t *out)
{
	bool negative = in.len > 0 && in.ptr[0] == '-';
	size_t at = negative ? 1 : 0;
	if (at == in.len)
		return false;
	// Counted downwards, because INT64_MIN has no positive twin.
	int64_t v = 0;
	for (; at < in.len; at++) {
		char c = in.ptr[at];
		if (c < '0' || c > '9')
			return false;
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, c - '0', &v))
			return false;
	}
	if (!negative && v == INT64_MIN)
		return false;
	*out = negative ? v : -v;
	return true;
}

// ---- UTF-8 --------------------------------------------------------------------------------------

// The shape of a character by its first byte: how long, and which second bytes are allowed; that
// second byte is what keeps overlong forms, surrogates and code points past U+10FFFF out.
static size_t utf8_shape(uint8_t first, uint8_t *low, uint8_t *high)
{
	*low = 0x80;
	*high = 0xbf;
	if (first < 0xc2 || first > 0xf4)
		return first > 0 && first < 0x80 ? 1 : 0;
	if (first < 0xe0)
		return 2;
	*low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	*high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
	return first < 0xf0 ? 3 : 4;
}

size_t str_utf8_count(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((uint8_t)s.ptr[i] & 0xC0) != 0x80;
	return n;
}

size_t str_utf8_char(const void *data, size_t len)
{
	const uint8_t *s = data;
	uint8_t low = 0, high = 0;
	size_t size = len > 0 ? utf8_shape(s[0], &low, &high) : 0;
	if (size > len || (size > 1 && (s[1] < low || s[1] > high)))
		return 0;
	for (size_t i = 2; i < size; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return size;
}

// Eight bytes that are all between 1 and 127.
static bool plain_ascii(const uint8_t *s)
{
	uint64_t word;
	memcpy(&word, s, sizeof(word));
	return ((word | (word - 0x0101010101010101U)) & 0x8080808080808080U) == 0;
}

bool str_utf8_valid(const void *data, size_t len)
{
	const uint8_t *s = data;
	size_t at = 0;
	while (at < len) {
		if (len - at >= 8 && plain_ascii(s + at)) {
			at += 8;
			continue;
		}
		size_t size = str_utf8_char(s + at, len - at);
		if (size == 0)
			return false;
		at += size;
	}
	return true;
}

// ---- JSON strings and percent-encoding ----------------------------------------------------------

static void json_escape_char(struct buf *out, uint8_t c)
{
	static const char named[256] = {['"'] = '"',
	    ['\\'] = '\\',
	    ['\b'] = 'b',
	    ['\f'] = 'f',
	    ['\n'] = 'n',
	    ['\r'] = 'r',
	    ['\t'] = 't'};
	if (named[c] != 0) {
		char pair[2] = {'\\', named[c]};
		buf_put(out, pair, sizeof(pair));
	} else if (c < 0x20) {
		buf_printf(out, "\\u%04x", c);
	} else {
		buf_puts(out, "\\ufffd");
	}
}

void str_json_escape(struct buf *out, struct span s)
{
	size_t from = 0, at = 0;
	while (at < s.len) {
		uint8_t c = (uint8_t)s.ptr[at];
		size_t size = c >= 0x80 ? str_utf8_char(s.ptr + at, s.len - at) : 1;
		if (size > 0 && c >= 0x20 && c != '"' && c != '\\') {
			at += size;
			continue;
		}
		if (at > from)
			buf_put(out, s.ptr + from, at - from);
		json_escape_char(out, c);
		from = ++at;
	}
	if (at > from)
		buf_put(out, s.ptr + from, at - from);
}

bool str_percent_decode(struct span in, struct buf *out)
{
	size_t start = out->len;
	for (size_t i = 0; i < in.len; i++) {
		uint8_t c = (uint8_t)in.ptr[i];
		if (c == '%') {
			if (in.len - i < 3 ||
			    !str_hex_decode((struct span){in.ptr + i + 1, 2}, &c, 1))
				return false;
			i += 2;
		}
		buf_put(out, &c, 1);
	}
	if (out->failed)
		return false;
	return out->len == start || str_utf8_valid(out->data + start, out->len - start);
}

void str_html(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		switch (text.ptr[i]) {
		case '&':
			buf_puts(out, "&amp;");
			break;
		case '<':
			buf_puts(out, "&lt;");
			break;
		case '>':
			buf_puts(out, "&gt;");
			break;
		case '"':
			buf_puts(out, "&quot;");
			break;
		case '\'':
			buf_puts(out, "&#39;");
			break;
		default:
			buf_putc(out, text.ptr[i]);
		}
	}
}
