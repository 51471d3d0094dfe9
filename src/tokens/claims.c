// SPDX-License-Identifier: Apache-2.0
//
// Claims. Everything here is the call's: what is bound lives in its arena. Contacts leave this file
// as a buyer key, and sealed when there is consent.
#include "tokens/claims.h"

#include <string.h>

#include "auth/person.h"
#include "crypto/digest.h"
#include "tokens/holder.h"
#include "tokens/invitation.h"
#include "auth/consent.h"
#include "tokens/entries.h"
#include "tokens/proof.h"
#include "tokens/tokens.h"

#define CLAIM_UNITS_MAX 20
#define ANSWER_BYTES_MAX 65536
#define US_PER_S 1000000

const struct field claim_fields[] = {
    {.name = "contact", .type = FIELD_OBJECT, .required = true, .members = person_fields},
    {.name = "quantity", .type = FIELD_INT, .min = 1, .max = CLAIM_UNITS_MAX},
    {.name = "window", .type = FIELD_TEXT, .min = 1, .max = WINDOW_NAME_MAX},
    {.name = "access", .type = FIELD_TEXT, .min = 1, .max = 128},
    {.name = "consent", .type = FIELD_OBJECT, .members = consent_fields},
    {.name = "altcha", .type = FIELD_TEXT, .min = 1, .max = ALTCHA_PAYLOAD_MAX},
    {.name = "entry_nonce", .type = FIELD_TEXT, .min = 32, .max = 32},
    {0},
};

enum column {
	C_ITEM,
	C_STATUS,
	C_CODE,
	C_DETAIL,
	C_CLAIM,
	C_DROP,
	C_SERIAL,
	C_QUANTITY,
	C_STATE,
	C_KID,
	C_EXPIRES_AT,
	C_NOT_BEFORE,
	C_NOT_AFTER,
	C_FIRST_INDEX,
	C_REPLAYED,
	C_EVENT,
	C_STATUS_INDICES,
	C_WINDOW
};

const struct db_statement claim_batch = {
    .name = "claim_batch",
    .sql = "select item, status, code, detail, claim_id, drop_id, serial, quantity, state, kid, "
	   "expires_at, not_before, not_after, first_index, replayed, event_id, status_indices, "
	   "window_name from api.claim_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
	   "$13, $14, $15, $16, $17, $18, $19, $20, $21)",
    .columns = CLAIM_COLUMNS,
    .types = {CLAIM_TYPES},
    .batch_max = 256,
    .mixes = true,
};

struct uuid claim_id(struct uuid v7)
{
	v7.b[15] = 0;
	return v7;
}

struct uuid claim_token_id(struct uuid claim, unsigned k)
{
	ASSERT(claim.b[15] == 0 && k >= 1 && k <= CLAIM_UNITS_MAX);
	claim.b[15] = (uint8_t)k;
	return claim;
}

// ---- binding ------------------------------------------------------------------------------------

// A storefront key is public: whoever calls through it keeps to limits of their own. False when the
// call has its problem.
static bool within_limits(struct call *c, const struct person *p)
{
	const struct settings *s = call_settings();

	if (c->caller.role != ROLE_STOREFRONT)
		return true;
	return call_take_rate(
		   c, "address", c->address, strlen(c->address), s->claims_per_address, 60) &&
	       call_take_rate(
		   c, "contact", p->buyer_key.b, sizeof(p->buyer_key.b), s->claims_per_contact, 60);
}

// Who claims, NULL when the call has its problem. What costs least is asked first.
static const struct person *claimant_of(
    struct call *c, const struct uuid *drop, const struct altcha_challenge **proof)
{
	const struct person *p = person_of(c, json_get(c->json, "contact"), "/contact");

	if (p == NULL)
		return NULL;
	if (contact_is_disposable(p->normalised)) {
		call_problem(c, 422, "contact_not_accepted",
		    "Addresses at this domain are not accepted; use one that is yours.",
		    "/contact/email");
		return NULL;
	}
	return within_limits(c, p) && proof_of_claim(c, drop, proof) ? p : NULL;
}

static size_t bind_proof(struct db_value *v, const struct altcha_challenge *proof)
{
	v[0] = v[1] = (struct db_value){.is_null = true};
	if (proof != NULL) {
		v[0] =
		    (struct db_value){.text = {(const char *)proof->nonce, sizeof(proof->nonce)}};
		v[1] = (struct db_value){.integer = proof->expires_at_s * US_PER_S};
	}
	return 2;
}

// The window, what is shown for it, and whether that invites this person.
static size_t bind_window(
    struct call *c, const struct uuid *drop, const struct person *p, struct db_value *v)
{
	struct span window = json_get_text(c->json, "window");
	struct span access = json_get_text(c->json, "access");
	struct digest *hash = arena_alloc(&c->arena, sizeof(*hash));

	ASSERT(hash != NULL); // 32 bytes of 64 MiB
	v[0] = (struct db_value){.is_null = window.ptr == NULL, .text = window};
	v[1] = v[2] = (struct db_value){.is_null = true};
	if (access.ptr == NULL)
		return 3;
	*hash = digest_sha256(access.ptr, access.len);
	v[1] = (struct db_value){.text = {(const char *)hash->b, sizeof(hash->b)}};
	v[2] = (struct db_value){
	    .integer = window.ptr != NULL &&
		       invitation_is(access, &c->caller.creator, drop, window, &p->buyer_key)};
	return 3;
}

size_t claim_bind_holder(struct call *c, const struct person *p, struct db_value *v)
{
	struct digest *holder = arena_alloc(&c->arena, sizeof(*holder));
	uint8_t *salt = arena_alloc(&c->arena, PERSON_SALT_LEN);

	ASSERT(holder != NULL && salt != NULL); // 64 bytes of 64 MiB
	ids_random(salt, PERSON_SALT_LEN);
	*holder = person_commitment(salt, p);
	v[0] = (struct db_value){.text = {(const char *)holder->b, sizeof(holder->b)}};
	v[1] = (struct db_value){.text = {(const char *)salt, PERSON_SALT_LEN}};
	return 2;
}

bool claim_bind(struct call *c, struct db_item *item)
{
	struct uuid drop = call_param_uuid(c, "drop");
	const struct altcha_challenge *proof = NULL;
	const struct person *p = claimant_of(c, &drop, &proof);
	struct db_value *v = item->values;
	size_t n;

	if (p == NULL)
		return false;
	n = call_bind_caller(c, item);
	v[n++] = (struct db_value){.uuid = drop};
	v[n++] = (struct db_value){.uuid = claim_id(c->new_id)};
	v[n++] = (struct db_value){.text = {(const char *)p->buyer_key.b, sizeof(p->buyer_key.b)}};
	v[n++] = (struct db_value){.integer = json_get_int(c->json, "quantity", 1)};
	v[n++] = (struct db_value){.text = span_of(tokens_kid())};
	n += bind_proof(v + n, proof);
	if (!consent_bind(c, p, v + n))
		return false;
	n += CONSENT_COLUMNS;
	n += bind_window(c, &drop, p, v + n);
	n += claim_bind_holder(c, p, v + n);
	ASSERT(n == CLAIM_COLUMNS);
	return true;
}

// ---- rendering ----------------------------------------------------------------------------------

// The member that a refusal is about, where it is about one.
static const char *pointer_of(struct span code)
{
	if (span_eq(code, "unknown_window"))
		return "/window";
	return span_eq(code, "access_denied") ? "/access" : NULL;
}

void claim_refuse(struct call *c, const struct db_row *row)
{
	struct span code = db_text(row, C_CODE), detail = db_text(row, C_DETAIL);
	const char *code_text = arena_strndup(&c->arena, code.ptr, code.len);
	const char *detail_text = arena_strndup(&c->arena, detail.ptr, detail.len);

	ASSERT(code_text != NULL && detail_text != NULL); // a few bytes of 64 MiB
	call_problem(c, (int)db_int(row, C_STATUS), code_text, detail_text, pointer_of(code));
}

// Whole seconds around the drop's times, as roadshow.token_json() has them.
static struct token_claims claims_of(const struct db_row *row)
{
	return (struct token_claims){
	    .drop = db_uuid(row, C_DROP),
	    .version = 1,
	    .not_before_s = db_time(row, C_NOT_BEFORE) / US_PER_S,
	    .expires_s = (db_time(row, C_NOT_AFTER) + US_PER_S - 1) / US_PER_S,
	};
}

// The next index of "7,12,5"; -1 where the claim was answered before there were status lists.
static int64_t next_index(struct span *rest)
{
	const char *comma = rest->len > 0 ? memchr(rest->ptr, ',', rest->len) : NULL;
	size_t len = comma != NULL ? (size_t)(comma - rest->ptr) : rest->len;
	int64_t index = -1;

	if (!str_int64((struct span){rest->ptr, len}, &index))
		return -1;
	rest->ptr += len + (comma != NULL);
	rest->len -= len + (comma != NULL);
	return index;
}

static void put_jwt(struct json_out *w, const struct db_row *row, const struct token_claims *claims)
{
	struct uuid event = db_uuid(row, C_EVENT);
	struct buf jwt;

	json_key(w, "jwt");
	if (!span_eq(db_text(row, C_STATE), "issued")) {
		json_put_null(w); // a hold is not yet a right
		return;
	}
	buf_init(&jwt, JWS_LEN_MAX);
	tokens_put_jwt(
	    &jwt, db_text(row, C_KID), claims, claims->status_index >= 0 ? &event : NULL);
	w->buf->failed |= jwt.failed;
	json_put_text(w, buf_text(&jwt));
	buf_release(&jwt);
}

static void put_token(
    struct json_out *w, const struct call *c, const struct db_row *row, unsigned k, int64_t index)
{
	struct token_claims claims = claims_of(row);
	int column = db_is_null(row, C_EXPIRES_AT) ? C_NOT_AFTER : C_EXPIRES_AT;

	claims.token = claim_token_id(db_uuid(row, C_CLAIM), k);
	claims.serial = db_int(row, C_SERIAL) + k - 1;
	claims.status_index = index;
	json_open(w, '{');
	json_kv_uuid(w, "id", &claims.token);
	json_kv_int(w, "serial", claims.serial);
	json_kv_int(w, "version", claims.version);
	json_key(w, "state");
	json_put_span(w, db_text(row, C_STATE));
	put_jwt(w, row, &claims);
	json_key(w, "expires_at");
	json_put_time(w, db_time(row, column));
	json_kv_int(w, "ledger_index", db_int(row, C_FIRST_INDEX) + k - 1);
	holder_put_url(w, &c->caller.creator, &claims.token, claims.version);
	json_close(w, '}');
}

void claim_render(struct call *c, const struct db_row *row)
{
	struct buf out;
	struct json_out w;
	struct span indices;
	struct uuid claim, drop;

	if (db_int(row, C_STATUS) != 201) {
		if (span_eq(db_text(row, C_CODE), "draw"))
			entry_make(c);
		else
			claim_refuse(c, row);
		return;
	}
	claim = db_uuid(row, C_CLAIM);
	drop = db_uuid(row, C_DROP);
	buf_init(&out, ANSWER_BYTES_MAX);
	w = json_to(&out);
	json_open(&w, '{');
	json_kv_uuid(&w, "claim_id", &claim);
	json_kv_uuid(&w, "drop_id", &drop);
	json_key(&w, "window");
	if (db_is_null(row, C_WINDOW))
		json_put_null(&w);
	else
		json_put_span(&w, db_text(row, C_WINDOW));
	json_key(&w, "tokens");
	json_open(&w, '[');
	indices = db_is_null(row, C_STATUS_INDICES) ? (struct span){"", 0}
						    : db_text(row, C_STATUS_INDICES);
	for (unsigned k = 1; k <= (unsigned)db_int(row, C_QUANTITY); k++)
		put_token(&w, c, row, k, next_index(&indices));
	json_close(&w, ']');
	json_close(&w, '}');
	ASSERT(!out.failed); // at most 20 tokens of well below 3,000 bytes
	if (db_bool(row, C_REPLAYED))
		call_set_header(c, "idempotent-replayed", "true");
	call_answer_json(c, 201, (struct span){buf_text(&out), out.len});
	buf_release(&out);
}
