// SPDX-License-Identifier: Apache-2.0
//
// Text helpers: spans, base64 (RFC 4648), hex, numbers, UTF-8, percent-encoding (RFC 3986).
// Decoders are strict: no white space, canonical padding bits, whole input consumed.
#ifndef ROADSHOW_STR_H
#define ROADSHOW_STR_H

#include "base/base.h"
#include "base/buf.h"

// Bytes that belong to somebody else; not NUL-terminated.
struct span {
	const char *ptr;
	size_t len;
};

struct span span_of(const char *s);
bool span_eq(struct span a, const char *b);
bool span_starts(struct span a, const char *prefix);
struct span span_trim(struct span s); // without white space (ASCII: blank, \t to \r) at its ends

void str_base64url(struct buf *out, const void *data, size_t len); // no padding
void str_base64(struct buf *out, const void *data, size_t len);	   // padded
// False when the text is not strict base64 of the kind, or when more than out_max bytes result.
bool str_base64url_decode(struct span in, uint8_t *out, size_t out_max, size_t *len) MUST_CHECK;
bool str_base64_decode(struct span in, uint8_t *out, size_t out_max, size_t *len) MUST_CHECK;

void str_hex(struct buf *out, const void *data, size_t len);		      // lower case
bool str_hex_decode(struct span in, uint8_t *out, size_t out_len) MUST_CHECK; // exact length

// Decimal without surprises: optional '-', digits, whole input, no overflow.
bool str_int64(struct span in, int64_t *out) MUST_CHECK;
bool str_utf8_valid(const void *data, size_t len);  // RFC 3629; NUL is refused too
size_t str_utf8_count(struct span s);		    // characters of valid UTF-8
size_t str_utf8_char(const void *data, size_t len); // bytes of the first character; 0: not valid
// The inside of a JSON string, without the quotes. Bytes that are not UTF-8 become U+FFFD.
void str_json_escape(struct buf *out, struct span s);
// Appends. False for a % without two hex digits, and when the result is not UTF-8 or holds a NUL;
// '+' stays '+'.
bool str_percent_decode(struct span in, struct buf *out) MUST_CHECK;

// Appends text as HTML has it, in an element or in a quoted attribute.
void str_html(struct buf *out, struct span text);

#endif
