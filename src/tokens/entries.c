// SPDX-License-Identifier: Apache-2.0
//
// Everything here is the call's.
#include "tokens/entries.h"

#include "base/log.h"
#include "draw/draw.h"
#include "tokens/claims.h"
#include "tokens/receipt.h"
#include "tokens/render.h"
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
	   "$12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
    .columns = CLAIM_COLUMNS + 1,
    .types = {CLAIM_TYPES, DB_BYTEA}, // and the client's nonce
    .batch_max = 256,
};

// ---- entering -----------------------------------------------------------------------------------

static struct receipt receipt_of(const struct db_row *row)
{
	return (struct receipt){
	    .entry = db_uuid(row, C_ENTRY),
	    .drop = db_uuid(row, C_DROP),
	    .nonce = db_text(row, C_NONCE),
	    .salt = db_text(row, C_SALT),
	    .issued_at_s = db_time(row, C_ENTERED_AT) / US_PER_S,
	    .ledger_index = db_int(row, C_INDEX),
	};
}

static void render_entry(struct call *c, const struct db_row *row)
{
	struct uuid entry = db_uuid(row, C_ENTRY), drop = db_uuid(row, C_DROP);
	struct receipt receipt;
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
	receipt = receipt_of(row);
	receipt_put(&w, db_text(row, C_KID), &receipt);
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
		claim_refuse(c, outcome->row);
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

static const struct db_statement draw_entry_read = COMMAND(draw_entry_read);
static const struct db_statement draw_entry_collect = COMMAND(draw_entry_collect);

const struct route entries_routes[] = {
    {.method = GET,
	.path = "/v1/drops/{drop}/entries/{entry}",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.statement = &draw_entry_read,
	.render = tokens_render_private},
    {.method = POST, // for a receipt must not stand in an address; it changes nothing
	.path = "/v1/drops/{drop}/entries/{entry}/collect",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.flags = ROUTE_NO_IDEMPOTENCY,
	.body = receipt_fields,
	.statement = &draw_entry_collect,
	.bind = receipt_bind,
	.render = tokens_render_private},
    {0},
};
