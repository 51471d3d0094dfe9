// SPDX-License-Identifier: Apache-2.0
//
// Shows: a challenge and solution made by the npm library `altcha-lib` are accepted and written
// again byte for byte; ours are solved as hard as told; every change of either is refused.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/altcha.c"
#include "hex.h"

// altcha-lib 2.8.0 made these with the hex of HMAC-SHA-256(32 × 0x07, "altcha/v2") as its secret.
#define PARAMETERS                                                                                 \
	"{\"algorithm\":\"PBKDF2/SHA-256\",\"cost\":64,"                                           \
	"\"data\":{\"drop\":\"0190c2a0-0000-7000-8000-000000000001\"},\"expiresAt\":1798761600,"   \
	"\"keyLength\":32,\"keyPrefix\":\"00\",\"nonce\":\"26b6f55c83889e52141b2668788cb9e8\","    \
	"\"salt\":\"9e537aa0a36213d64e9234d490a7fdee\"}"
#define SIGNATURE "fa2f41c36016533edb694ed44dd47b9fded1d7daf80dd104f9e000ad754c8898"
#define DERIVED "00e7e23fc79069d9c8a0c79164da6f6c6f54af4500d93b394f95c397e5bc7751"
#define CHALLENGE "{\"parameters\":" PARAMETERS ",\"signature\":\"" SIGNATURE "\"}"
#define SOLUTION "{\"counter\":65,\"derivedKey\":\"" DERIVED "\",\"time\":25.6}"
#define PAYLOAD "{\"challenge\":" CHALLENGE ",\"solution\":" SOLUTION "}"
#define COUNTER 65
#define EXPIRES 1798761600

static struct altcha_key lib_key(void)
{
	uint8_t secret[32];

	memset(secret, 7, sizeof(secret));
	return altcha_key_of(secret);
}

static enum altcha_result check_base64(struct span payload, struct altcha_challenge *out)
{
	struct altcha_key key = lib_key();
	struct arena a;
	enum altcha_result r;

	arena_init(&a, 1 << 20);
	r = altcha_check(&a, &key, payload, out);
	arena_release(&a);
	return r;
}

static enum altcha_result check_json(const char *json, struct altcha_challenge *out)
{
	struct buf text;
	enum altcha_result r;

	buf_init(&text, 1 << 16);
	str_base64(&text, json, strlen(json));
	r = check_base64((struct span){buf_text(&text), text.len}, out);
	buf_release(&text);
	return r;
}

static void test_library_vector(void **state)
{
	struct altcha_key key = lib_key();
	struct altcha_challenge c;
	struct buf out;
	struct json_out w;
	uint32_t counter;

	(void)state;
	assert_memory_equal(key.text,
	    "5dabbc137473987ce804c7388571ceb496c54e58e0489dacb692f2b9b58b0d86", sizeof(key.text));
	assert_int_equal(check_json(PAYLOAD, &c), ALTCHA_OK);
	assert_int_equal(c.cost, 64);
	assert_int_equal(c.zeros, 2);
	assert_int_equal(c.expires_at_s, EXPIRES);
	assert_hex_equal(c.nonce, "26b6f55c83889e52141b2668788cb9e8");
	assert_hex_equal(c.salt, "9e537aa0a36213d64e9234d490a7fdee");
	assert_true(altcha_solve(&c, 1000, &counter));
	assert_int_equal(counter, COUNTER); // the first, as the library found it
	buf_init(&out, 4096);
	w = json_to(&out);
	altcha_put(&w, &key, &c);
	assert_string_equal(buf_text(&out), CHALLENGE);
	buf_release(&out);
}

// What is not signed may be spelled anyhow: order, white space, letter case of hex, more members.
static void test_spelling(void **state)
{
	struct altcha_challenge c;

	(void)state;
	assert_int_equal(
	    check_json(
		"{\"solution\":" SOLUTION ", \"x\": [1],\n\"challenge\": " CHALLENGE "}", &c),
	    ALTCHA_OK);
	assert_int_equal(
	    check_json("{\"challenge\":{\"signature\":\"" SIGNATURE "\",\"parameters\":" PARAMETERS
		       "},\"solution\":{\"derivedKey\":\"" DERIVED "\",\"counter\":65}}",
		&c),
	    ALTCHA_OK);
}

static void test_malformed(void **state)
{
	static const char *const payloads[] = {
	    "",
	    "{}",
	    "[]",
	    "1",
	    "null",
	    "\"x\"",
	    "{\"challenge\":1,\"solution\":2}",
	    "{\"challenge\":" CHALLENGE "}",
	    "{\"solution\":" SOLUTION "}",
	    "{\"challenge\":{\"parameters\":" PARAMETERS "},\"solution\":" SOLUTION "}",
	    "{\"challenge\":" CHALLENGE ",\"solution\":{\"counter\":-1,\"derivedKey\":\"" DERIVED
	    "\"}}",
	    "{\"challenge\":" CHALLENGE
	    ",\"solution\":{\"counter\":4294967296,\"derivedKey\":\"" DERIVED "\"}}",
	    "{\"challenge\":" CHALLENGE ",\"solution\":{\"counter\":65.0,\"derivedKey\":\"" DERIVED
	    "\"}}",
	    "{\"challenge\":" CHALLENGE ",\"solution\":{\"counter\":65,\"derivedKey\":\"00\"}}",
	    "{\"challenge\":" CHALLENGE ",\"solution\":{\"counter\":65}}",
	};
	// One member of the parameters replaced by something that no challenge of ours has.
	static const struct {
		const char *from, *to;
	} changes[] = {
	    {"PBKDF2/SHA-256", "PBKDF2/SHA-512"},
	    {"PBKDF2/SHA-256", "SHA-256"},
	    {"\"cost\":64", "\"cost\":0"},
	    {"\"cost\":64", "\"cost\":513"},
	    {"\"cost\":64", "\"cost\":1000000000"},
	    {"\"cost\":64", "\"cost\":-1"},
	    {"\"cost\":64", "\"cost\":\"64\""},
	    {"\"cost\":64", "\"cost\":64,\"keySignature\":\"00\""},
	    {"\"keyLength\":32", "\"keyLength\":31"},
	    {"\"keyLength\":32", "\"keyLength\":1"},
	    {"\"keyPrefix\":\"00\"", "\"keyPrefix\":\"\""},
	    {"\"keyPrefix\":\"00\"", "\"keyPrefix\":\"01\""},
	    {"\"keyPrefix\":\"00\"", "\"keyPrefix\":\"00000000000000000\""},
	    {"\"nonce\":\"26", "\"nonce\":\""},
	    {"\"nonce\":\"26", "\"nonce\":\"zz"},
	    {"\"salt\":\"9e", "\"salt\":\"9e9e"},
	    {"\"drop\":", "\"dorp\":"},
	    {"\"data\":{", "\"data\":{\"more\":1,"},
	    {"1798761600", "-5"},
	    {"1798761600", "1e9"},
	};
	struct altcha_challenge c;
	char text[2048];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(payloads); i++)
		assert_int_equal(check_json(payloads[i], &c), ALTCHA_MALFORMED);
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		const char *at = strstr(PAYLOAD, changes[i].from);

		assert_non_null(at);
		snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - PAYLOAD), PAYLOAD,
		    changes[i].to, at + strlen(changes[i].from));
		assert_int_equal(check_json(text, &c), ALTCHA_MALFORMED);
	}
	assert_int_equal(check_base64(span_of("not base64!"), &c), ALTCHA_MALFORMED);
	assert_int_equal(check_base64((struct span){NULL, 0}, &c), ALTCHA_MALFORMED);
	memset(text, 'A', sizeof(text));
	assert_int_equal(check_base64((struct span){text, 2048}, &c), ALTCHA_MALFORMED);
}

// A challenge that differs from what was signed, and another signature.
static void test_forged(void **state)
{
	static const struct {
		const char *from, *to;
	} changes[] = {
	    {"\"cost\":64", "\"cost\":1"},
	    {"\"keyPrefix\":\"00\"", "\"keyPrefix\":\"0\""},
	    {"1798761600", "1798761601"},
	    {"000000000001\"", "000000000002\""},
	    {"26b6", "26b7"},
	    {"9e53", "9e54"},
	    {"fa2f", "fa2e"},
	};
	struct altcha_challenge c;
	char text[2048];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		const char *at = strstr(PAYLOAD, changes[i].from);

		assert_non_null(at);
		snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - PAYLOAD), PAYLOAD,
		    changes[i].to, at + strlen(changes[i].from));
		assert_int_equal(check_json(text, &c), ALTCHA_FORGED);
	}
}

static void test_unsolved(void **state)
{
	struct altcha_challenge c;
	struct altcha_key key = lib_key();
	struct buf out;

	(void)state;
	assert_int_equal(
	    check_json("{\"challenge\":" CHALLENGE
		       ",\"solution\":{\"counter\":64,\"derivedKey\":\"" DERIVED "\"}}",
		&c),
	    ALTCHA_UNSOLVED);
	// The right key of a counter whose key lacks the prefix.
	assert_int_equal(check_json(PAYLOAD, &c), ALTCHA_OK);
	buf_init(&out, 8192);
	altcha_put_payload(&out, &key, &c, COUNTER + 1);
	assert_int_equal(check_base64((struct span){buf_text(&out), out.len}, &c), ALTCHA_UNSOLVED);
	buf_release(&out);
}

// Each bit doubles the expected iterations; one candidate stays cheap to check.
static void test_work(void **state)
{
	struct uuid drop = {{1}};

	(void)state;
	for (unsigned bits = ALTCHA_BITS_MIN; bits <= ALTCHA_BITS_MAX; bits++) {
		struct altcha_challenge c = altcha_make(bits, &drop, EXPIRES);

		assert_true(c.cost >= 1 && c.cost <= ALTCHA_COST_MAX);
		assert_true(c.zeros >= 1 && c.zeros <= ZEROS_MAX);
		assert_int_equal((uint64_t)c.cost << (4 * c.zeros), UINT64_C(1) << bits);
		assert_true(bits < 10 || c.cost >= 64);
	}
}

static void test_round(void **state)
{
	struct altcha_key key = lib_key(), other = key;
	struct uuid drop = {{0x01, 0x90}};
	struct altcha_challenge made, seen;
	struct buf out;
	struct arena a;
	uint32_t counter;

	(void)state;
	other.text[0] = other.text[0] == '0' ? '1' : '0';
	for (int i = 0; i < 20; i++) {
		made = altcha_make(10, &drop, EXPIRES + i);
		assert_true(altcha_solve(&made, 10000, &counter));
		buf_init(&out, ALTCHA_PAYLOAD_MAX);
		altcha_put_payload(&out, &key, &made, counter);
		assert_false(out.failed);
		assert_int_equal(
		    check_base64((struct span){buf_text(&out), out.len}, &seen), ALTCHA_OK);
		assert_memory_equal(seen.nonce, made.nonce, sizeof(made.nonce));
		assert_true(uuid_eq(&seen.drop, &drop));
		assert_int_equal(seen.expires_at_s, EXPIRES + i);
		arena_init(&a, 1 << 20);
		assert_int_equal(
		    altcha_check(&a, &other, (struct span){buf_text(&out), out.len}, &seen),
		    ALTCHA_FORGED);
		arena_release(&a);
		buf_release(&out);
	}
	made = altcha_make(28, &drop, EXPIRES);
	assert_false(altcha_solve(&made, 1, &counter) && counter > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_library_vector),
	    cmocka_unit_test(test_spelling),
	    cmocka_unit_test(test_malformed),
	    cmocka_unit_test(test_forged),
	    cmocka_unit_test(test_unsolved),
	    cmocka_unit_test(test_work),
	    cmocka_unit_test(test_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
