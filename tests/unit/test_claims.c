// SPDX-License-Identifier: Apache-2.0
//
// Shows: what a claim's body becomes for the database, and that a row becomes the documented
// answer, with tokens that our own verifier accepts, the same bytes each time, null while they are
// held.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "auth/contact.c"
#include "fake_call.h"
#include "tokens/claims.c"
#include "tokens/tokens.c"

#define ISSUER "https://drops.example.com"
#define US INT64_C(1000000)

static struct call call;
static struct key *key;
static struct keyring *ring_of_key;

static struct uuid uuid_of(const char *text)
{
	struct uuid u;

	assert_true(uuid_parse(span_of(text), &u));
	return u;
}

static int start(void **state)
{
	static const uint8_t secret[32];

	(void)state;
	key = key_generate(KEY_P256);
	ring_of_key = keyring_of(key);
	tokens_start(ring_of_key, ISSUER);
	contact_start(secret);
	shm_create();
	shm_attach(0);
	return 0;
}

static int finish(void **state)
{
	(void)state;
	keyring_release(ring_of_key);
	return 0;
}

// As tests/sql/tokens.sql: roadshow.token_id() must agree.
static void test_ids(void **state)
{
	struct uuid claim = claim_id(uuid_of("0190c2a0-7b1e-7c4d-8f00-0123456789ab"));
	struct uuid first = claim_token_id(claim, 1), last = claim_token_id(claim, 20);
	struct uuid expected_first = uuid_of("0190c2a0-7b1e-7c4d-8f00-012345678901");
	struct uuid expected_last = uuid_of("0190c2a0-7b1e-7c4d-8f00-012345678914");

	(void)state;
	assert_int_equal(claim.b[15], 0);
	assert_true(uuid_eq(&first, &expected_first));
	assert_true(uuid_eq(&last, &expected_last));
}

static bool bind(const char *body)
{
	char why[128];

	fake_start(&call);
	fake.param = uuid_of("0190c2a0-0000-7000-8000-000000000001");
	call.new_id = uuid_of("0190c2a0-7b1e-7c4d-8f00-0123456789ab");
	call.json = json_parse(&call.arena, body, strlen(body), why, sizeof(why));
	assert_non_null(call.json);
	return claim_bind(&call, &call.item);
}

static void test_bind(void **state)
{
	const struct db_value *v = call.item.values;
	struct digest expected;
	struct uuid claim;

	(void)state;
	assert_true(bind("{\"contact\":{\"email\":\" Ann+x@Example.org\"},\"quantity\":3}"));
	expected = contact_buyer_key(&call.caller.creator, "email:ann@example.org");
	claim = claim_id(call.new_id);
	assert_true(uuid_eq(&v[6].uuid, &fake.param));
	assert_true(uuid_eq(&v[7].uuid, &claim));
	assert_int_equal(v[8].text.len, DIGEST_LEN);
	assert_memory_equal(v[8].text.ptr, expected.b, DIGEST_LEN);
	assert_int_equal(v[9].integer, 3);
	assert_true(span_eq(v[10].text, key_kid(key)));
	fake_end(&call);
	assert_true(bind("{\"contact\":{\"phone\":\"+1 555 123 4567\"}}"));
	assert_int_equal(v[9].integer, 1);
	fake_end(&call);
}

static void test_bind_refuses(void **state)
{
	static const struct {
		const char *body, *pointer;
	} cases[] = {
	    {"{\"contact\":{}}", "/contact"},
	    {"{\"contact\":{\"email\":\"a@x.org\",\"phone\":\"+15551234567\"}}", "/contact"},
	    {"{\"contact\":{\"email\":\"a@b@c\"}}", "/contact/email"},
	    {"{\"contact\":{\"phone\":\"123\"}}", "/contact/phone"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_false(bind(cases[i].body));
		assert_int_equal(fake.status, 422);
		assert_string_equal(fake.code, "validation_failed");
		assert_string_equal(fake.pointer, cases[i].pointer);
		fake_end(&call);
	}
}

static struct db_row row_of_claim(bool held)
{
	struct db_row r = {0};

	r.columns[C_STATUS].integer = 201;
	r.columns[C_CLAIM].uuid = uuid_of("0190c2a0-7b1e-7c4d-8f00-012345678900");
	r.columns[C_DROP].uuid = uuid_of("0190c2a0-0000-7000-8000-000000000001");
	r.columns[C_SERIAL].integer = 41;
	r.columns[C_QUANTITY].integer = 2;
	r.columns[C_STATE].text = held ? "held" : "issued";
	r.columns[C_KID].text = key_kid(key);
	r.columns[C_EXPIRES_AT].is_null = !held;
	r.columns[C_EXPIRES_AT].integer = 1777629000 * US;
	r.columns[C_NOT_BEFORE].integer = 1777629600 * US + 999999;
	r.columns[C_NOT_AFTER].integer = 1777650000 * US + 1;
	r.columns[C_FIRST_INDEX].integer = 7;
	return r;
}

static const struct json *render(const struct db_row *row)
{
	const struct json *answer;
	char why[128];

	fake_start(&call);
	claim_render(&call, row);
	answer = json_parse(&call.arena, fake.body.data, fake.body.len, why, sizeof(why));
	assert_non_null(answer);
	return answer;
}

static void check_token(const struct json *token, int64_t k)
{
	struct token_claims c;

	assert_int_equal(json_get_int(token, "serial", 0), 40 + k);
	assert_int_equal(json_get_int(token, "version", 0), 1);
	assert_int_equal(json_get_int(token, "ledger_index", 0), 6 + k);
	assert_true(span_eq(json_get_text(token, "state"), "issued"));
	assert_true(span_eq(json_get_text(token, "expires_at"), "2026-05-01T15:40:00.000001Z"));
	assert_int_equal(
	    token_parse(&call.arena, json_get_text(token, "jwt"), ring_of_key, &c), JWS_OK);
	assert_true(span_eq(c.iss, ISSUER));
	assert_int_equal(c.serial, 40 + k);
	assert_int_equal(c.version, 1);
	assert_int_equal(c.not_before_s, 1777629600);
	assert_int_equal(c.expires_s, 1777650001);
	assert_int_equal(c.token.b[15], k);
	assert_true(
	    uuid_eq(&c.drop, &(struct uuid){{1, 0x90, 0xc2, 0xa0, 0, 0, 0x70, 0, 0x80, [15] = 1}}));
	assert_true(json_get_text(token, "jwt").len < 450);
}

static void test_render(void **state)
{
	struct db_row row = row_of_claim(false);
	const struct json *answer = render(&row), *tokens;
	char *first = strdup(buf_text(&fake.body));

	(void)state;
	assert_int_equal(fake.status, 201);
	assert_string_equal(fake.header, "");
	assert_int_equal(answer->count, 3);
	assert_true(
	    span_eq(json_get_text(answer, "claim_id"), "0190c2a0-7b1e-7c4d-8f00-012345678900"));
	tokens = json_get(answer, "tokens");
	assert_int_equal(tokens->count, 2);
	check_token(tokens->child, 1);
	check_token(tokens->child->next, 2);
	fake_end(&call);

	row.columns[C_REPLAYED].integer = 1;
	(void)render(&row);
	assert_string_equal(fake.header, "idempotent-replayed");
	assert_string_equal(buf_text(&fake.body), first); // byte for byte
	fake_end(&call);
	free(first);
}

static void test_render_held(void **state)
{
	struct db_row row = row_of_claim(true);
	const struct json *token = json_get(render(&row), "tokens")->child;

	(void)state;
	assert_int_equal(json_get(token, "jwt")->type, JSON_NULL);
	assert_true(span_eq(json_get_text(token, "state"), "held"));
	assert_true(span_eq(json_get_text(token, "expires_at"), "2026-05-01T09:50:00.000000Z"));
	fake_end(&call);
}

// A key that is not there any more: the active one signs.
static void test_render_after_rotation(void **state)
{
	struct db_row row = row_of_claim(false);
	const struct json *token;

	(void)state;
	row.columns[C_KID].text = "gone1234";
	token = json_get(render(&row), "tokens")->child;
	check_token(token, 1);
	fake_end(&call);
}

static void test_render_refusal(void **state)
{
	struct db_row row = {0};

	(void)state;
	row.columns[C_STATUS].integer = 409;
	row.columns[C_CODE].text = "sold_out";
	row.columns[C_DETAIL].text = "Nothing is left of this drop.";
	fake_start(&call);
	claim_render(&call, &row);
	assert_int_equal(fake.status, 409);
	assert_string_equal(fake.code, "sold_out");
	fake_end(&call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ids),
	    cmocka_unit_test(test_bind),
	    cmocka_unit_test(test_bind_refuses),
	    cmocka_unit_test(test_render),
	    cmocka_unit_test(test_render_held),
	    cmocka_unit_test(test_render_after_rotation),
	    cmocka_unit_test(test_render_refusal),
	};
	return cmocka_run_group_tests(tests, start, finish);
}
