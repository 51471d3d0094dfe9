// SPDX-License-Identifier: Apache-2.0
//
// Claims. Everything here is the call's: what is bound lives in its arena. Contacts leave this file
// only as a buyer key.
#include "tokens/claims.h"

#include "auth/contact.h"
#include "tokens/tokens.h"

#define CLAIM_UNITS_MAX 20
#define ANSWER_BYTES_MAX 65536
#define US_PER_S 1000000

static const struct field contact_fields[] = {
    {.name = "email", .type = FIELD_TEXT, .min = 1, .max = 254},
    {.name = "phone", .type = FIELD_TEXT, .min = 1, .max = 64},
    {0},
};
const struct field claim_fields[] = {
    {.name = "contact", .type = FIELD_OBJECT, .required = true, .members = contact_fields},
    {.name = "quantity", .type = FIELD_INT, .min = 1, .max = CLAIM_UNITS_MAX},
    {.name = "altcha", .type = FIELD_TEXT, .min = 1, .max = 8192},
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
	C_REPLAYED
};

const struct db_statement claim_batch = {
    .name = "claim_batch",
    .sql = "select item, status, code, detail, claim_id, drop_id, serial, quantity, state, kid, "
	   "expires_at, not_before, not_after, first_index, replayed "
	   "from api.claim_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    .columns = 11,
    .types = {DB_UUID, DB_TEXT, DB_UUID, DB_UUID, DB_TEXT, DB_BYTEA, // the caller
	DB_UUID, DB_UUID, DB_BYTEA, DB_INT, DB_TEXT}, // drop, claim, buyer, quantity, kid
    .batch_max = 256,
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

// The contact's buyer key in the arena; NULL when the call has its problem.
static const struct digest *buyer_of(struct call *c)
{
	const struct json *contact = json_get(c->json, "contact");
	struct span email = json_get_text(contact, "email"),
		    phone = json_get_text(contact, "phone");
	bool is_email = email.ptr != NULL;
	char normalised[CONTACT_TEXT_MAX + 1];
	struct digest *key = arena_alloc(&c->arena, sizeof(*key));

	if (is_email == (phone.ptr != NULL)) {
		call_problem(c, 422, "validation_failed",
		    "A contact is an email or a phone number, one of them.", "/contact");
		return NULL;
	}
	if (!contact_normalise(
		is_email ? CONTACT_EMAIL : CONTACT_PHONE, is_email ? email : phone, normalised)) {
		call_problem(c, 422, "validation_failed",
		    is_email
			? "This is no email address."
			: "This is no phone number with its country code, like +1 555 123 4567.",
		    is_email ? "/contact/email" : "/contact/phone");
		return NULL;
	}
	if (key == NULL) {
		call_problem(c, 413, "body_too_large", "The request is too large.", NULL);
		return NULL;
	}
	*key = contact_buyer_key(&c->caller.creator, normalised);
	crypto_wipe(normalised, sizeof(normalised));
	return key;
}

bool claim_bind(struct call *c, struct db_item *item)
{
	const struct digest *buyer = buyer_of(c);
	struct db_value *v = item->values;
	size_t n;

	if (buyer == NULL)
		return false;
	n = call_bind_caller(c, item);
	v[n++] = (struct db_value){.uuid = call_param_uuid(c, "drop")};
	v[n++] = (struct db_value){.uuid = claim_id(c->new_id)};
	v[n++] = (struct db_value){.text = {(const char *)buyer->b, sizeof(buyer->b)}};
	v[n++] = (struct db_value){.integer = json_get_int(c->json, "quantity", 1)};
	v[n++] = (struct db_value){.text = span_of(tokens_kid())};
	ASSERT(n == claim_batch.columns);
	return true;
}

// ---- rendering ----------------------------------------------------------------------------------

static void render_refusal(struct call *c, const struct db_row *row)
{
	struct span code = db_text(row, C_CODE), detail = db_text(row, C_DETAIL);
	const char *code_text = arena_strndup(&c->arena, code.ptr, code.len);
	const char *detail_text = arena_strndup(&c->arena, detail.ptr, detail.len);

	ASSERT(code_text != NULL && detail_text != NULL); // a few bytes of 64 MiB
	call_problem(c, (int)db_int(row, C_STATUS), code_text, detail_text, NULL);
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

static void put_jwt(struct json_out *w, const struct db_row *row, const struct token_claims *claims)
{
	struct buf jwt;

	json_key(w, "jwt");
	if (!span_eq(db_text(row, C_STATE), "issued")) {
		json_put_null(w); // a hold is not yet a right
		return;
	}
	buf_init(&jwt, JWS_LEN_MAX);
	tokens_put_jwt(&jwt, db_text(row, C_KID), claims);
	w->buf->failed |= jwt.failed;
	json_put_text(w, buf_text(&jwt));
	buf_release(&jwt);
}

static void put_token(struct json_out *w, const struct db_row *row, unsigned k)
{
	struct token_claims claims = claims_of(row);
	int column = db_is_null(row, C_EXPIRES_AT) ? C_NOT_AFTER : C_EXPIRES_AT;

	claims.token = claim_token_id(db_uuid(row, C_CLAIM), k);
	claims.serial = db_int(row, C_SERIAL) + k - 1;
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
	json_close(w, '}');
}

void claim_render(struct call *c, const struct db_row *row)
{
	struct buf out;
	struct json_out w;
	struct uuid claim, drop;

	if (db_int(row, C_STATUS) != 201) {
		render_refusal(c, row);
		return;
	}
	claim = db_uuid(row, C_CLAIM);
	drop = db_uuid(row, C_DROP);
	buf_init(&out, ANSWER_BYTES_MAX);
	w = json_to(&out);
	json_open(&w, '{');
	json_kv_uuid(&w, "claim_id", &claim);
	json_kv_uuid(&w, "drop_id", &drop);
	json_key(&w, "tokens");
	json_open(&w, '[');
	for (unsigned k = 1; k <= (unsigned)db_int(row, C_QUANTITY); k++)
		put_token(&w, row, k);
	json_close(&w, ']');
	json_close(&w, '}');
	ASSERT(!out.failed); // at most 20 tokens of well below 3,000 bytes
	if (db_bool(row, C_REPLAYED))
		call_set_header(c, "idempotent-replayed", "true");
	call_answer_json(c, 201, (struct span){buf_text(&out), out.len});
	buf_release(&out);
}
