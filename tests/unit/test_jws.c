// SPDX-License-Identifier: Apache-2.0
//
// Shows: a token's bytes are those of an independent deterministic signer, it reads back, and every
// way to forge or confuse one is told apart.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "crypto/jws.h"
#include "rfc9421_keys.h"

// Rendered with JSON.stringify and signed with RFC 6979 by @noble/curves.
#define TOKEN                                                                                      \
	"eyJhbGciOiJFUzI1NiIsImtpZCI6InlkUVhNdHZiIiwidHlwIjoiZHJvcCtqd3QifQ.eyJpc3MiOiJodHRwczovL" \
	"2Ryb3BzLmV4YW1wbGUuY29tIiwianRpIjoiQUFFQ0F3UUZCZ2NJQ1FvTERBME9EdyIsImRycCI6Ii1fdjctX3Y3L" \
	"V92Ny1fdjctX3Y3LXciLCJzcmwiOjE3LCJ2ZXIiOjEsIm5iZiI6MTc2NzIyNTYwMCwiZXhwIjoxNzY3MzEyMDAwL" \
	"CJzdGF0dXMiOnsic3RhdHVzX2xpc3QiOnsiaWR4Ijo0NzExLCJ1cmkiOiJodHRwczovL2Ryb3BzLmV4YW1wbGUuY" \
	"29tL3YxL3N0YXR1cy1saXN0cy8xIn19fQ.f6cF6_hSClWKV6F6ndz7tFSVXH0-jplihUkwk3nTiYSntYefWd4Tnb" \
	"OpHhZ_d3VY6HBFJt27Av9UQpNaoZjAuA"

#define ISS "https://drops.example.com"

static struct keyring *ring;
static struct arena arena;
static struct buf out;

static int setup(void **state)
{
	struct key *k = NULL;

	(void)state;
	buf_init(&out, JWS_LEN_MAX + 1024);
	k = key_from_pem(span_of(EC_PRIVATE), &out);
	ring = keyring_of(k);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	keyring_release(ring);
	buf_release(&out);
	return 0;
}

static int each_setup(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 20);
	buf_clear(&out);
	return 0;
}

static int each_teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static struct token_claims known_claims(void)
{
	struct token_claims c = {
	    .iss = span_of(ISS),
	    .serial = 17,
	    .version = 1,
	    .not_before_s = 1767225600,
	    .expires_s = 1767312000,
	    .status_index = 4711,
	    .status_uri = span_of(ISS "/v1/status-lists/1"),
	};

	for (size_t i = 0; i < sizeof(c.token.b); i++) {
		c.token.b[i] = (uint8_t)i;
		c.drop.b[i] = 0xfb;
	}
	return c;
}

static void test_known_token(void **state)
{
	struct token_claims c = known_claims();

	(void)state;
	token_jws(&out, keyring_active(ring), &c);
	assert_string_equal(buf_text(&out), TOKEN);
	token_jws(&out, keyring_active(ring), &c); // appends
	assert_int_equal(out.len, 2 * strlen(TOKEN));
	assert_string_equal(buf_text(&out) + strlen(TOKEN), TOKEN);
}

static void test_length(void **state)
{
	struct token_claims c = known_claims();

	(void)state;
	c.iss = span_of("https://rs.shop");
	c.status_uri = span_of("https://rs.shop/v1/status-lists/1");
	c.serial = 999;
	c.status_index = 99999;
	token_jws(&out, keyring_active(ring), &c);
	assert_true(out.len < 450);
}

static void test_reads_back(void **state)
{
	struct token_claims expected = known_claims();
	struct token_claims c;

	(void)state;
	assert_int_equal(token_parse(&arena, span_of(TOKEN), ring, &c), JWS_OK);
	assert_true(span_eq(c.iss, ISS));
	assert_true(uuid_eq(&c.token, &expected.token));
	assert_true(uuid_eq(&c.drop, &expected.drop));
	assert_int_equal(c.serial, 17);
	assert_int_equal(c.version, 1);
	assert_int_equal(c.not_before_s, 1767225600);
	assert_int_equal(c.expires_s, 1767312000);
	assert_int_equal(c.status_index, 4711);
	assert_true(span_eq(c.status_uri, ISS "/v1/status-lists/1"));
}

// Without a status URI there is no `status`, and nothing of one is read back.
static void test_without_status(void **state)
{
	struct token_claims c = known_claims();
	struct token_claims back;
	const struct json *payload = NULL;
	struct span text;

	(void)state;
	c.status_uri = (struct span){NULL, 0};
	token_jws(&out, keyring_active(ring), &c);
	text = (struct span){buf_text(&out), out.len};
	assert_int_equal(jws_verify(&arena, text, ring, "drop+jwt", &payload), JWS_OK);
	assert_null(json_get(payload, "status"));
	assert_int_equal(payload->count, 7);
	assert_int_equal(token_parse(&arena, text, ring, &back), JWS_OK);
	assert_int_equal(back.status_index, 0);
	assert_int_equal(back.status_uri.len, 0);
}

// An issuer that needs escaping neither breaks the JSON nor adds a claim.
static void test_escapes(void **state)
{
	struct token_claims c = known_claims();
	struct token_claims back;

	(void)state;
	c.iss = span_of("a\",\"ver\":9,\"x\":\"\\");
	token_jws(&out, keyring_active(ring), &c);
	assert_int_equal(
	    token_parse(&arena, (struct span){buf_text(&out), out.len}, ring, &back), JWS_OK);
	assert_true(span_eq(back.iss, "a\",\"ver\":9,\"x\":\"\\"));
	assert_int_equal(back.version, 1);
}

// Every character changed in turn: nothing but the original is accepted.
static void test_each_character_matters(void **state)
{
	char text[sizeof(TOKEN)];
	struct token_claims c;

	(void)state;
	memcpy(text, TOKEN, sizeof(TOKEN));
	for (size_t i = 0; i < strlen(TOKEN); i++) {
		char was = text[i];

		text[i] = was == 'A' ? 'B' : 'A';
		assert_int_not_equal(token_parse(&arena, span_of(text), ring, &c), JWS_OK);
		text[i] = was;
		arena_release(&arena);
		arena_init(&arena, 1 << 20);
	}
}

// Signs header and payload as they are; the key id is put in for each '@'.
static struct span forged(const char *header, const char *payload)
{
	const struct key *k = keyring_active(ring);
	uint8_t signature[KEY_SIGNATURE_LEN];
	struct buf filled;

	buf_init(&filled, 256);
	for (const char *at = header; *at != '\0'; at++)
		buf_put(&filled, *at == '@' ? key_kid(k) : at, *at == '@' ? KEY_KID_LEN : 1);
	buf_clear(&out);
	str_base64url(&out, filled.data, filled.len);
	buf_release(&filled);
	buf_putc(&out, '.');
	str_base64url(&out, payload, strlen(payload));
	key_sign(k, out.data, out.len, signature);
	buf_putc(&out, '.');
	str_base64url(&out, signature, sizeof(signature));
	return (struct span){buf_text(&out), out.len};
}

static const struct {
	const char *header;
	const char *payload;
	enum jws_result result;
} signed_cases[] = {
    {"{\"alg\":\"ES256\",\"kid\":\"@\",\"typ\":\"t\"}", "{}", JWS_OK},
    {"{\"typ\":\"t\",\"kid\":\"@\",\"alg\":\"ES256\",\"jku\":\"http://x\"}", "{\"a\":1}", JWS_OK},
    {"{\"alg\":\"none\",\"kid\":\"@\",\"typ\":\"t\"}", "{}", JWS_WRONG_ALG},
    {"{\"alg\":\"HS256\",\"kid\":\"@\",\"typ\":\"t\"}", "{}", JWS_WRONG_ALG},
    {"{\"alg\":\"es256\",\"kid\":\"@\",\"typ\":\"t\"}", "{}", JWS_WRONG_ALG},
    {"{\"alg\":[\"ES256\"],\"kid\":\"@\",\"typ\":\"t\"}", "{}", JWS_WRONG_ALG},
    {"{\"kid\":\"@\",\"typ\":\"t\"}", "{}", JWS_WRONG_ALG},
    {"{\"alg\":\"ES256\",\"kid\":\"@\",\"typ\":\"T\"}", "{}", JWS_WRONG_TYPE},
    {"{\"alg\":\"ES256\",\"kid\":\"@\",\"typ\":\"drop+jwt\"}", "{}", JWS_WRONG_TYPE},
    {"{\"alg\":\"ES256\",\"kid\":\"@\"}", "{}", JWS_WRONG_TYPE},
    {"{\"alg\":\"ES256\",\"kid\":\"@\",\"typ\":\"t\",\"crit\":[\"b64\"],\"b64\":false}", "{}",
	JWS_WRONG_TYPE},
    {"{\"alg\":\"ES256\",\"kid\":\"@1\",\"typ\":\"t\"}", "{}", JWS_UNKNOWN_KEY},
    {"{\"alg\":\"ES256\",\"kid\":1,\"typ\":\"t\"}", "{}", JWS_UNKNOWN_KEY},
    {"{\"alg\":\"ES256\",\"typ\":\"t\"}", "{}", JWS_UNKNOWN_KEY},
    {"{\"alg\":\"ES256\",\"alg\":\"ES256\",\"kid\":\"@\",\"typ\":\"t\"}", "{}", JWS_MALFORMED},
    {"[\"@\"]", "{}", JWS_MALFORMED},
    {"{\"alg\":\"ES256\",\"kid\":\"@\",\"typ\":\"t\"}", "[]", JWS_MALFORMED},
    {"{\"alg\":\"ES256\",\"kid\":\"@\",\"typ\":\"t\"}", "", JWS_MALFORMED},
    {"{\"alg\":\"ES256\",\"kid\":\"@\",\"typ\":\"t\"}", "{\"a\":1,\"a\":2}", JWS_MALFORMED},
};

static void test_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(signed_cases); i++) {
		struct span text = forged(signed_cases[i].header, signed_cases[i].payload);
		const struct json *payload = NULL;
		enum jws_result r = jws_verify(&arena, text, ring, "t", &payload);

		if (r != signed_cases[i].result)
			fail_msg("case %zu: %s", i, jws_result_text(r));
		assert_true((r == JWS_OK) == (payload != NULL));
	}
}

static const char *const malformed[] = {"", ".", "..", "...", "a.b.c", "e30.e30", "e30.e30.",
    "e30..e30", TOKEN ".", TOKEN ".e30", "." TOKEN, TOKEN "=", TOKEN " ", " " TOKEN, TOKEN "A"};

static void test_malformed(void **state)
{
	char long_text[JWS_LEN_MAX + 2];
	struct token_claims c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(malformed); i++)
		if (token_parse(&arena, span_of(malformed[i]), ring, &c) == JWS_OK)
			fail_msg("case %zu", i);
	memset(long_text, 'A', sizeof(long_text));
	long_text[sizeof(long_text) - 1] = '\0';
	assert_int_equal(token_parse(&arena, span_of(long_text), ring, &c), JWS_MALFORMED);
	assert_int_equal(token_parse(&arena, (struct span){NULL, 0}, ring, &c), JWS_MALFORMED);
}

#define JTI "\"jti\":\"AAECAwQFBgcICQoLDA0ODw\""
#define DRP "\"drp\":\"-_v7-_v7-_v7-_v7-_v7-w\""
#define STATUS "\"status\":{\"status_list\":{\"idx\":0,\"uri\":\"u\"}}"

static const struct {
	const char *payload;
	enum jws_result result;
} claim_cases[] = {
    {"{\"iss\":\"i\"," JTI "," DRP ",\"srl\":1,\"ver\":1,\"nbf\":1,\"exp\":2," STATUS "}", JWS_OK},
    {"{\"iss\":\"i\"," JTI "," DRP ",\"srl\":1,\"ver\":1,\"nbf\":1,\"exp\":2," STATUS ",\"x\":1}",
	JWS_OK},
    {"{\"iss\":\"\"," JTI "," DRP ",\"srl\":1,\"ver\":1,\"nbf\":1,\"exp\":2," STATUS "}",
	JWS_BAD_CLAIMS},
    {"{" JTI "," DRP ",\"srl\":1,\"ver\":1,\"nbf\":1,\"exp\":2," STATUS "}", JWS_BAD_CLAIMS},
    {"{\"iss\":\"i\"," DRP ",\"srl\":1,\"ver\":1,\"nbf\":1,\"exp\":2," STATUS "}", JWS_BAD_CLAIMS},
    {"{\"iss\":\"i\",\"jti\":\"AAEC\"," DRP ",\"srl\":1,\"ver\":1,\"nbf\":1,\"exp\":2," STATUS "}",
	JWS_BAD_CLAIMS},
    {"{\"iss\":\"i\"," JTI "," DRP ",\"srl\":\"1\",\"ver\":1,\"nbf\":1,\"exp\":2," STATUS "}",
	JWS_BAD_CLAIMS},
    {"{\"iss\":\"i\"," JTI "," DRP ",\"srl\":1,\"ver\":-1,\"nbf\":1,\"exp\":2," STATUS "}",
	JWS_BAD_CLAIMS},
    {"{\"iss\":\"i\"," JTI "," DRP ",\"srl\":1,\"ver\":1,\"nbf\":1.5,\"exp\":2," STATUS "}",
	JWS_BAD_CLAIMS},
    {"{\"iss\":\"i\"," JTI "," DRP ",\"srl\":1,\"ver\":1,\"nbf\":1," STATUS "}", JWS_BAD_CLAIMS},
    {"{\"iss\":\"i\"," JTI "," DRP ",\"srl\":1,\"ver\":1,\"nbf\":1,\"exp\":2}", JWS_OK},
    {"{\"iss\":\"i\"," JTI "," DRP ",\"srl\":1,\"ver\":1,\"nbf\":1,\"exp\":2,\"status\":null}",
	JWS_BAD_CLAIMS},
    {"{\"iss\":\"i\"," JTI "," DRP ",\"srl\":1,\"ver\":1,\"nbf\":1,\"exp\":2,\"status\":[]}",
	JWS_BAD_CLAIMS},
};

static void test_claims(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(claim_cases); i++) {
		struct span text = forged("{\"alg\":\"ES256\",\"kid\":\"@\",\"typ\":\"drop+jwt\"}",
		    claim_cases[i].payload);
		struct token_claims c;
		enum jws_result r = token_parse(&arena, text, ring, &c);

		if (r != claim_cases[i].result)
			fail_msg("case %zu: %s", i, jws_result_text(r));
	}
}

// A key of another kind in the ring is never used for ES256.
static void test_wrong_kind_of_key(void **state)
{
	struct key *ed = key_generate(KEY_ED25519);
	struct keyring *other = keyring_of(ed);
	const struct json *payload = NULL;
	char header[128];
	uint8_t signature[KEY_SIGNATURE_LEN];

	(void)state;
	snprintf(header, sizeof(header), "{\"alg\":\"ES256\",\"kid\":\"%s\",\"typ\":\"t\"}",
	    key_kid(ed));
	str_base64url(&out, header, strlen(header));
	buf_puts(&out, ".e30");
	key_sign(ed, out.data, out.len, signature);
	buf_putc(&out, '.');
	str_base64url(&out, signature, sizeof(signature));
	assert_int_equal(
	    jws_verify(&arena, (struct span){buf_text(&out), out.len}, other, "t", &payload),
	    JWS_WRONG_ALG);
	keyring_release(other);
}

// A buffer that is too small fails as a whole and is never read past its end.
static void test_small_buffer(void **state)
{
	struct token_claims c = known_claims();

	(void)state;
	for (size_t max = 0; max < strlen(TOKEN); max += 59) {
		struct buf small;

		buf_init(&small, max);
		token_jws(&small, keyring_active(ring), &c);
		assert_true(small.failed);
		buf_release(&small);
	}
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, each_setup, each_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    EACH(test_known_token),
	    EACH(test_length),
	    EACH(test_reads_back),
	    EACH(test_without_status),
	    EACH(test_escapes),
	    EACH(test_each_character_matters),
	    EACH(test_headers),
	    EACH(test_malformed),
	    EACH(test_claims),
	    EACH(test_wrong_kind_of_key),
	    EACH(test_small_buffer),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
