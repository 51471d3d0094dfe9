// SPDX-License-Identifier: Apache-2.0
//
// Everything here is the call's.
#include "tokens/entries.h"

#include "base/log.h"
#include "draw/draw.h"
#include "http/command.h"
#include "tokens/claims.h"
#include "tokens/holder.h"
#include "tokens/tokens.h"

extern const struct route entries_routes[];

#define US_PER_S 1000000
#define ANSWER_BYTES_MAX 16384

enum column {
	C_ITEM,
	C_STATUS,
	C_CODE,
	C_DETAIL,
	C_ENTRY,
	C_DROP,
	C_ENTERED_AT,
	C_INDEX,
	C_NONCE,
	C_SALT,
	C_KID,
	C_REPLAYED
};

const struct db_statement draw_enter = {
    .name = "draw_enter",
    .sql = "select item, status, code, detail, entry_id, drop_id, entered_at, ledger_index, nonce, "
	   "salt, kid, replayed from api.draw_enter($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
	   "$12, $13, $14, $15, $16, $17)",
    .columns = 16,
    .types = {DB_UUID, DB_TEXT, DB_UUID, DB_UUID, DB_TEXT, DB_BYTEA, // those of claim_batch,
	DB_UUID, DB_UUID, DB_BYTEA, DB_INT, DB_TEXT, DB_BYTEA, DB_TIME, DB_BYTEA, DB_TEXT,
	DB_BYTEA}, // and the client's nonce
    .batch_max = 256,
};

// ---- entering -----------------------------------------------------------------------------------

static void put_receipt_claims(struct json_out *w, const struct db_row *row)
{
	struct uuid entry = db_uuid(row, C_ENTRY), drop = db_uuid(row, C_DROP);

	json_open(w, '{');
	json_key(w, "iss");
	json_put_span(w, tokens_issuer());
	json_kv_uuid(w, "entry", &entry);
	json_kv_uuid(w, "drop", &drop);
	json_key(w, "nonce");
	json_put_hex(w, db_text(row, C_NONCE).ptr, db_text(row, C_NONCE).len);
	json_key(w, "salt");
	json_put_hex(w, db_text(row, C_SALT).ptr, db_text(row, C_SALT).len);
	json_kv_int(w, "iat", db_time(row, C_ENTERED_AT) / US_PER_S);
	json_kv_int(w, "ledger_index", db_int(row, C_INDEX));
	json_close(w, '}');
}

static void put_receipt(struct json_out *w, const struct db_row *row)
{
	struct buf payload, text;
	struct json_out p;

	buf_init(&payload, JWS_LEN_MAX);
	buf_init(&text, JWS_LEN_MAX);
	p = json_to(&payload);
	put_receipt_claims(&p, row);
	jws_sign(&text, tokens_key(db_text(row, C_KID)), RECEIPT_TYPE,
	    (struct span){buf_text(&payload), payload.len});
	w->buf->failed |= payload.failed || text.failed;
	json_kv_text(w, "receipt", buf_text(&text));
	buf_release(&text);
	buf_release(&payload);
}

static void render_refusal(struct call *c, const struct db_row *row)
{
	struct span code = db_text(row, C_CODE), detail = db_text(row, C_DETAIL);
	const char *code_text = arena_strndup(&c->arena, code.ptr, code.len);
	const char *detail_text = arena_strndup(&c->arena, detail.ptr, detail.len);

	ASSERT(code_text != NULL && detail_text != NULL); // a few bytes of 64 MiB
	call_problem(c, (int)db_int(row, C_STATUS), code_text, detail_text, NULL);
}

static void render_entry(struct call *c, const struct db_row *row)
{
	struct uuid entry = db_uuid(row, C_ENTRY), drop = db_uuid(row, C_DROP);
	struct buf out;
	struct json_out w;

	buf_init(&out, ANSWER_BYTES_MAX);
	w = json_to(&out);
	json_open(&w, '{');
	json_kv_uuid(&w, "entry_id", &entry);
	json_kv_uuid(&w, "drop_id", &drop);
	json_key(&w, "entered_at");
	json_put_time(&w, db_time(row, C_ENTERED_AT));
	json_kv_int(&w, "ledger_index", db_int(row, C_INDEX));
	put_receipt(&w, row);
	json_close(&w, '}');
	ASSERT(!out.failed); // bounded by the issuer's length
	if (db_bool(row, C_REPLAYED))
		call_set_header(c, "idempotent-replayed", "true");
	call_answer_json(c, 202, (struct span){buf_text(&out), out.len});
	buf_release(&out);
}

static void on_entered(struct call *c, const struct db_outcome *outcome)
{
	if (outcome->status != DB_OK) {
		call_database_problem(c, outcome);
	} else if (outcome->row == NULL) {
		log_error("draw_enter gave no row");
		call_problem(c, 500, "internal_error", "Something went wrong on our side.", NULL);
	} else if (db_int(outcome->row, C_STATUS) == 202) {
		render_entry(c, outcome->row);
	} else {
		render_refusal(c, outcome->row);
	}
}

void entry_make(struct call *c)
{
	struct span hex = json_get_text(c->json, "entry_nonce");
	struct db_value *v = &c->item.values[draw_enter.columns - 1];
	uint8_t *nonce = arena_alloc(&c->arena, DRAW_NONCE_LEN);

	ASSERT(nonce != NULL); // 16 bytes of 64 MiB
	*v = (struct db_value){
	    .is_null = hex.ptr == NULL, .text = {(const char *)nonce, DRAW_NONCE_LEN}};
	if (hex.ptr != NULL && !str_hex_decode(hex, nonce, DRAW_NONCE_LEN)) {
		call_problem(
		    c, 422, "validation_failed", "A nonce is 32 digits of hex.", "/entry_nonce");
		return;
	}
	call_submit(c, &draw_enter, &c->caller.creator, on_entered);
}

// ---- what became of it --------------------------------------------------------------------------

// The token's text goes where SQL put what it is made of; who gets that gets the holder's link too.
static void put_token(struct json_out *w, const struct call *c, const struct json *token)
{
	int64_t version = json_get_int(token, "version", 0);
	bool shown = false;
	struct uuid id;
	struct buf text;

	json_open(w, '{');
	for (const struct json *m = token->child; m != NULL; m = m->next) {
		json_key_span(w, m->key);
		if (!span_eq(m->key, "jwt") || m->type != JSON_OBJECT) {
			json_put_tree(w, m);
			continue;
		}
		buf_init(&text, JWS_LEN_MAX);
		tokens_put_answer_jwt(&text, token, m);
		w->buf->failed |= text.failed;
		json_put_text(w, buf_text(&text));
		buf_release(&text);
		shown = true;
	}
	if (shown && uuid_parse(json_get_text(token, "id"), &id))
		holder_put_url(w, &c->caller.creator, &id, version);
	else
		json_kv_text(w, "holder_url", NULL);
	json_close(w, '}');
}

static void put_state(struct buf *out, const struct call *c, const struct json *entry)
{
	struct json_out w = json_to(out);

	json_open(&w, '{');
	for (const struct json *m = entry->child; m != NULL; m = m->next) {
		json_key_span(&w, m->key);
		if (span_eq(m->key, "token") && m->type == JSON_OBJECT)
			put_token(&w, c, m);
		else
			json_put_tree(&w, m);
	}
	json_close(&w, '}');
}

static void render_state(struct call *c, const struct db_row *row)
{
	struct span body = db_text(row, 1);
	const struct json *entry;
	struct buf out;
	char why[128];

	buf_init(&out, body.len * 2 + (size_t)2 * JWS_LEN_MAX);
	entry = json_parse(&c->arena, body.ptr, body.len, why, sizeof(why));
	if (entry != NULL)
		put_state(&out, c, entry);
	if (entry != NULL && !out.failed) {
		call_command_headers(c, row);
		call_set_header(c, "cache-control", "no-store");
		call_answer_json(c, (int)db_int(row, 0), (struct span){buf_text(&out), out.len});
	} else {
		log_error("an entry cannot be rendered: %s", entry == NULL ? why : "too large");
		call_problem(c, 500, "internal_error", "Something went wrong on our side.", NULL);
	}
	buf_release(&out);
}

// Whether the body's receipt was made here for this entry of this drop.
static bool is_theirs(struct call *c)
{
	struct uuid entry = call_param_uuid(c, "entry"), drop = call_param_uuid(c, "drop"), said;
	const struct json *claims;

	return jws_verify(&c->arena, json_get_text(c->json, "receipt"), tokens_ring(), RECEIPT_TYPE,
		   &claims) == JWS_OK &&
	       uuid_parse(json_get_text(claims, "entry"), &said) && uuid_eq(&said, &entry) &&
	       uuid_parse(json_get_text(claims, "drop"), &said) && uuid_eq(&said, &drop);
}

static bool put_is_theirs(struct call *c, struct json_out *w, const void *arg)
{
	(void)arg;
	json_key(w, "is_theirs");
	json_put_bool(w, is_theirs(c));
	return true;
}

static bool bind_collect(struct call *c, struct db_item *item)
{
	return command_bind(c, item, put_is_theirs, NULL);
}

static const struct field collect_fields[] = {
    {.name = "receipt", .type = FIELD_TEXT, .required = true, .min = 1, .max = JWS_LEN_MAX},
    {0},
};

static const struct db_statement draw_entry_read = COMMAND(draw_entry_read);
static const struct db_statement draw_entry_collect = COMMAND(draw_entry_collect);

const struct route entries_routes[] = {
    {.method = GET,
	.path = "/v1/drops/{drop}/entries/{entry}",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.statement = &draw_entry_read,
	.render = render_state},
    {.method = POST, // for a receipt must not stand in an address; it changes nothing
	.path = "/v1/drops/{drop}/entries/{entry}/collect",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.flags = ROUTE_NO_IDEMPOTENCY,
	.body = collect_fields,
	.statement = &draw_entry_collect,
	.bind = bind_collect,
	.render = render_state},
    {0},
};
