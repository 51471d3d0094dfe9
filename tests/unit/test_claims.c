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
#include "auth/person.c"
#include "fake_call.h"
#include "tokens/claims.c"

// An item that is for a draw goes on there (src/tokens/entries.c).
void entry_make(struct call *c)
{
	call_answer_json(c, 202, (struct span){"", 0});
}

#include "auth/consent.c"
#include "tokens/holder.c"
#include "tokens/invitation.c"
#include "tokens/page.c"
#include "tokens/proof.c"
#include "media/qr.c"
#include "tokens/tokens.c"

#define ISSUER "https://drops.example.com"
#define US INT64_C(1000000)

static struct call call;
static struct key *key;
static struct keyring *ring_of_key;
static struct seal_ring *contact_ring;

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
	proof_start(secret);
	holder_start(secret);
	invitation_start(secret);
	person_start(contact_ring = seal_ring_of(secret));
	shm_create();
	shm_attach(0);
	return 0;
}

static int finish(void **state)
{
	(void)state;
	keyring_release(ring_of_key);
	seal_ring_release(contact_ring);
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

static bool bind_as(enum role role, const char *body)
{
	char why[128];

	fake_start(&call);
	call.caller.role = role;
	fake.param = uuid_of("0190c2a0-0000-7000-8000-000000000001");
	call.new_id = uuid_of("0190c2a0-7b1e-7c4d-8f00-0123456789ab");
	call.json = json_parse(&call.arena, body, strlen(body), why, sizeof(why));
	assert_non_null(call.json);
	return claim_bind(&call, &call.item);
}

static bool bind(const char *body)
{
	return bind_as(ROLE_CREATOR, body);
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
	assert_true(v[13].is_null && v[14].is_null); // nothing kept
	fake_end(&call);
	assert_true(bind("{\"contact\":{\"email\":\"ann@example.org\"},\"consent\":{}}"));
	assert_false(v[13].is_null || v[14].is_null);
	fake_end(&call);
}

// An invitation is good for one person, one window, one drop and one creator; what is shown goes to the
// database as a hash.
static void test_bind_window(void **state)
{
	const struct db_value *v = call.item.values;
	struct uuid drop = {{7}}, other = {{8}}, creator = {{9}};
	struct digest ann, bob, hash = digest_sha256("open sesame", 11);
	char text[INVITATION_LEN + 1], body[256];

	(void)state;
	assert_true(bind("{\"contact\":{\"email\":\"ann@example.org\"}}"));
	assert_true(v[15].is_null && v[16].is_null && v[17].is_null);
	fake_end(&call);
	assert_true(bind("{\"contact\":{\"email\":\"ann@example.org\"},\"window\":\"early\","
			 "\"access\":\"open sesame\"}"));
	assert_true(span_eq(v[15].text, "early"));
	assert_int_equal(v[16].text.len, DIGEST_LEN);
	assert_memory_equal(v[16].text.ptr, hash.b, DIGEST_LEN);
	assert_int_equal(v[17].integer, 0);
	ann = contact_buyer_key(&call.caller.creator, "email:ann@example.org");
	invitation_text(&call.caller.creator, &fake.param, span_of("members"), &ann, text);
	fake_end(&call);
	snprintf(body, sizeof(body),
	    "{\"contact\":{\"email\":\"Ann@example.org\"},\"window\":\"members\","
	    "\"access\":\"%s\"}",
	    text);
	assert_true(bind(body));
	fake_end(&call);

	bob = contact_buyer_key(&creator, "email:bob@example.org");
	ann = contact_buyer_key(&creator, "email:ann@example.org");
	invitation_text(&creator, &drop, span_of("members"), &ann, text);
	assert_int_equal(strlen(text), INVITATION_LEN);
	assert_true(invitation_is(span_of(text), &creator, &drop, span_of("members"), &ann));
	assert_false(invitation_is(span_of(text), &creator, &drop, span_of("members"), &bob));
	assert_false(invitation_is(span_of(text), &creator, &drop, span_of("member"), &ann));
	assert_false(invitation_is(span_of(text), &creator, &other, span_of("members"), &ann));
	assert_false(invitation_is(span_of(text), &other, &drop, span_of("members"), &ann));
	assert_false(invitation_is(span_of(""), &creator, &drop, span_of("members"), &ann));
}

// What the ledger will have of the holder opens with the salt, and is another each time.
static void test_bind_holder(void **state)
{
	const struct db_value *v = call.item.values;
	struct digest first, again;
	const struct person *p;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_true(bind("{\"contact\":{\"email\":\"ann@example.org\"}}"));
		assert_int_equal(v[18].text.len, DIGEST_LEN);
		assert_int_equal(v[19].text.len, PERSON_SALT_LEN);
		p = person_of(&call, json_get(call.json, "contact"), "/contact");
		again = person_commitment((const uint8_t *)v[19].text.ptr, p);
		assert_memory_equal(v[18].text.ptr, again.b, DIGEST_LEN);
		assert_true(i == 0 || memcmp(first.b, again.b, DIGEST_LEN) != 0);
		first = again;
		fake_end(&call);
	}
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

// ---- proofs

// A claim with the proof of a challenge for `drop`; the challenge in `made`.
static const char *claim_with_proof(
    const char *drop, bool solved, char *body, size_t size, struct altcha_challenge *made)
{
	struct uuid id = uuid_of(drop);
	struct buf payload;
	uint32_t counter = 0;

	do { // the counter before the first solution is none
		*made = altcha_make(ALTCHA_BITS_MIN, &id, 1777629600);
		assert_true(altcha_solve(made, 100000, &counter));
	} while (counter == 0);
	buf_init(&payload, ALTCHA_PAYLOAD_MAX);
	altcha_put_payload(&payload, &key_of_proofs, made, solved ? counter : counter - 1);
	snprintf(body, size, "{\"contact\":{\"email\":\"ann@example.org\"},\"altcha\":\"%s\"}",
	    buf_text(&payload));
	buf_release(&payload);
	return body;
}

#define DROP "0190c2a0-0000-7000-8000-000000000001"

static void test_proof(void **state)
{
	static const enum role roles[] = {ROLE_STOREFRONT, ROLE_CREATOR};
	const struct db_value *v = call.item.values;
	struct altcha_challenge made;
	char body[4096];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
		assert_true(
		    bind_as(roles[i], claim_with_proof(DROP, true, body, sizeof(body), &made)));
		assert_false(v[11].is_null || v[12].is_null);
		assert_int_equal(v[11].text.len, ALTCHA_NONCE_LEN);
		assert_memory_equal(v[11].text.ptr, made.nonce, ALTCHA_NONCE_LEN);
		assert_int_equal(v[12].integer, 1777629600 * US); // over: the database refuses it
		fake_end(&call);
	}
	assert_true(
	    bind("{\"contact\":{\"email\":\"ann@example.org\"}}")); // a creator's needs none
	assert_true(v[11].is_null && v[12].is_null);
	assert_string_equal(fake.policies, "");
	fake_end(&call);
}

static void test_proof_refused(void **state)
{
	struct altcha_challenge made;
	char body[4096];

	(void)state;
	assert_false(bind_as(ROLE_STOREFRONT, "{\"contact\":{\"email\":\"ann@example.org\"}}"));
	assert_int_equal(fake.status, 403);
	assert_string_equal(fake.code, "proof_required");
	fake_end(&call);
	assert_false(
	    bind_as(ROLE_STOREFRONT, claim_with_proof(DROP, false, body, sizeof(body), &made)));
	assert_int_equal(fake.status, 422);
	assert_string_equal(fake.code, "proof_invalid");
	fake_end(&call);
	assert_false(
	    bind_as(ROLE_STOREFRONT, claim_with_proof("0190c2a0-0000-7000-8000-000000000002", true,
					 body, sizeof(body), &made)));
	assert_string_equal(fake.code, "proof_invalid"); // another drop's
	fake_end(&call);
	assert_false(bind("{\"contact\":{\"email\":\"ann@example.org\"},\"altcha\":\"bm8=\"}"));
	assert_string_equal(
	    fake.code, "proof_invalid"); // a creator's is looked at when it is there
	fake_end(&call);
}

// Limits come before the proof's work, and only where the key is public.
static void test_limits(void **state)
{
	struct altcha_challenge made;
	char body[4096], why[64];

	(void)state;
	(void)claim_with_proof(DROP, false, body, sizeof(body), &made);
	for (int which = 1; which <= 2; which++) {
		fake_start(&call);
		fake.limited = which;
		call.caller.role = ROLE_STOREFRONT;
		call.json = json_parse(&call.arena, body, strlen(body), why, sizeof(why));
		assert_false(claim_bind(&call, &call.item));
		assert_string_equal(fake.code, "rate_limited");
		assert_string_equal(fake.policies, which == 1 ? "address " : "address contact ");
		fake_end(&call);
	}
}

// A disposable domain is refused for everybody, before anything is counted.
static void test_disposable(void **state)
{
	(void)state;
	forget_domains();
	add_domain(span_of("trash.example"));
	assert_false(bind("{\"contact\":{\"email\":\"a@mx.Trash.example\"}}"));
	assert_int_equal(fake.status, 422);
	assert_string_equal(fake.code, "contact_not_accepted");
	assert_string_equal(fake.pointer, "/contact/email");
	fake_end(&call);
	forget_domains();
}

static void test_challenge(void **state)
{
	const struct json *answer;
	char why[128];

	(void)state;
	fake_start(&call);
	fake.param = uuid_of(DROP);
	fake.settings = (struct settings){
	    .proof_bits_min = 12, .proof_bits_max = 16, .proof_rate = 1, .proof_ttl_s = 60};
	for (int i = 0; i < 40; i++)
		proof_challenge(&call);
	answer = json_parse(&call.arena, fake.body.data, fake.body.len, why, sizeof(why));
	assert_int_equal(fake.status, 200);
	assert_true(
	    span_eq(json_get_text(json_get(json_get(answer, "parameters"), "data"), "drop"), DROP));
	// Forty in no time, one a second is calm: all the way up, and no further.
	assert_int_equal(json_get_int(json_get(answer, "parameters"), "cost", 0), 256);
	assert_int_equal(json_get_text(json_get(answer, "parameters"), "keyPrefix").len, 2);
	fake_end(&call);
	assert_int_equal(
	    bits_for(&(struct settings){.proof_bits_min = 10, .proof_bits_max = 14}, 0), 10);
	assert_int_equal(
	    bits_for(&(struct settings){.proof_bits_min = 10, .proof_bits_max = 14}, 15000), 12);
	assert_int_equal(
	    bits_for(&(struct settings){.proof_bits_min = 10, .proof_bits_max = 9}, 30000), 10);
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
	r.columns[C_EVENT].uuid = uuid_of("0190c2a0-7b1e-7c4d-8f00-0123456789ab");
	r.columns[C_STATUS_INDICES].text = "40001,7";
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
	assert_int_equal(c.status_index, k == 1 ? 40001 : 7);
	assert_true(span_eq(c.status_uri, ISSUER "/v1/status-lists/EXQhcY3S1AI"));
	assert_true(
	    uuid_eq(&c.drop, &(struct uuid){{1, 0x90, 0xc2, 0xa0, 0, 0, 0x70, 0, 0x80, [15] = 1}}));
	assert_true(json_get_text(token, "jwt").len <= 504); // a QR code of version 17 at level M
}

// The link is the token's, and nobody else's.
static void check_link(const struct json *token)
{
	struct span url = json_get_text(token, "holder_url"), start = span_of(ISSUER "/t/");
	struct uuid creator, id, expected;
	int64_t version;

	assert_int_equal(url.len, start.len + HOLDER_SECRET_LEN);
	assert_true(span_starts(url, ISSUER "/t/"));
	url = (struct span){url.ptr + start.len, url.len - start.len};
	assert_true(holder_open(url, &creator, &id, &version));
	assert_true(uuid_parse(json_get_text(token, "id"), &expected));
	assert_true(uuid_eq(&id, &expected));
	assert_true(uuid_is_nil(&creator)); // of the fake call
	assert_int_equal(version, 1);
}

static void test_render(void **state)
{
	struct db_row row = row_of_claim(false);
	const struct json *answer = render(&row), *tokens;
	char *first = strdup(buf_text(&fake.body));

	(void)state;
	assert_int_equal(fake.status, 201);
	assert_string_equal(fake.header, "");
	assert_int_equal(answer->count, 4);
	assert_true(
	    span_eq(json_get_text(answer, "claim_id"), "0190c2a0-7b1e-7c4d-8f00-012345678900"));
	tokens = json_get(answer, "tokens");
	assert_int_equal(tokens->count, 2);
	check_token(tokens->child, 1);
	check_token(tokens->child->next, 2);
	check_link(tokens->child);
	check_link(tokens->child->next);
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

// Answered before there were status lists: the text is as it was.
static void test_render_before_lists(void **state)
{
	struct db_row row = row_of_claim(false);
	struct token_claims c;
	const struct json *token;

	(void)state;
	row.columns[C_STATUS_INDICES].is_null = true;
	token = json_get(render(&row), "tokens")->child;
	assert_int_equal(
	    token_parse(&call.arena, json_get_text(token, "jwt"), ring_of_key, &c), JWS_OK);
	assert_int_equal(c.status_uri.len, 0);
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

static void test_render_goes_on_with_an_entry(void **state)
{
	struct db_row row = {0};

	(void)state;
	row.columns[C_STATUS].integer = 409;
	row.columns[C_CODE].text = "draw";
	fake_start(&call);
	claim_render(&call, &row);
	assert_int_equal(fake.status, 202);
	assert_string_equal(fake.code, "");
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
	assert_string_equal(fake.pointer, "");
	fake_end(&call);
	row.columns[C_STATUS].integer = 403;
	row.columns[C_CODE].text = "access_denied";
	fake_start(&call);
	claim_render(&call, &row);
	assert_string_equal(fake.pointer, "/access");
	fake_end(&call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ids),
	    cmocka_unit_test(test_bind),
	    cmocka_unit_test(test_bind_window),
	    cmocka_unit_test(test_bind_holder),
	    cmocka_unit_test(test_bind_refuses),
	    cmocka_unit_test(test_proof),
	    cmocka_unit_test(test_proof_refused),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_disposable),
	    cmocka_unit_test(test_challenge),
	    cmocka_unit_test(test_render),
	    cmocka_unit_test(test_render_held),
	    cmocka_unit_test(test_render_before_lists),
	    cmocka_unit_test(test_render_after_rotation),
	    cmocka_unit_test(test_render_goes_on_with_an_entry),
	    cmocka_unit_test(test_render_refusal),
	};
	return cmocka_run_group_tests(tests, start, finish);
}
