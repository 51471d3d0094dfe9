// SPDX-License-Identifier: Apache-2.0
//
// Shows: SHA-256, HMAC-SHA-256 and comparison against published vectors, whole and in pieces, and
// that contexts made before a fork work in the child.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto/digest.h"
#include "hex.h"

// FIPS 180-4, NIST's examples.
static const struct {
	const char *text;
	const char *sha256;
} hashes[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

static void test_sha256(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hashes); i++) {
		struct digest d = digest_sha256(hashes[i].text, strlen(hashes[i].text));

		assert_hex_equal(d.b, hashes[i].sha256);
	}
}

static void test_sha256_in_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hashes); i++) {
		size_t len = strlen(hashes[i].text);
		struct sha256 *h = sha256_start();
		struct sha256 *other = sha256_start(); // two at a time do not disturb each other
		struct digest d;

		for (size_t at = 0; at < len; at++) {
			sha256_put(h, hashes[i].text + at, 1);
			sha256_put(other, "x", 1);
		}
		d = sha256_finish(h);
		assert_hex_equal(d.b, hashes[i].sha256);
		(void)sha256_finish(other);
	}
}

// RFC 4231, test cases 1, 2, 6 (a key longer than a block), and an empty key.
static void test_hmac(void **state)
{
	uint8_t key[131];
	struct digest d;

	(void)state;
	memset(key, 0x0b, 20);
	d = hmac_sha256(key, 20, "Hi There", 8);
	assert_hex_equal(d.b, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	d = hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28);
	assert_hex_equal(d.b, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	d = hmac_sha256(
	    key, sizeof(key), "Test Using Larger Than Block-Size Key - Hash Key First", 54);
	assert_hex_equal(d.b, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	d = hmac_sha256(NULL, 0, "", 0);
	assert_hex_equal(d.b, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

// RFC 7914 section 11, and nothing at all.
static void test_pbkdf2(void **state)
{
	struct digest d = pbkdf2_sha256("passwd", 6, "salt", 4, 1);

	(void)state;
	assert_hex_equal(d.b, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
	d = pbkdf2_sha256("Password", 8, "NaCl", 4, 80000);
	assert_hex_equal(d.b, "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56");
	d = pbkdf2_sha256("", 0, "", 0, 1);
	assert_hex_equal(d.b, "f7ce0b653d2d72a4108cf5abe912ffdd777616dbbb27a70e8204f3ae2d0f6fad");
}

static void test_equal(void **state)
{
	struct digest a = digest_sha256("a", 1);
	struct digest b = a;

	(void)state;
	assert_true(digest_equal(&a, &b));
	b.b[31] ^= 1;
	assert_false(digest_equal(&a, &b));
	assert_true(crypto_equal(a.b, b.b, 31));
	assert_true(crypto_equal("x", "y", 0));
}

static void test_text(void **state)
{
	struct digest d = digest_sha256("", 0);
	struct digest back;
	char text[DIGEST_TEXT_LEN + 1];

	(void)state;
	digest_text(&d, text);
	assert_string_equal(text, "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
	assert_true(digest_parse(span_of(text), &back));
	assert_true(digest_equal(&d, &back));
	assert_false(digest_parse(span_of("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuF"), &back));
	assert_false(digest_parse(span_of("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU="), &back));
	assert_false(digest_parse(span_of("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"), &back));
	// 'V' sets a bit that no byte uses
	assert_false(digest_parse(span_of("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFV"), &back));
	assert_false(digest_parse((struct span){NULL, 0}, &back));
}

static void test_after_fork(void **state)
{
	int status = 0;
	pid_t child = 0;

	(void)state;
	crypto_init();
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct digest d = digest_sha256("abc", 3);
		struct digest m = hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28);

		_exit(d.b[0] == 0xba && m.b[0] == 0x5b ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sha256),
	    cmocka_unit_test(test_sha256_in_pieces),
	    cmocka_unit_test(test_hmac),
	    cmocka_unit_test(test_pbkdf2),
	    cmocka_unit_test(test_equal),
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_after_fork),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
