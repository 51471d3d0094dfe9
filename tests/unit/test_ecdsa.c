// SPDX-License-Identifier: Apache-2.0
//
// Shows: signatures are those of RFC 6979, r and s padded to 32 bytes each; bad scalars are
// refused.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "crypto/ecdsa.h"
#include "hex.h"

// RFC 6979, A.2.5
#define SECRET "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"
#define ORDER "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"

static const struct {
	const char *message;
	const char *r;
	const char *s;
} vectors[] = {
    {"sample", "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
	"f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
    {"test", "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
	"019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083"},
};

static struct ecdsa_signer *signer_of(const char *hex)
{
	uint8_t secret[ECDSA_SCALAR_LEN];

	assert_int_equal(hex_bytes(hex, secret, sizeof(secret)), sizeof(secret));
	return ecdsa_signer_new(secret);
}

static void test_vectors(void **state)
{
	struct ecdsa_signer *s = signer_of(SECRET);
	uint8_t out[64];

	(void)state;
	assert_non_null(s);
	for (size_t round = 0; round < 2; round++) {
		for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
			struct digest d =
			    digest_sha256(vectors[i].message, strlen(vectors[i].message));

			ecdsa_sign(s, &d, out);
			assert_hex_equal(out, vectors[i].r);
			assert_hex_equal(out + 32, vectors[i].s);
		}
	}
	ecdsa_signer_release(s);
}

// A digest beyond the order n is reduced before it seeds k (bits2octets), so n + 7 and 7 sign
// alike; unreduced, they would seed different ks.
static void test_digest_beyond_the_order(void **state)
{
	struct ecdsa_signer *s = signer_of(SECRET);
	struct digest large;
	struct digest reduced;
	uint8_t out[64];
	uint8_t expected[64];

	(void)state;
	assert_non_null(s);
	large =
	    hex_digest("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632558"); // n + 7
	memset(reduced.b, 0, sizeof(reduced.b));
	reduced.b[31] = 7;
	ecdsa_sign(s, &large, out);
	ecdsa_sign(s, &reduced, expected);
	assert_memory_equal(out, expected, sizeof(out));
	ecdsa_signer_release(s);
}

static void test_scalars(void **state)
{
	struct ecdsa_signer *s = NULL;

	(void)state;
	assert_null(signer_of("0000000000000000000000000000000000000000000000000000000000000000"));
	assert_null(signer_of(ORDER));
	assert_null(signer_of("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"));
	s = signer_of("0000000000000000000000000000000000000000000000000000000000000001");
	assert_non_null(s);
	ecdsa_signer_release(s);
	s = signer_of("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"); // n - 1
	assert_non_null(s);
	ecdsa_signer_release(s);
	ecdsa_signer_release(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_vectors),
	    cmocka_unit_test(test_digest_beyond_the_order),
	    cmocka_unit_test(test_scalars),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
