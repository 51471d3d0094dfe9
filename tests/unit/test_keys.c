// SPDX-License-Identifier: Apache-2.0
//
// Shows: keys of both kinds are read from PEM and JWK, written, named, and refused when they are
// unfit; signatures agree with RFC 7515, 8032 and 9421; a directory of keys becomes a ring by
// names.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto/keys.h"
#include "hex.h"
#include "rfc9421_keys.h"

#define P384_PUBLIC                                                                                \
	"-----BEGIN PUBLIC KEY-----\n"                                                             \
	"MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEHU2rX5DaMglhgWbF3RyaAF1uer6isPyc\n"                       \
	"Fvw+GydfnjV/F9GorDftm+NeuX5Jf5Y9qtErYe8p3sZgpZ5vibtpszSKeEoENgzz\n"                       \
	"a/ZHBmuvtxfWR+dPl1NBb+3ZF4hmZahT\n"                                                       \
	"-----END PUBLIC KEY-----\n"
#define ENCRYPTED                                                                                  \
	"-----BEGIN ENCRYPTED PRIVATE KEY-----\n"                                                  \
	"MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhhjt+4Q5/BzgICCAAw\n"                       \
	"DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEOAQWPms8wwujPZSqMUxjjAEQKpH\n"                       \
	"dDbzzy3rkJzVffIly+cCc4N5c1DjxN7SsF+Ssv4uZao+tNY685NC+jruv/NaqhWB\n"                       \
	"usnizXj6qWSc0eqauVs=\n"                                                                   \
	"-----END ENCRYPTED PRIVATE KEY-----\n"
// The private scalar of EC_PRIVATE beside the public point of another key.
#define MISMATCHED                                                                                 \
	"-----BEGIN EC PRIVATE KEY-----\n"                                                         \
	"MHcCAQEEIFKbhfNZfpDsW43+0+JjUr9K+bTeuxopu653+hBaXGA7oAoGCCqGSM49\n"                       \
	"AwEHoUQDQgAEMKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D7gS2XpJFbZ\n"                       \
	"iItSs3m9+9Ue6GnvHw/GW2ZZaVtszggXIw==\n"                                                   \
	"-----END EC PRIVATE KEY-----\n"

static struct buf error;
static char dir[] = "/tmp/roadshow-keys-XXXXXX";

static struct key *pem_key(const char *pem)
{
	buf_clear(&error);
	return key_from_pem(span_of(pem), &error);
}

static struct key *jwk_key(const char *jwk)
{
	buf_clear(&error);
	return key_from_jwk_text(span_of(jwk), &error);
}

// Decodes base64url for a signature in a vector.
static struct span decoded(const char *text, uint8_t *out, size_t max)
{
	size_t len = 0;

	assert_true(str_base64url_decode(span_of(text), out, max, &len));
	return (struct span){(const char *)out, len};
}

// ---- PEM

static const struct {
	const char *pem;
	enum key_type type;
	bool private;
} pems[] = {
    {EC_PRIVATE, KEY_P256, true},
    {EC_PUBLIC, KEY_P256, false},
    {ED_PRIVATE, KEY_ED25519, true},
    {ED_PUBLIC, KEY_ED25519, false},
};

static void test_pem(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pems); i++) {
		struct key *k = pem_key(pems[i].pem);

		assert_non_null(k);
		assert_int_equal(key_type(k), pems[i].type);
		assert_int_equal(key_is_private(k), pems[i].private);
		key_release(k);
	}
}

static const char *const bad_pems[] = {
    "",
    "not a key",
    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    P384_PUBLIC,
    ENCRYPTED,
    MISMATCHED,
};

static void test_bad_pems(void **state)
{
	char long_pem[KEY_PEM_MAX + 2];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad_pems); i++) {
		if (pem_key(bad_pems[i]) != NULL)
			fail_msg("case %zu was taken", i);
		assert_true(error.len > 0);
	}
	memset(long_pem, '\n', sizeof(long_pem));
	long_pem[sizeof(long_pem) - 1] = '\0';
	assert_null(pem_key(long_pem));
}

static void test_pem_round_trip(void **state)
{
	static const enum key_type types[] = {KEY_P256, KEY_ED25519};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		struct key *k = key_generate(types[i]);
		struct key *private = NULL;
		struct key *public = NULL;
		struct buf pem;

		buf_init(&pem, KEY_PEM_MAX);
		key_pem(&pem, k);
		private = pem_key(buf_text(&pem));
		buf_clear(&pem);
		key_public_pem(&pem, k);
		public = pem_key(buf_text(&pem));
		assert_true(key_is_private(private));
		assert_false(key_is_private(public));
		assert_string_equal(key_kid(private), key_kid(k));
		assert_string_equal(key_kid(public), key_kid(k));
		key_release(k);
		key_release(private);
		key_release(public);
		buf_release(&pem);
	}
}

// ---- JWK

#define EC_X "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"
#define EC_Y "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"
#define EC_POINT "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" EC_X "\",\"y\":\"" EC_Y "\""
#define ED_X "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define ED_POINT "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" ED_X "\""

// RFC 7517 A.1 (its thumbprint computed apart) and RFC 8037 A.3.
static void test_jwk(void **state)
{
	struct key *k = jwk_key("{" EC_POINT ",\"use\":\"enc\"}");
	char text[DIGEST_TEXT_LEN + 1];

	(void)state;
	assert_null(k); // the RFC's example is for encryption
	k = jwk_key("{" EC_POINT ",\"use\":\"sig\",\"alg\":\"ES256\",\"kid\":\"1\"}");
	assert_non_null(k);
	assert_int_equal(key_type(k), KEY_P256);
	digest_text(key_thumbprint(k), text);
	assert_string_equal(text, "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s");
	assert_memory_equal(key_kid(k), text, KEY_KID_LEN);
	assert_int_equal(strlen(key_kid(k)), KEY_KID_LEN);
	key_release(k);

	k = jwk_key("{" ED_POINT "}");
	assert_non_null(k);
	digest_text(key_thumbprint(k), text);
	assert_string_equal(text, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
	key_release(k);
}

static void test_jwk_render(void **state)
{
	struct buf out;
	struct json_out w;
	struct key *k = jwk_key("{" ED_POINT "}");

	(void)state;
	buf_init(&out, 1024);
	w = json_to(&out);
	key_jwk(&w, k);
	assert_string_equal(buf_text(&out),
	    "{" ED_POINT ",\"kid\":\"kPrK_qmx\",\"alg\":\"EdDSA\",\"use\":\"sig\"}");
	key_release(k);
	buf_clear(&out);
	k = jwk_key("{" EC_POINT "}");
	w = json_to(&out);
	key_jwk(&w, k);
	assert_string_equal(buf_text(&out),
	    "{" EC_POINT ",\"kid\":\"cn-I_WNM\",\"alg\":\"ES256\",\"use\":\"sig\"}");
	key_release(k);
	buf_release(&out);
}

static const struct {
	const char *jwk;
	bool good;
} jwks[] = {
    {"{" EC_POINT "}", true},
    {"{" EC_POINT ",\"key_ops\":[\"verify\"],\"ext\":true}", true},
    {"{" EC_POINT ",\"key_ops\":[\"sign\",\"verify\"]}", true},
    {"{" ED_POINT ",\"alg\":\"EdDSA\"}", true},
    {"{" ED_POINT ",\"alg\":\"Ed25519\"}", true},
    {"{" EC_POINT ",\"key_ops\":[\"encrypt\"]}", false},
    {"{" EC_POINT ",\"key_ops\":[]}", false},
    {"{" EC_POINT ",\"key_ops\":\"verify\"}", false},
    {"{" EC_POINT ",\"use\":1}", false},
    {"{" EC_POINT ",\"alg\":\"ES384\"}", false},
    {"{" EC_POINT ",\"alg\":\"EdDSA\"}", false},
    {"{" EC_POINT ",\"alg\":null}", false},
    {"{" ED_POINT ",\"alg\":\"ES256\"}", false},
    {"{" EC_POINT ",\"d\":\"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE\"}", false},
    {"{" ED_POINT ",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\"}", false},
    {"{" EC_POINT ",\"x\":\"" EC_X "\"}", false}, // a member twice
    {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" EC_X "\"}", false},
    {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"y\":\"" EC_Y "\"}", false},
    {"{\"kty\":\"EC\",\"x\":\"" EC_X "\",\"y\":\"" EC_Y "\"}", false},
    {"{\"crv\":\"P-256\",\"x\":\"" EC_X "\",\"y\":\"" EC_Y "\"}", false},
    {"{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"" EC_X "\",\"y\":\"" EC_Y "\"}", false},
    {"{\"kty\":\"ec\",\"crv\":\"P-256\",\"x\":\"" EC_X "\",\"y\":\"" EC_Y "\"}", false},
    // not on the curve: x and y swapped
    {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" EC_Y "\",\"y\":\"" EC_X "\"}", false},
    {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
     "\"y\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
	false},
    {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"__________________________________________8\","
     "\"y\":\"" EC_Y "\"}",
	false},
    {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" EC_X "=\",\"y\":\"" EC_Y "\"}", false},
    {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"MKBC\",\"y\":\"" EC_Y "\"}", false},
    {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":7,\"y\":\"" EC_Y "\"}", false},
    {"{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"" ED_X "\"}", false},
    {"{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" ED_X "\"}", false},
    {"{\"kty\":\"OKP\",\"crv\":\"Ed25519\"}", false},
    {"{\"kty\":\"OKP\",\"crv\":\"P-256\",\"x\":\"" EC_X "\",\"y\":\"" EC_Y "\"}", false},
    {"{\"kty\":\"oct\",\"k\":\"AAAA\"}", false},
    {"{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", false},
    {"{}", false},
    {"[]", false},
    {"\"EC\"", false},
    {"", false},
    {"{", false},
};

static void test_jwk_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(jwks); i++) {
		struct key *k = jwk_key(jwks[i].jwk);

		if ((k != NULL) != jwks[i].good)
			fail_msg("case %zu: %s: %s", i, jwks[i].jwk, buf_text(&error));
		assert_true((k == NULL) == (error.len > 0));
		key_release(k);
	}
}

// Little-endian y; the top bit is the sign of x.
static const char *const bad_ed25519_points[] = {
    "0000000000000000000000000000000000000000000000000000000000000000", // order 4
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000", // the neutral element
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // order 2
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", // order 8
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // y = p
    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // y = p + 3
    "0200000000000000000000000000000000000000000000000000000000000000", // no x
};

static void test_bad_ed25519_points(void **state)
{
	struct key *k = NULL;
	uint8_t point[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad_ed25519_points); i++) {
		hex_bytes(bad_ed25519_points[i], point, sizeof(point));
		if (key_from_public_bytes(KEY_ED25519, point, sizeof(point), &error) != NULL)
			fail_msg("case %zu was taken", i);
	}
	hex_bytes("0300000000000000000000000000000000000000000000000000000000000000", point, 32);
	k = key_from_public_bytes(KEY_ED25519, point, sizeof(point), &error);
	assert_non_null(k); // y = 3 has an x
	key_release(k);
}

static void test_public_bytes(void **state)
{
	struct key *k = jwk_key("{" EC_POINT "}");
	struct key *again = NULL;
	struct span bytes = key_public_bytes(k);
	uint8_t copy[KEY_PUBLIC_MAX];

	(void)state;
	assert_int_equal(bytes.len, 65);
	memcpy(copy, bytes.ptr, bytes.len);
	again = key_from_public_bytes(KEY_P256, copy, sizeof(copy), &error);
	assert_non_null(again);
	assert_string_equal(key_kid(again), key_kid(k));
	key_release(again);
	assert_null(key_from_public_bytes(KEY_P256, copy, 64, &error));
	assert_null(key_from_public_bytes(KEY_P256, copy, 33, &error));
	assert_null(key_from_public_bytes(KEY_P256, copy, 1, &error));
	assert_null(key_from_public_bytes(KEY_ED25519, copy, 65, &error));
	copy[0] = 0x06; // the hybrid form
	assert_null(key_from_public_bytes(KEY_P256, copy, 65, &error));
	key_release(k);
}

// ---- signatures

// RFC 7515 A.3.
static void test_es256_vector(void **state)
{
	static const char input[] = "eyJhbGciOiJFUzI1NiJ9."
				    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leG"
				    "FtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
	struct key *k = jwk_key("{\"kty\":\"EC\",\"crv\":\"P-256\","
				"\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
				"\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}");
	uint8_t raw[80];
	struct span sig = decoded("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-"
				  "F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
	    raw, sizeof(raw));

	(void)state;
	assert_non_null(k);
	assert_true(key_verify(k, input, strlen(input), sig));
	assert_false(key_verify(k, input, strlen(input) - 1, sig));
	sig.len--;
	assert_false(key_verify(k, input, strlen(input), sig));
	sig.len++;
	raw[63] ^= 1;
	assert_false(key_verify(k, input, strlen(input), sig));
	memset(raw, 0, 64); // r = s = 0
	assert_false(key_verify(k, input, strlen(input), sig));
	memset(raw, 0xff, 64);
	assert_false(key_verify(k, input, strlen(input), sig));
	key_release(k);
}

// RFC 8032 section 7.1, test 2.
static void test_ed25519_vector(void **state)
{
	uint8_t pub[32];
	uint8_t raw[64];
	struct span sig = {(const char *)raw, sizeof(raw)};
	struct key *k = NULL;

	(void)state;
	hex_bytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", pub, 32);
	hex_bytes("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
		  "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
	    raw, sizeof(raw));
	k = key_from_public_bytes(KEY_ED25519, pub, sizeof(pub), &error);
	assert_non_null(k);
	assert_true(key_verify(k, "\x72", 1, sig));
	assert_false(key_verify(k, "\x73", 1, sig));
	raw[0] ^= 1;
	assert_false(key_verify(k, "\x72", 1, sig));
	key_release(k);
}

static void test_sign_is_deterministic(void **state)
{
	static const char *const texts[] = {EC_PRIVATE, ED_PRIVATE};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct key *k = pem_key(texts[i]);
		struct key *other = pem_key(texts[i]);
		uint8_t a[KEY_SIGNATURE_LEN];
		uint8_t b[KEY_SIGNATURE_LEN];

		key_sign(k, "one", 3, a);
		key_sign(k, "two", 3, b);
		assert_memory_not_equal(a, b, sizeof(a));
		key_sign(other, "one", 3, b);
		assert_memory_equal(a, b, sizeof(a));
		assert_true(key_verify(k, "one", 3, (struct span){(const char *)a, sizeof(a)}));
		assert_false(key_verify(k, "two", 3, (struct span){(const char *)a, sizeof(a)}));
		key_release(k);
		key_release(other);
	}
}

// A worker is forked and confined after the keys were loaded: nothing more may be opened then.
static void test_after_fork_and_chroot(void **state)
{
	struct key *ec = key_generate(KEY_P256);
	struct key *ed = key_generate(KEY_ED25519);
	pid_t child = fork();
	int status = 0;

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		uint8_t out[KEY_SIGNATURE_LEN];
		struct span sig = {(const char *)out, sizeof(out)};
		bool ok = chdir(dir) == 0;

		if (geteuid() == 0)
			ok = ok && chroot(dir) == 0;
		key_sign(ec, "x", 1, out);
		ok = ok && key_verify(ec, "x", 1, sig);
		key_sign(ed, "x", 1, out);
		ok = ok && key_verify(ed, "x", 1, sig);
		_exit(ok ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	key_release(ec);
	key_release(ed);
}

// ---- keyring

static void put_file(const char *name, const char *text)
{
	char path[128];
	FILE *f = NULL;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0600), 0);
}

static void remove_files(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -f '%s'/*", dir);
	assert_int_equal(system(command), 0);
}

static struct keyring *load(void)
{
	buf_clear(&error);
	return keyring_load(dir, "token", &error);
}

static void put_generated(const char *name, bool private)
{
	struct key *k = key_generate(KEY_P256);
	struct buf pem;

	buf_init(&pem, KEY_PEM_MAX);
	if (private)
		key_pem(&pem, k);
	else
		key_public_pem(&pem, k);
	put_file(name, buf_text(&pem));
	buf_release(&pem);
	key_release(k);
}

static void test_keyring(void **state)
{
	struct keyring *r = NULL;
	struct keyring *ledger = NULL;
	const struct key *k = NULL;
	struct buf jwks_text;
	struct arena a;
	const struct json *set = NULL;
	char why[100];

	(void)state;
	remove_files();
	put_generated("token-1.old.pem", false);
	put_file("token-2.pem", EC_PRIVATE);
	put_generated("token-3.next.pem", true);
	put_file("ledger-a.pem", ED_PRIVATE);
	put_file("token-4.pem.bak", "ignored");
	put_file("tokenize-5.pem", "ignored");
	r = load();
	assert_non_null(r);
	k = keyring_active(r);
	assert_true(key_is_private(k));
	assert_ptr_equal(keyring_find(r, span_of(key_kid(k))), k);
	assert_null(keyring_find(r, span_of("unknown1")));
	assert_null(keyring_find(r, (struct span){NULL, 0}));

	ledger = keyring_load(dir, "ledger", &error);
	assert_non_null(ledger);
	buf_init(&jwks_text, 4096);
	keyring_jwks(&jwks_text, (const struct keyring *const[]){r, ledger}, 2);
	arena_init(&a, 65536);
	set = json_parse(&a, jwks_text.data, jwks_text.len, why, sizeof(why));
	assert_non_null(set);
	set = json_get(set, "keys");
	assert_int_equal(set->count, 4);
	assert_true(span_eq(json_get_text(set->child->next, "kid"), key_kid(k)));
	for (const struct json *j = set->child; j != NULL; j = j->next) {
		struct key *parsed = key_from_jwk(j, &error);

		assert_non_null(parsed);
		assert_true(span_eq(json_get_text(j, "kid"), key_kid(parsed)));
		key_release(parsed);
	}
	arena_release(&a);
	buf_release(&jwks_text);
	keyring_release(r);
	keyring_release(ledger);
}

static void refused(const char *name, const char *text, const char *in_error)
{
	struct keyring *r = NULL;
	char path[128];

	put_file(name, text);
	r = load();
	if (r != NULL || strstr(buf_text(&error), in_error) == NULL)
		fail_msg("%s: %s", name, r != NULL ? "was taken" : buf_text(&error));
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(unlink(path), 0);
}

static void test_keyring_refusals(void **state)
{
	char path[128];

	(void)state;
	remove_files();
	assert_null(load());
	assert_non_null(strstr(buf_text(&error), "0 active keys"));
	put_file("token-2.pem", EC_PRIVATE);
	refused("token-3.pem", ED_PRIVATE, "2 active keys");
	refused("token-3.next.pem", EC_PRIVATE, "the same key");
	refused("token-3.next.pem", ED_PUBLIC, "a public key");
	refused("token-3.soon.pem", ED_PRIVATE, "not named token-<label>[.next|.old].pem");
	refused("token-.pem", ED_PRIVATE, "not named");
	refused("token-A.next.pem", ED_PRIVATE, "not named");
	refused("token-3.old.pem", "", "not a key");
	refused("token-3.old.pem", P384_PUBLIC, "neither a P-256 nor an Ed25519 key");
	snprintf(path, sizeof(path), "%s/token-2.pem", dir);
	assert_int_equal(chmod(path, 0604), 0);
	assert_null(load());
	assert_non_null(strstr(buf_text(&error), "others"));
	assert_int_equal(chmod(path, 0640), 0);
	keyring_release(load());
	assert_int_equal(error.len, 0);
	assert_null(keyring_load("/nonexistent", "token", &error));
}

static void test_keyring_is_bounded(void **state)
{
	char name[64];

	(void)state;
	remove_files();
	put_file("token-0.pem", EC_PRIVATE);
	for (int i = 1; i < KEYRING_MAX; i++) {
		snprintf(name, sizeof(name), "token-%d.old.pem", i);
		put_generated(name, false);
	}
	assert_null(load());
	assert_non_null(strstr(buf_text(&error), "or more keys"));
}

static void test_save(void **state)
{
	struct key *k = key_generate(KEY_ED25519);
	struct keyring *r = NULL;
	struct stat st;
	char path[128];

	(void)state;
	remove_files();
	snprintf(path, sizeof(path), "%s/token-1.pem", dir);
	assert_true(key_save(k, path, &error));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	r = load();
	assert_string_equal(key_kid(keyring_active(r)), key_kid(k));
	buf_clear(&error);
	assert_false(key_save(k, path, &error)); // never overwrites
	assert_true(error.len > 0);
	key_release(k);
	keyring_release(r);
	r = load();
	assert_non_null(r);
	keyring_release(r);
}

static int make_dir(void **state)
{
	(void)state;
	buf_init(&error, 1024);
	return mkdtemp(dir) == NULL;
}

static int remove_dir(void **state)
{
	(void)state;
	remove_files();
	buf_release(&error);
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pem),
	    cmocka_unit_test(test_bad_pems),
	    cmocka_unit_test(test_pem_round_trip),
	    cmocka_unit_test(test_jwk),
	    cmocka_unit_test(test_jwk_render),
	    cmocka_unit_test(test_jwk_cases),
	    cmocka_unit_test(test_bad_ed25519_points),
	    cmocka_unit_test(test_public_bytes),
	    cmocka_unit_test(test_es256_vector),
	    cmocka_unit_test(test_ed25519_vector),
	    cmocka_unit_test(test_sign_is_deterministic),
	    cmocka_unit_test(test_after_fork_and_chroot),
	    cmocka_unit_test(test_keyring),
	    cmocka_unit_test(test_keyring_refusals),
	    cmocka_unit_test(test_keyring_is_bounded),
	    cmocka_unit_test(test_save),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
