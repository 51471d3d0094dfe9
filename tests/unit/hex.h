// SPDX-License-Identifier: Apache-2.0
//
// Published test vectors are written in hex; these read and compare them. Include after cmocka.
#ifndef ROADSHOW_TEST_HEX_H
#define ROADSHOW_TEST_HEX_H

#include <string.h>

#include "base/str.h"
#include "crypto/digest.h"

// Decodes hex to bytes; returns their number.
static inline size_t hex_bytes(const char *hex, uint8_t *out, size_t out_max)
{
	size_t len = strlen(hex) / 2;

	assert_true(len <= out_max);
	assert_true(str_hex_decode(span_of(hex), out, len));
	return len;
}

static inline struct digest hex_digest(const char *hex)
{
	struct digest d;

	assert_int_equal(hex_bytes(hex, d.b, sizeof(d.b)), DIGEST_LEN);
	return d;
}

#define assert_hex_equal(bytes, hex)                                                               \
	do {                                                                                       \
		uint8_t expected_[256];                                                            \
		size_t len_ = hex_bytes(hex, expected_, sizeof(expected_));                        \
		assert_memory_equal(bytes, expected_, len_);                                       \
	} while (0)

#endif
