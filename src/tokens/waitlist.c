// SPDX-License-Identifier: Apache-2.0
//
// The waitlist of a drop: taking a place in line, and what its owner does with it. A place is taken as a
// claim is made, by the same binding (claims.h) and the same limits and proofs; the answer has a receipt
// (receipt.h), which its owner shows.
#include "crypto/altcha.h"
#include "http/call.h"
#include "tokens/claims.h"
#include "auth/consent.h"
#include "tokens/receipt.h"
#include "tokens/render.h"

extern const struct route waitlist_routes[];

#define US_PER_S 1000000
#define ANSWER_BYTES_MAX 16384

enum column {
	C_ITEM,
	C_STATUS,
	C_CODE,
	C_DETAIL,
	C_ENTRY,
	C_DROP,
	C_QUANTITY,
	C_POSITION,
	C_JOINED_AT,
	C_INDEX,
	C_KID,
	C_REPLAYED
};

static const struct db_statement waitlist_join = {
    .name = "waitlist_join",
    .sql = "select item, status, code, detail, entry_id, drop_id, quantity, position, joined_at, "
	   "ledger_index, kid, replayed from api.waitlist_join($1, $2, $3, $4, $5, $6, $7, $8, $9, "
	   "$10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
    .columns = CLAIM_COLUMNS,
    .types = {CLAIM_TYPES},
    .batch_max = 256,
};

static const struct field join_fields[] = {
    {.name = "contact", .type = FIELD_OBJECT, .required = true, .members = person_fields},
    {.name = "quantity", .type = FIELD_INT, .min = 1, .max = 20},
    {.name = "window", .type = FIELD_TEXT, .min = 1, .max = WINDOW_NAME_MAX},
    {.name = "access", .type = FIELD_TEXT, .min = 1, .max = 128},
    {.name = "consent", .type = FIELD_OBJECT, .members = consent_fields},
    {.name = "altcha", .type = FIELD_TEXT, .min = 1, .max = ALTCHA_PAYLOAD_MAX},
    {0},
};

static void put_place(struct json_out *w, const struct db_row *row)
{
	struct receipt receipt = {
	    .entry = db_uuid(row, C_ENTRY),
	    .drop = db_uuid(row, C_DROP),
	    .issued_at_s = db_time(row, C_JOINED_AT) / US_PER_S,
	    .ledger_index = db_int(row, C_INDEX),
	};

	json_open(w, '{');
	json_kv_uuid(w, "entry_id", &receipt.entry);
	json_kv_uuid(w, "drop_id", &receipt.drop);
	json_kv_int(w, "quantity", db_int(row, C_QUANTITY));
	json_kv_int(w, "position", db_int(row, C_POSITION));
	json_key(w, "joined_at");
	json_put_time(w, db_time(row, C_JOINED_AT));
	json_kv_int(w, "ledger_index", receipt.ledger_index);
	receipt_put(w, db_text(row, C_KID), &receipt);
	json_close(w, '}');
}

static void render_join(struct call *c, const struct db_row *row)
{
	struct buf out;
	struct json_out w;

	if (db_int(row, C_STATUS) != 201) {
		claim_refuse(c, row);
		return;
	}
	buf_init(&out, ANSWER_BYTES_MAX);
	w = json_to(&out);
	put_place(&w, row);
	ASSERT(!out.failed); // bounded by the issuer's length
	if (db_bool(row, C_REPLAYED))
		call_set_header(c, "idempotent-replayed", "true");
	call_answer_json(c, 201, (struct span){buf_text(&out), out.len});
	buf_release(&out);
}

static const struct db_statement waitlist_list = COMMAND(waitlist_list);
static const struct db_statement waitlist_read = COMMAND(waitlist_read);
static const struct db_statement waitlist_collect = COMMAND(waitlist_collect);
static const struct db_statement waitlist_accept = COMMAND(waitlist_accept);
static const struct db_statement waitlist_leave = COMMAND(waitlist_leave);

const struct route waitlist_routes[] = {
    {.method = POST,
	.path = "/v1/drops/{drop}/waitlist",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.body = join_fields,
	.statement = &waitlist_join,
	.bind = claim_bind,
	.render = render_join},
    {.method = GET,
	.path = "/v1/drops/{drop}/waitlist",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_LIST,
	.statement = &waitlist_list},
    {.method = GET,
	.path = "/v1/drops/{drop}/waitlist/{entry}",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.statement = &waitlist_read,
	.render = tokens_render_private},
    {.method = POST, // for a receipt must not stand in an address; it changes nothing
	.path = "/v1/drops/{drop}/waitlist/{entry}/collect",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.flags = ROUTE_NO_IDEMPOTENCY,
	.body = receipt_fields_optional,
	.statement = &waitlist_collect,
	.bind = receipt_bind,
	.render = tokens_render_private},
    {.method = POST,
	.path = "/v1/drops/{drop}/waitlist/{entry}/accept",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.body = receipt_fields_optional,
	.statement = &waitlist_accept,
	.bind = receipt_bind,
	.render = tokens_render_private},
    {.method = POST,
	.path = "/v1/drops/{drop}/waitlist/{entry}/leave",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.body = receipt_fields_optional,
	.statement = &waitlist_leave,
	.bind = receipt_bind,
	.render = tokens_render_private},
    {0},
};
