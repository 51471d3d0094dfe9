// SPDX-License-Identifier: Apache-2.0
//
// Shows: bases and signatures are those of RFC 9421's examples, a device's request passes, and each
// way to sign less, other or later than the profile asks is refused with its own result.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "crypto/httpsig.h"
#include "rfc9421_keys.h"

#define NOW 1618884473

// ---- a request to sign and to spoil

struct field {
	const char *name;
	const char *value;
};

struct message {
	struct httpsig_request req;
	struct field fields[10];
	struct buf digest, input, signature;
};

static struct span find_field(void *arg, const char *name)
{
	const struct message *m = arg;

	for (size_t i = 0; i < ARRAY_LEN(m->fields) && m->fields[i].name != NULL; i++)
		if (strcmp(m->fields[i].name, name) == 0)
			return span_of(m->fields[i].value);
	return (struct span){NULL, 0};
}

// Adds or replaces; a NULL value removes.
static void set_field(struct message *m, const char *name, const char *value)
{
	size_t i = 0;

	while (m->fields[i].name != NULL && strcmp(m->fields[i].name, name) != 0)
		i++;
	assert_true(i < ARRAY_LEN(m->fields) - 1);
	m->fields[i] = (struct field){value != NULL ? name : "removed", value};
}

static struct message *message_init(struct message *m, const char *method, const char *body)
{
	memset(m, 0, sizeof(*m));
	m->req = (struct httpsig_request){.method = method,
	    .authority = span_of("Drops.Example.com:443"),
	    .https = true,
	    .path = span_of("/v1/sync"),
	    .query = span_of("part=1&a=%20"),
	    .body = span_of(body),
	    .header = find_field,
	    .arg = m};
	buf_init(&m->digest, 256);
	buf_init(&m->input, 1024);
	buf_init(&m->signature, 1024);
	httpsig_content_digest(&m->digest, m->req.body);
	if (*body != '\0') {
		set_field(m, "content-digest", buf_text(&m->digest));
		set_field(m, "content-type", "application/x-ndjson");
		set_field(m, "idempotency-key", "\"k-1\"");
	}
	return m;
}

static void message_release(struct message *m)
{
	buf_release(&m->digest);
	buf_release(&m->input);
	buf_release(&m->signature);
}

static const struct httpsig_params params = {
    .created_s = NOW,
    .expires_s = NOW + 60,
    .nonce = "b3k2pp5k7z-50gnwp.yemd",
    .keyid = "0190b3f2-0000-7000-8000-000000000001",
};

static void sign(struct message *m, const struct key *k)
{
	assert_true(httpsig_sign(&m->req, k, &params, &m->input, &m->signature));
	set_field(m, "signature-input", buf_text(&m->input));
	set_field(m, "signature", buf_text(&m->signature));
}

static enum httpsig_result check_at(struct message *m, const struct key *k, int64_t now_s)
{
	struct httpsig s;
	enum httpsig_result r = httpsig_parse(&m->req, now_s, &s);

	if (r == HTTPSIG_OK)
		r = httpsig_verify(&s, k);
	httpsig_release(&s);
	return r;
}

static enum httpsig_result check(struct message *m, const struct key *k)
{
	return check_at(m, k, NOW);
}

static struct key *pem_key(const char *pem)
{
	struct buf error;
	struct key *k = NULL;

	buf_init(&error, 256);
	k = key_from_pem(span_of(pem), &error);
	assert_non_null(k);
	buf_release(&error);
	return k;
}

static bool verifies(const struct key *k, const char *base, const char *base64)
{
	uint8_t raw[KEY_SIGNATURE_LEN];
	size_t len = 0;

	assert_true(str_base64_decode(span_of(base64), raw, sizeof(raw), &len));
	return key_verify(k, base, strlen(base), (struct span){(const char *)raw, len});
}

// ---- RFC 9421

// B.2.6, through our base and our signer (Ed25519 is deterministic).
static void test_rfc_ed25519(void **state)
{
	static const char *const names[] = {
	    "date", "@method", "@path", "@authority", "content-type", "content-length"};
	static const char expected[] =
	    "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n"
	    "\"@method\": POST\n"
	    "\"@path\": /foo\n"
	    "\"@authority\": example.com\n"
	    "\"content-type\": application/json\n"
	    "\"content-length\": 18\n"
	    "\"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" "
	    "\"content-type\" "
	    "\"content-length\");created=1618884473;keyid=\"test-key-ed25519\"";
	struct message m = {.fields = {{"date", "Tue, 20 Apr 2021 02:07:55 GMT"},
				{"content-type", "application/json"}, {"content-length", "18"}}};
	struct span components[6];
	struct key *k = pem_key(ED_PRIVATE);
	struct buf base;
	struct buf text;
	uint8_t raw[KEY_SIGNATURE_LEN];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		components[i] = span_of(names[i]);
	m.req = (struct httpsig_request){.method = "POST",
	    .authority = span_of("example.com"),
	    .path = span_of("/foo"),
	    .header = find_field,
	    .arg = &m};
	buf_init(&base, 4096);
	assert_int_equal(
	    httpsig_base(&base, &m.req, components, ARRAY_LEN(names),
		span_of("(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" "
			"\"content-length\");created=1618884473;keyid=\"test-key-ed25519\"")),
	    HTTPSIG_OK);
	assert_string_equal(buf_text(&base), expected);
	key_sign(k, base.data, base.len, raw);
	buf_init(&text, 256);
	str_base64(&text, raw, sizeof(raw));
	assert_string_equal(buf_text(&text), "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb0"
					     "4v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==");
	buf_release(&text);
	buf_release(&base);
	key_release(k);
}

// B.2.4: a response's base, as printed there.
static void test_rfc_ecdsa(void **state)
{
	static const char base[] =
	    "\"@status\": 200\n"
	    "\"content-type\": application/json\n"
	    "\"content-digest\": "
	    "sha-512=:"
	    "mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5"
	    "aGgfLQ==:\n"
	    "\"content-length\": 23\n"
	    "\"@signature-params\": (\"@status\" \"content-type\" \"content-digest\" "
	    "\"content-length\");created=1618884473;keyid=\"test-key-ecc-p256\"";
	static const char signature[] = "wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyah"
					"nzDnDAUy5eCdlYUEkLIj+32oiasw==";
	struct key *k = pem_key(EC_PUBLIC);

	(void)state;
	assert_true(verifies(k, base, signature));
	assert_false(verifies(k, base + 1, signature));
	key_release(k);
}

// RFC 9530 appendix B: {"hello": "world"} and a newline; RFC 9421's own request without one.
static void test_content_digest(void **state)
{
	static const struct {
		const char *field;
		const char *body;
		bool matches;
	} cases[] = {
	    {"sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:", "{\"hello\": \"world\"}\n",
		true},
	    {"sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:", "{\"hello\": \"world\"}",
		true},
	    {"sha-512=:YQ==:, sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
		"{\"hello\": \"world\"}", true},
	    {"sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:", "", true},
	    {"sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:", "{\"hello\":  \"world\"}",
		false},
	    {"sha-512=:YQ==:", "", false},
	    {"sha-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=", "{\"hello\": \"world\"}",
		false},
	    {"sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE:", "{\"hello\": \"world\"}",
		false},
	    {"sha-256=:X48E:", "{\"hello\": \"world\"}", false},
	    {"sha-256=::", "", false},
	    {"sha-256", "", false},
	    {"SHA-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:", "", false},
	    {"sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:, "
	     "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:",
		"", false},
	    {"sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:,", "", false},
	    {"", "", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (httpsig_content_digest_matches(
			span_of(cases[i].field), span_of(cases[i].body)) != cases[i].matches)
			fail_msg("case %zu: %s", i, cases[i].field);
	assert_false(httpsig_content_digest_matches((struct span){NULL, 0}, span_of("")));
}

// ---- the profile

static void test_round_trip(void **state)
{
	static const enum key_type types[] = {KEY_P256, KEY_ED25519};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		struct key *k = key_generate(types[i]);
		struct key *other = key_generate(types[i]);
		struct key *other_kind = key_generate(types[1 - i]);
		struct message m;
		struct httpsig s;

		sign(message_init(&m, "POST", "{\"seq\":1}\n"), k);
		assert_int_equal(httpsig_parse(&m.req, NOW, &s), HTTPSIG_OK);
		assert_true(span_eq(s.keyid, params.keyid));
		assert_true(span_eq(s.nonce, params.nonce));
		assert_true(span_eq(s.label, "device"));
		assert_int_equal(s.created_s, NOW);
		assert_int_equal(s.expires_s, NOW + 60);
		assert_int_equal(s.alg, types[i]);
		assert_non_null(strstr(buf_text(&s.base), "\"@authority\": drops.example.com\n"));
		assert_non_null(strstr(buf_text(&s.base), "\"@query\": ?part=1&a=%20\n"));
		assert_int_equal(httpsig_verify(&s, k), HTTPSIG_OK);
		assert_int_equal(httpsig_verify(&s, other), HTTPSIG_SIGNATURE);
		assert_int_equal(httpsig_verify(&s, other_kind), HTTPSIG_ALGORITHM);
		httpsig_release(&s);
		message_release(&m);
		key_release(k);
		key_release(other);
		key_release(other_kind);
	}
}

static void test_get_needs_no_body(void **state)
{
	struct key *k = key_generate(KEY_P256);
	struct message m;

	(void)state;
	message_init(&m, "GET", "");
	m.req.query = span_of("");
	sign(&m, k);
	assert_null(strstr(buf_text(&m.input), "content-digest"));
	assert_int_equal(check(&m, k), HTTPSIG_OK);
	m.req.body = span_of("x"); // a body put in later is not covered
	assert_int_equal(check(&m, k), HTTPSIG_NOT_COVERED);
	m.req.body = span_of("");
	m.req.method = "DELETE";
	assert_int_equal(check(&m, k), HTTPSIG_NOT_COVERED);
	message_release(&m);

	message_init(&m, "POST", ""); // an empty body is digested like any other
	assert_false(httpsig_sign(&m.req, k, &params, &m.input, &m.signature));
	message_release(&m);
	key_release(k);
}

// Whatever is covered and changed on the way is noticed.
static void test_changed_requests(void **state)
{
	struct key *k = key_generate(KEY_ED25519);
	struct message m;
	struct httpsig_request good;

	(void)state;
	sign(message_init(&m, "POST", "{}"), k);
	good = m.req;
	assert_int_equal(check(&m, k), HTTPSIG_OK);
	m.req.authority = span_of("drops.example.com");
	assert_int_equal(check(&m, k), HTTPSIG_OK); // the same authority
	m.req.authority = span_of("drops.example.com:80");
	assert_int_equal(check(&m, k), HTTPSIG_SIGNATURE);
	m.req.authority = span_of("other.example.com");
	assert_int_equal(check(&m, k), HTTPSIG_SIGNATURE);
	m.req.authority = span_of("");
	assert_int_equal(check(&m, k), HTTPSIG_COMPONENT);
	m.req = good;
	m.req.https = false;
	assert_int_equal(check(&m, k), HTTPSIG_SIGNATURE);
	m.req = good;
	m.req.method = "PUT";
	assert_int_equal(check(&m, k), HTTPSIG_SIGNATURE);
	m.req = good;
	m.req.path = span_of("/v1/sync/");
	assert_int_equal(check(&m, k), HTTPSIG_SIGNATURE);
	m.req.path = span_of("/v1/sync\n\"x\": y");
	assert_int_equal(check(&m, k), HTTPSIG_COMPONENT);
	m.req = good;
	m.req.query = span_of("part=1&a= ");
	assert_int_equal(check(&m, k), HTTPSIG_SIGNATURE);
	m.req = good;
	m.req.body = span_of("{ }");
	assert_int_equal(check(&m, k), HTTPSIG_DIGEST);
	m.req = good;
	set_field(&m, "content-type", "text/plain");
	assert_int_equal(check(&m, k), HTTPSIG_SIGNATURE);
	set_field(&m, "content-type", " \t application/x-ndjson \t");
	assert_int_equal(check(&m, k), HTTPSIG_OK); // white space around a value does not count
	set_field(&m, "content-type", "application/\nx-ndjson");
	assert_int_equal(check(&m, k), HTTPSIG_COMPONENT);
	set_field(&m, "content-type", NULL);
	assert_int_equal(check(&m, k), HTTPSIG_COMPONENT);
	set_field(&m, "content-type", "application/x-ndjson");
	set_field(&m, "idempotency-key", "\"k-2\"");
	assert_int_equal(check(&m, k), HTTPSIG_SIGNATURE);
	set_field(&m, "idempotency-key", "\"k-1\"");
	set_field(&m, "content-digest", NULL);
	assert_int_equal(check(&m, k), HTTPSIG_COMPONENT);
	message_release(&m);
	key_release(k);
}

static void test_time(void **state)
{
	static const struct {
		int64_t now_s;
		enum httpsig_result result;
	} cases[] = {
	    {NOW, HTTPSIG_OK},
	    {NOW + 60, HTTPSIG_OK},
	    {NOW + 61, HTTPSIG_EXPIRED},
	    {NOW + 300, HTTPSIG_EXPIRED},
	    {NOW + 301, HTTPSIG_TIME},
	    {NOW - 300, HTTPSIG_OK},
	    {NOW - 301, HTTPSIG_TIME},
	};
	struct key *k = key_generate(KEY_P256);
	struct message m;

	(void)state;
	sign(message_init(&m, "POST", "{}"), k);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(check_at(&m, k, cases[i].now_s), cases[i].result);
	message_release(&m);
	key_release(k);
}

// ---- Signature-Input, written by hand

#define ALL                                                                                        \
	"(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" \"content-type\" "    \
	"\"idempotency-key\")"
#define C ";created=1618884473"
#define E ";expires=1618884533"
#define N ";nonce=\"0123456789abcdef\""
#define K ";keyid=\"k\""
#define A ";alg=\"ed25519\""
#define T ";tag=\"roadshow-device\""
#define GOOD "x=" ALL C E N K A T
#define N64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SIG                                                                                        \
	":AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" \
	"=:"

static const struct {
	const char *input;
	const char *signature;
	enum httpsig_result result;
} inputs[] = {
    {GOOD, "x=" SIG, HTTPSIG_OK},
    {"x=" ALL T A K N E C, "x=" SIG, HTTPSIG_OK}, // any order
    {"x=(\"idempotency-key\" \"content-type\" \"content-digest\" \"@query\" \"@path\" "
     "\"@authority\" "
     "\"@method\")" C E N K A T,
	"x=" SIG, HTTPSIG_OK},
    {"x=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" \"content-type\" "
     "\"idempotency-key\" \"date\")" C E N K A T,
	"x=" SIG, HTTPSIG_OK}, // more than is asked
    {"proxy=(\"@method\");created=1;tag=\"other\", " GOOD, "x=" SIG ", proxy=:YQ==:", HTTPSIG_OK},
    {"proxy=(\"@method\";req \"a\");b=(1), " GOOD, "x=" SIG, HTTPSIG_MALFORMED},
    {"proxy=(\"@method\";req \"a\");b=1;b=2, " GOOD, "x=" SIG, HTTPSIG_OK}, // not ours to judge
    {"x=" ALL C E ";nonce=\"" N64 "\"" K A T, "x=" SIG, HTTPSIG_OK},
    // missing
    {NULL, "x=" SIG, HTTPSIG_MISSING},
    {GOOD, NULL, HTTPSIG_MISSING},
    {"", "", HTTPSIG_MISSING},
    {"x=" ALL C E N K A, "x=" SIG, HTTPSIG_MISSING},
    {"x=" ALL C E N K A ";tag=\"roadshow-devic\"", "x=" SIG, HTTPSIG_MISSING},
    {GOOD, "y=" SIG, HTTPSIG_MISSING},
    // malformed
    {"x", "x=" SIG, HTTPSIG_MALFORMED},
    {"x=1", "x=" SIG, HTTPSIG_MALFORMED},
    {GOOD ",", "x=" SIG, HTTPSIG_MALFORMED},
    {GOOD ", x=(\"@method\");created=1", "x=" SIG, HTTPSIG_MALFORMED}, // a label twice
    {"a=(),b=(),c=(),d=(),e=(),f=(),g=(),h=()," GOOD, "x=" SIG, HTTPSIG_MALFORMED},
    {GOOD, "x=" SIG ",", HTTPSIG_MALFORMED},
    {GOOD, "x=" SIG ", x=" SIG, HTTPSIG_MALFORMED},
    {GOOD, "x=" SIG ";a", HTTPSIG_MALFORMED},
    {GOOD, "x", HTTPSIG_MALFORMED},
    {GOOD, "x=\"a\"", HTTPSIG_MALFORMED},
    {"x=(\"@method\" \"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" "
     "\"content-type\" \"idempotency-key\")" C E N K A T,
	"x=" SIG, HTTPSIG_MALFORMED},
    {"x=(@method)" C E N K A T, "x=" SIG, HTTPSIG_MALFORMED},
    {"x=(method)" C E N K A T, "x=" SIG, HTTPSIG_MALFORMED},
    {"x=(\"a\" \"b\" \"c\" \"d\" \"e\" \"f\" \"g\" \"h\" \"i\" \"j\" \"k\" \"l\" \"m\" \"n\" \"o\" "
     "\"p\" \"q\")" C E N K A T,
	"x=" SIG, HTTPSIG_MALFORMED},
    {GOOD ", y=(\"@method\")" T, "x=" SIG, HTTPSIG_AMBIGUOUS},
    // a wrong length of signature cannot verify
    {GOOD, "x=::", HTTPSIG_SIGNATURE},
    {GOOD, "x=:YQ==:", HTTPSIG_SIGNATURE},
    {GOOD, "x=:YQ:", HTTPSIG_SIGNATURE},
    // coverage
    {"x=()" C E N K A T, "x=" SIG, HTTPSIG_NOT_COVERED},
    {"x=(\"@authority\" \"@path\" \"@query\" \"content-digest\" \"content-type\" "
     "\"idempotency-key\")" C E N K A T,
	"x=" SIG, HTTPSIG_NOT_COVERED},
    {"x=(\"@method\" \"@path\" \"@query\" \"content-digest\" \"content-type\" "
     "\"idempotency-key\")" C E N K A T,
	"x=" SIG, HTTPSIG_NOT_COVERED},
    {"x=(\"@method\" \"@authority\" \"@query\" \"content-digest\" \"content-type\" "
     "\"idempotency-key\")" C E N K A T,
	"x=" SIG, HTTPSIG_NOT_COVERED},
    {"x=(\"@method\" \"@authority\" \"@path\" \"content-digest\" \"content-type\" "
     "\"idempotency-key\")" C E N K A T,
	"x=" SIG, HTTPSIG_NOT_COVERED},
    {"x=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-type\" \"idempotency-key\")" C E
	    N K A T,
	"x=" SIG, HTTPSIG_NOT_COVERED},
    {"x=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" \"idempotency-key\")" C
	    E N K A T,
	"x=" SIG, HTTPSIG_NOT_COVERED},
    {"x=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" \"content-type\")" C E N
	    K A T,
	"x=" SIG, HTTPSIG_NOT_COVERED},
    {"x=(\"@METHOD\" \"@authority\" \"@path\" \"@query\" \"content-digest\" \"content-type\" "
     "\"idempotency-key\")" C E N K A T,
	"x=" SIG, HTTPSIG_NOT_COVERED},
    // components
    {"x=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" \"content-type\" "
     "\"idempotency-key\" \"absent\")" C E N K A T,
	"x=" SIG, HTTPSIG_COMPONENT},
    {"x=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" \"content-type\" "
     "\"idempotency-key\" \"@target-uri\")" C E N K A T,
	"x=" SIG, HTTPSIG_COMPONENT},
    {"x=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" \"content-type\" "
     "\"idempotency-key\" \"@signature-params\")" C E N K A T,
	"x=" SIG, HTTPSIG_COMPONENT},
    {"x=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" \"content-type\" "
     "\"idempotency-key\" \"Date\")" C E N K A T,
	"x=" SIG, HTTPSIG_COMPONENT},
    {"x=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" \"content-type\" "
     "\"idempotency-key\" \"\")" C E N K A T,
	"x=" SIG, HTTPSIG_COMPONENT},
    {"x=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" \"content-type\" "
     "\"idempotency-key\";bs)" C E N K A T,
	"x=" SIG, HTTPSIG_COMPONENT},
    // parameters
    {"x=" ALL E N K A T, "x=" SIG, HTTPSIG_PARAMETER},
    {"x=" ALL C N K A T, "x=" SIG, HTTPSIG_PARAMETER},
    {"x=" ALL C E K A T, "x=" SIG, HTTPSIG_PARAMETER},
    {"x=" ALL C E N A T, "x=" SIG, HTTPSIG_PARAMETER},
    {"x=" ALL C E N K T, "x=" SIG, HTTPSIG_PARAMETER},
    {"x=" ALL C E N K A T ";extra", "x=" SIG, HTTPSIG_PARAMETER},
    {"x=" ALL C C E N K A T, "x=" SIG, HTTPSIG_PARAMETER},
    {"x=" ALL C E N K A T T, "x=" SIG, HTTPSIG_PARAMETER},
    {"x=" ALL ";created=\"1618884473\"" E N K A T, "x=" SIG, HTTPSIG_PARAMETER},
    {"x=" ALL ";created=1618884473.0" E N K A T, "x=" SIG, HTTPSIG_PARAMETER},
    {"x=" ALL ";created" E N K A T, "x=" SIG, HTTPSIG_PARAMETER},
    {"x=" ALL C ";expires=1618884473" N K A T, "x=" SIG, HTTPSIG_PARAMETER},
    {"x=" ALL C E ";nonce=\"\"" K A T, "x=" SIG, HTTPSIG_PARAMETER},
    {"x=" ALL C E ";nonce=\"0123456789abcde\"" K A T, "x=" SIG, HTTPSIG_PARAMETER},
    {"x=" ALL C E ";nonce=\"" N64 "x\"" K A T, "x=" SIG, HTTPSIG_PARAMETER},
    {"x=" ALL C E ";nonce=\"0123456789abcdef\\\\\"" K A T, "x=" SIG, HTTPSIG_PARAMETER},
    {"x=" ALL C E ";nonce=:MDEyMzQ1Njc4OWFiY2RlZg==:" K A T, "x=" SIG, HTTPSIG_PARAMETER},
    {"x=" ALL C E N ";keyid=\"\"" A T, "x=" SIG, HTTPSIG_PARAMETER},
    {"x=" ALL C E N ";keyid=k" A T, "x=" SIG, HTTPSIG_PARAMETER},
    // algorithm and time
    {"x=" ALL C E N K ";alg=\"hmac-sha256\"" T, "x=" SIG, HTTPSIG_ALGORITHM},
    {"x=" ALL C E N K ";alg=\"Ed25519\"" T, "x=" SIG, HTTPSIG_ALGORITHM},
    {"x=" ALL ";created=-1" E N K A T, "x=" SIG, HTTPSIG_TIME},
    {"x=" ALL ";created=999999999999998;expires=999999999999999" N K A T, "x=" SIG, HTTPSIG_TIME},
};

static void test_inputs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(inputs); i++) {
		struct message m;
		struct httpsig s;
		enum httpsig_result r = HTTPSIG_OK;

		message_init(&m, "POST", "{}");
		set_field(&m, "date", "Tue, 20 Apr 2021 02:07:55 GMT");
		set_field(&m, "signature-input", inputs[i].input);
		set_field(&m, "signature", inputs[i].signature);
		r = httpsig_parse(&m.req, NOW, &s);
		if (r != inputs[i].result)
			fail_msg("case %zu: %s: %s, not %s", i, inputs[i].input,
			    httpsig_result_code(r), httpsig_result_code(inputs[i].result));
		httpsig_release(&s);
		message_release(&m);
	}
}

static void test_long_fields(void **state)
{
	static char text[HTTPSIG_FIELD_LEN_MAX + 2];
	struct message m;
	struct httpsig s;

	(void)state;
	memset(text, ' ', sizeof(text) - 1);
	message_init(&m, "POST", "{}");
	set_field(&m, "signature-input", text);
	set_field(&m, "signature", "x=" SIG);
	assert_int_equal(httpsig_parse(&m.req, NOW, &s), HTTPSIG_MALFORMED);
	httpsig_release(&s);
	message_release(&m);
}

static void test_every_result_has_words(void **state)
{
	(void)state;
	for (int r = HTTPSIG_OK; r <= HTTPSIG_SIGNATURE; r++) {
		assert_true(strlen(httpsig_result_code((enum httpsig_result)r)) > 0);
		assert_true(strlen(httpsig_result_text((enum httpsig_result)r)) > 10);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rfc_ed25519),
	    cmocka_unit_test(test_rfc_ecdsa),
	    cmocka_unit_test(test_content_digest),
	    cmocka_unit_test(test_round_trip),
	    cmocka_unit_test(test_get_needs_no_body),
	    cmocka_unit_test(test_changed_requests),
	    cmocka_unit_test(test_time),
	    cmocka_unit_test(test_inputs),
	    cmocka_unit_test(test_long_fields),
	    cmocka_unit_test(test_every_result_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
