// SPDX-License-Identifier: Apache-2.0
//
// Shows: keys are derived as RFC 7518 Appendix C derives them; what npm's jose encrypted opens, by an old key
// too; whatever is changed in it, or is of another kind, is refused as what it is; the published key is one
// to encrypt to.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/jwe.c"

// A key that jose 5.10.0 made, and what its CompactEncrypt wrote to it.
static const char pem[] = "-----BEGIN PRIVATE KEY-----\n"
			  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQguIwhP7saEM1AXIQs\n"
			  "r2uLOfFOd3hHMTpVu+uXMbwZoAKhRANCAATDEZyXNwqKTQJ7wlIW3tr46WelJeTk\n"
			  "gY/0KvzeVCIMy91lmfljEjiz4ZFdBkZSE7VX7LwClo1SQ5KHQVxGAknX\n"
			  "-----END PRIVATE KEY-----\n";
#define KID "z2gUw9pw"
static const char contact[] =
    "eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7IngiOiJRVWNubEdW"
    "QWZodmNSUDcteEpuZ01Jd1RhdnFreFRLWllfMm1Fc1BUdXA0IiwiY3J2IjoiUC0yNTYiLCJrdHkiOiJFQyIsInkiOiJW"
    "SDRSd1ROYWlueXBLa215My16WXhIc3EzT1d2bjZOZkd2ckpMM2R2VU1rIn19..mfO-T07iKoui2bNs.7s8xzT_FGy0y"
    "SpeVs3glXshM03szilfDi_G3dSeV6ImOhs5B0d3B.l7wgDsAwO0inHkbqhGYZGw";
static const char parties[] = // apu Alice, apv Bob
    "eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7IngiOiJOVnlfdzdl"
    "OGpiVi0tbjVseV9HMzFMcm41bzY2bUtDYUtONUdyQ3hMNmhBIiwiY3J2IjoiUC0yNTYiLCJrdHkiOiJFQyIsInkiOiIz"
    "NmVRVTJGb2pqdkNJMEpmdnp1blA0aC15cm81TVVqX1ZKSFYyVm1tZXdBIn0sImFwdSI6IlFXeHBZMlUiLCJhcHYiOiJR"
    "bTlpIn0..mCoCNjtiGSc5WcsH.c6no42Q.r8OgODtC80SJyuQToYfziw";
static const char gcm128[] =
    "eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTEyOEdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7IngiOiJ0RUREM3FX"
    "OFh6eXdlM3FYVXpEbmhXWC1kQml0b01aT0k5MzhON3BKaHVzIiwiY3J2IjoiUC0yNTYiLCJrdHkiOiJFQyIsInkiOiJm"
    "VDk0UVc5UGV1S0pMemdnTld3NlNrSkZVT3FaT1hRaVB5TktiVEFzZl9BIn19..C6MCkZfWipRi3Ymw.TqhFzCA."
    "ecJPUjWTWM2PqrH8oWQIYw";
static const char wrapped[] =
    "eyJhbGciOiJFQ0RILUVTK0EyNTZLVyIsImVuYyI6IkEyNTZHQ00iLCJraWQiOiJ6MmdVdzlwdyIsImVwayI6eyJ4Ijoi"
    "M25ZQXRXeWRQQ2VvdEhpNHh6SFlHRmlyMEJfRDlQMVlvYlNxWjV1dzM5ZyIsImNydiI6IlAtMjU2Iiwia3R5IjoiRUMi"
    "LCJ5IjoiVWp1WGNlcEJ3dVpsaVhOZzBSWFI2cGwzazIwNWhWLW1JWTJCdy1ISkNSQSJ9fQ.gPHsiCmB_rlFE-"
    "xpEaIbrWCllZ1R2xUmyzfS8kb7pJ6YyXvWFUe3ew.GUFwSzfZ_yMPox4f.F1wx1iw.0QXsEFONIKICPp6aqh-3hw";

static struct keyring *ring;
static struct buf out;

static int setup(void **state)
{
	struct buf error;

	(void)state;
	buf_init(&error, 256);
	buf_init(&out, 1 << 16);
	crypto_init();
	ring = keyring_of(key_from_pem(span_of(pem), &error));
	assert_string_equal(key_kid(keyring_active(ring)), KID);
	buf_release(&error);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	keyring_release(ring);
	buf_release(&out);
	return 0;
}

static enum jwe_result open_for(struct span text, const struct keyring *with, const char *apv)
{
	struct arena a;
	enum jwe_result r;

	arena_init(&a, 1 << 20);
	buf_clear(&out);
	r = jwe_open(&a, text, with, span_of(apv), &out);
	if (r != JWE_OK)
		assert_int_equal(out.len, 0);
	arena_release(&a);
	return r;
}

static enum jwe_result open_span(struct span text, const struct keyring *with)
{
	return open_for(text, with, "");
}

static enum jwe_result open_text(const char *text)
{
	return open_span(span_of(text), ring);
}

// RFC 7518 Appendix C: Alice's ephemeral key, Bob's key, A128GCM.
static void test_appendix_c(void **state)
{
	static const char alice[] = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":"
				    "\"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0\","
				    "\"y\":\"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps\"}";
	static const uint8_t z[] = {158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191,
	    132, 38, 156, 251, 49, 110, 163, 218, 128, 106, 72, 246, 218, 167, 121, 140, 254, 144,
	    196};
	struct digest key = concat_kdf(z, "A128GCM", span_of("Alice"), span_of("Bob"), (size_t)128);
	struct buf text, error;
	struct arena a;
	char why[160];
	struct key *k;

	(void)state;
	buf_init(&text, 64);
	buf_init(&error, 256);
	arena_init(&a, 1 << 16);
	str_base64url(&text, key.b, 16);
	assert_string_equal(buf_text(&text), "VqqN6vgjbSBcIijNcacQGg");
	k = key_from_epk(json_parse(&a, alice, strlen(alice), why, sizeof(why)), &error);
	assert_non_null(k);
	key_release(k);
	arena_release(&a);
	buf_release(&error);
	buf_release(&text);
}

static void test_opens(void **state)
{
	(void)state;
	assert_int_equal(open_text(contact), JWE_OK);
	assert_string_equal(buf_text(&out), "{\"contact\":{\"email\":\"ann@example.org\"}}");
	assert_int_equal(open_for(span_of(parties), ring, "Bob"), JWE_OK);
	assert_string_equal(buf_text(&out), "hello");
}

// By a key that would open it: apv must be there, and be whose we took it from.
static void test_parties(void **state)
{
	static const char *const others[] = {"", "Bo", "Bobby", "Eve"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_int_equal(open_for(span_of(parties), ring, others[i]), JWE_OTHER_PARTY);
	assert_int_equal(open_for(span_of(contact), ring, "Bob"), JWE_OTHER_PARTY);
}

static void test_refuses(void **state)
{
	struct keyring *other = keyring_of(key_generate(KEY_P256));
	struct buf error;
	struct keyring *public;

	(void)state;
	assert_int_equal(open_text(gcm128), JWE_WRONG_ALG);
	assert_int_equal(open_text(wrapped), JWE_WRONG_ALG);
	assert_int_equal(open_span(span_of(contact), other), JWE_UNKNOWN_KEY);
	buf_init(&error, 256);
	public = keyring_of(key_from_public_bytes(KEY_P256,
	    (const uint8_t *)key_public_bytes(keyring_active(ring)).ptr, KEY_PUBLIC_MAX, &error));
	assert_int_equal(open_span(span_of(contact), public), JWE_UNKNOWN_KEY);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_non_null(jwe_result_text((enum jwe_result)i));
	keyring_release(public);
	keyring_release(other);
	buf_release(&error);
}

// Each character changed, and each piece of it alone: never opens, never harms.
static void test_changed(void **state)
{
	char text[sizeof(contact)];
	size_t len = strlen(contact);

	(void)state;
	for (size_t i = 0; i < len; i++) {
		memcpy(text, contact, sizeof(contact));
		text[i] = text[i] == 'A' ? 'B' : 'A';
		assert_int_not_equal(open_text(text), JWE_OK);
	}
	for (size_t i = 0; i < len; i++)
		assert_int_not_equal(open_span((struct span){contact, i}, ring), JWE_OK);
	memcpy(text, contact, sizeof(contact));
	text[len - 30] = text[len - 30] == 'A' ? 'B' : 'A'; // in the ciphertext
	assert_int_equal(open_text(text), JWE_FORGED);
}

// The token with another header; the rest does not fit it any more.
static enum jwe_result with_header(const char *header)
{
	struct buf text;
	enum jwe_result r;

	buf_init(&text, 1 << 16);
	str_base64url(&text, header, strlen(header));
	buf_puts(&text, strchr(contact, '.'));
	r = open_span((struct span){buf_text(&text), text.len}, ring);
	buf_release(&text);
	return r;
}

#define X "QUcnlGVAfhvcRP7-xJngMIwTavqkxTKZY_2mEsPTup4"
#define Y "VH4RwTNainypKkmy3-zYxHsq3OWvn6NfGvrJL3dvUMk"
#define EPK "\"epk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" X "\",\"y\":\"" Y "\"}"
#define HEAD "{\"alg\":\"ECDH-ES\",\"enc\":\"A256GCM\",\"kid\":\"" KID "\","

static void test_headers(void **state)
{
	static const struct {
		const char *header;
		enum jwe_result expected;
	} cases[] = {
	    {HEAD EPK "}", JWE_FORGED}, // members in another order are another header
	    {HEAD EPK ",\"typ\":\"x\",\"more\":[1]}", JWE_FORGED},
	    {HEAD EPK ",\"zip\":\"DEF\"}", JWE_UNSUPPORTED},
	    {HEAD EPK ",\"crit\":[\"exp\"]}", JWE_UNSUPPORTED},
	    {"{\"alg\":\"ECDH-ES\",\"enc\":\"A256GCM\"," EPK "}", JWE_UNKNOWN_KEY},
	    {"{\"alg\":\"ECDH-ES\",\"enc\":\"A256GCM\",\"kid\":7," EPK "}", JWE_UNKNOWN_KEY},
	    {"{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"kid\":\"" KID "\"," EPK "}", JWE_WRONG_ALG},
	    {"{\"enc\":\"A256GCM\",\"kid\":\"" KID "\"," EPK "}", JWE_WRONG_ALG},
	    {"{\"alg\":\"ECDH-ES\",\"enc\":\"A256CBC-HS512\",\"kid\":\"" KID "\"," EPK "}",
		JWE_WRONG_ALG},
	    {HEAD "\"epk\":7}", JWE_MALFORMED},
	    {HEAD "\"apu\":\"\"}", JWE_MALFORMED}, // no epk
	    {HEAD "\"epk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" X "\",\"y\":\"" X "\"}}",
		JWE_MALFORMED}, // not on the curve
	    {HEAD "\"epk\":{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"" X "\",\"y\":\"" Y "\"}}",
		JWE_MALFORMED},
	    {HEAD "\"epk\":{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" X "\"}}", JWE_MALFORMED},
	    {HEAD "\"epk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" X "\",\"y\":\"" Y
		  "\",\"d\":\"" X "\"}}",
		JWE_MALFORMED},
	    {HEAD EPK ",\"apu\":\"?\"}", JWE_MALFORMED},
	    {HEAD EPK ",\"apv\":7}", JWE_MALFORMED},
	    {"[]", JWE_MALFORMED},
	    {"{", JWE_MALFORMED},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (with_header(cases[i].header) != cases[i].expected)
			fail_msg("%s: %d", cases[i].header, with_header(cases[i].header));
}

static void test_shapes(void **state)
{
	static const char *const malformed[] = {"", ".", "....", "a.b.c.d.e", "e30", "e30...",
	    "e30....", "e30.....", "eyJhbGciOiJFQ0RILUVTIn0=...."};
	struct buf text;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(malformed); i++) {
		enum jwe_result r = open_text(malformed[i]);

		assert_true(r == JWE_MALFORMED || r == JWE_WRONG_ALG);
	}
	buf_init(&text, 1 << 16);
	buf_puts(&text, contact);
	while (text.len <= JWE_LEN_MAX)
		buf_putc(&text, 'A');
	assert_int_equal(open_span((struct span){buf_text(&text), text.len}, ring), JWE_MALFORMED);
	buf_release(&text);
}

static void test_published(void **state)
{
	struct arena a;
	char why[160];
	const struct json *set, *jwk;

	(void)state;
	arena_init(&a, 1 << 16);
	buf_clear(&out);
	jwe_put_jwks(&out, ring);
	set = json_parse(&a, out.data, out.len, why, sizeof(why));
	assert_non_null(set);
	assert_int_equal(json_get(set, "keys")->count, 1);
	jwk = json_get(set, "keys")->child;
	assert_true(span_eq(json_get_text(jwk, "kid"), KID));
	assert_true(span_eq(json_get_text(jwk, "alg"), "ECDH-ES"));
	assert_true(span_eq(json_get_text(jwk, "use"), "enc"));
	assert_null(json_get(jwk, "d"));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_appendix_c),
	    cmocka_unit_test(test_opens),
	    cmocka_unit_test(test_parties),
	    cmocka_unit_test(test_refuses),
	    cmocka_unit_test(test_changed),
	    cmocka_unit_test(test_headers),
	    cmocka_unit_test(test_shapes),
	    cmocka_unit_test(test_published),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
