// SPDX-License-Identifier: Apache-2.0
//
// Events, products and drops: what a creator announces. Claims are in src/tokens: they make tokens.
#include "drops/drops_api.h"

#include "draw/draw.h"
#include "http/call.h"
#include "http/command.h"

extern const struct route drops_routes[];

#define WINDOWS_MAX 16

// ---- events -------------------------------------------------------------------------------------

static const struct field venue_fields[] = {
    {.name = "name", .type = FIELD_TEXT, .required = true, .min = 1, .max = 200},
    {.name = "address", .type = FIELD_TEXT, .nullable = true, .min = 1, .max = 500},
    {.name = "lat", .type = FIELD_NUMBER, .required = true, .min = -90, .max = 90},
    {.name = "lon", .type = FIELD_NUMBER, .required = true, .min = -180, .max = 180},
    {0},
};
static const struct field event_fields[] = {
    {.name = "name", .type = FIELD_TEXT, .required = true, .min = 1, .max = 200},
    {.name = "starts_at", .type = FIELD_TIME, .required = true},
    {.name = "ends_at", .type = FIELD_TIME, .required = true},
    {.name = "time_zone", .type = FIELD_ZONE, .required = true},
    {.name = "venue", .type = FIELD_OBJECT, .required = true, .members = venue_fields},
    {0},
};

static const struct db_statement event_create = COMMAND(event_create);
static const struct db_statement event_list = COMMAND(event_list);
static const struct db_statement event_read = COMMAND(event_read);

// ---- products -----------------------------------------------------------------------------------

static const struct field product_fields[] = {
    {.name = "sku", .type = FIELD_TEXT, .required = true, .min = 1, .max = 64},
    {.name = "title", .type = FIELD_TEXT, .required = true, .min = 1, .max = 200},
    {.name = "price", .type = FIELD_MONEY, .required = true},
    {0},
};

static const struct db_statement product_create = COMMAND(product_create);
static const struct db_statement product_list = COMMAND(product_list);

// ---- drops --------------------------------------------------------------------------------------

static const char *const drop_modes[] = {"fcfs", "draw", NULL};
static const struct field party_fields[] = {
    {.name = "name", .type = FIELD_TEXT, .required = true, .min = 1, .max = 40},
    {.name = "commitment", .type = FIELD_TEXT, .required = true, .min = 64, .max = 64},
    {0},
};
static const struct field party[] = {{.type = FIELD_OBJECT, .members = party_fields}, {0}};
static const struct field draw_fields[] = {
    {.name = "commitment", .type = FIELD_TEXT, .required = true, .min = 64, .max = 64},
    {.name = "parties",
	.type = FIELD_ARRAY,
	.min = 0,
	.max = DRAW_PARTIES_MAX - 2,
	.members = party},
    {.name = "reveal_within_s", .type = FIELD_INT, .min = 60, .max = 604800},
    {0},
};
static const char *const window_proofs[] = {"none", "code", "invitation", NULL};
// The rules of a window; its name is a member of its own, or in the path.
#define WINDOW_RULES                                                                               \
	{.name = "opens_at", .type = FIELD_TIME, .nullable = true},                                \
	    {.name = "closes_at", .type = FIELD_TIME, .nullable = true},                           \
	    {.name = "quantity", .type = FIELD_INT, .nullable = true, .min = 0, .max = 1000000},   \
	    {.name = "per_person", .type = FIELD_INT, .nullable = true, .min = 1, .max = 20},      \
	    {.name = "proof", .type = FIELD_ENUM, .choices = window_proofs},                       \
	{                                                                                          \
		.name = "code", .type = FIELD_TEXT, .nullable = true, .min = 4, .max = 128         \
	}
static const struct field window_fields[] = {WINDOW_RULES, {0}};
static const struct field named_window_fields[] = {
    {.name = "name", .type = FIELD_TEXT, .required = true, .min = 1, .max = 40},
    WINDOW_RULES,
    {0},
};
static const struct field window[] = {{.type = FIELD_OBJECT, .members = named_window_fields}, {0}};
static const char *const deposit_ends[] = {"forfeit", "refund", NULL};
static const struct field no_show_fields[] = {
    {.name = "deposit", .type = FIELD_ENUM, .choices = deposit_ends},
    {.name = "release", .type = FIELD_BOOL},
    {.name = "grace_s", .type = FIELD_INT, .min = 0, .max = 604800},
    {0},
};
static const struct field resale_fields[] = {
    {.name = "price_cap", .type = FIELD_MONEY, .nullable = true},
    {0},
};
static const struct field transfer_fields[] = {
    {.name = "cool_down_s", .type = FIELD_INT, .min = 0, .max = 2592000},
    {.name = "cut_off_s", .type = FIELD_INT, .min = 0, .max = 2592000},
    {.name = "resale", .type = FIELD_OBJECT, .nullable = true, .members = resale_fields},
    {0},
};
static const struct field drop_fields[] = {
    {.name = "event_id", .type = FIELD_UUID, .required = true},
    {.name = "sku", .type = FIELD_TEXT, .required = true, .min = 1, .max = 64},
    {.name = "quantity", .type = FIELD_INT, .required = true, .min = 1, .max = 1000000},
    {.name = "tokenized", .type = FIELD_INT, .required = true, .min = 0, .max = 1000000},
    {.name = "mode", .type = FIELD_ENUM, .required = true, .choices = drop_modes},
    {.name = "opens_at", .type = FIELD_TIME, .required = true},
    {.name = "closes_at", .type = FIELD_TIME, .required = true},
    {.name = "per_person", .type = FIELD_INT, .required = true, .min = 1, .max = 20},
    {.name = "hold_ttl_s", .type = FIELD_INT, .nullable = true, .min = 30, .max = 604800},
    {.name = "deposit", .type = FIELD_MONEY, .nullable = true},
    {.name = "draw", .type = FIELD_OBJECT, .members = draw_fields},
    {.name = "windows", .type = FIELD_ARRAY, .min = 0, .max = WINDOWS_MAX, .members = window},
    {.name = "offer_ttl_s", .type = FIELD_INT, .nullable = true, .min = 60, .max = 604800},
    {.name = "no_show", .type = FIELD_OBJECT, .nullable = true, .members = no_show_fields},
    {.name = "transfer", .type = FIELD_OBJECT, .nullable = true, .members = transfer_fields},
    {.name = "pickup_from", .type = FIELD_TIME, .nullable = true},
    {.name = "pickup_until", .type = FIELD_TIME, .nullable = true},
    {0},
};
static const char *const share_reasons[] = {"demand", "stock", "correction", NULL};
static const struct field share_fields[] = {
    {.name = "tokenized", .type = FIELD_INT, .required = true, .min = 0, .max = 1000000},
    {.name = "reason", .type = FIELD_ENUM, .choices = share_reasons},
    {0},
};
static const char *const walk_in_reasons[] = {
    "received", "moved", "counted", "damaged", "lost", "given_away", "returned", NULL};
static const struct field walk_in_fields[] = {
    {.name = "units", .type = FIELD_INT, .required = true, .min = -1000000, .max = 1000000},
    {.name = "reason", .type = FIELD_ENUM, .required = true, .choices = walk_in_reasons},
    {0},
};
static const char *const deposit_states[] = {"held", "applied", "refunded", "forfeited", NULL};
static const struct field deposit_filters[] = {
    {.name = "state", .type = FIELD_ENUM, .choices = deposit_states},
    {0},
};
static const struct field drop_filters[] = {
    {.name = "event_id", .type = FIELD_UUID},
    {0},
};

static const struct db_statement drop_create = COMMAND(drop_create);
static const struct db_statement drop_list = COMMAND(drop_list);
static const struct db_statement drop_read = COMMAND(drop_read);
static const struct db_statement drop_share = COMMAND(drop_share);
static const struct db_statement drop_walk_in = COMMAND(drop_walk_in);
static const struct db_statement deposit_list = COMMAND(deposit_list);
static const struct db_statement window_read = COMMAND(window_read);
static const struct db_statement window_put = COMMAND(window_put);

static const struct seal_ring *draw_keys;

void drops_start(const struct seal_ring *keys)
{
	draw_keys = keys;
}

// The service's own secret of the new draw: nobody sees it before it is revealed, who announces the
// draw least of all.
static bool put_service(struct call *c, struct json_out *w)
{
	uint8_t secret[DRAW_SECRET_LEN];
	struct digest commitment;
	struct buf sealed;

	if (!span_eq(json_get_text(c->json, "mode"), "draw")) {
		json_key(w, "draw_service");
		json_put_null(w);
		return true;
	}
	ids_random(secret, sizeof(secret));
	commitment = digest_sha256(secret, sizeof(secret));
	buf_init(&sealed, DRAW_SECRET_LEN + SEAL_OVERHEAD);
	draw_seal(&sealed, draw_keys, &c->caller.creator, &c->new_id, secret);
	crypto_wipe(secret, sizeof(secret));
	ASSERT(!sealed.failed);
	json_key(w, "draw_service");
	json_open(w, '{');
	json_key(w, "commitment");
	json_put_hex(w, commitment.b, sizeof(commitment.b));
	json_key(w, "sealed");
	json_put_hex(w, sealed.data, sealed.len);
	json_close(w, '}');
	buf_release(&sealed);
	return true;
}

// SHA-256 of a window's code, null where it has none.
static void put_code(struct json_out *w, const struct json *rules)
{
	struct span code = json_get_text(rules, "code");
	struct digest hash;

	if (code.ptr == NULL) {
		json_put_null(w);
		return;
	}
	hash = digest_sha256(code.ptr, code.len);
	json_put_hex(w, hash.b, sizeof(hash.b));
}

static bool put_drop(struct call *c, struct json_out *w, const void *arg)
{
	const struct json *windows = json_get(c->json, "windows");

	(void)arg;
	json_key(w, "window_codes");
	json_open(w, '[');
	for (const struct json *m = windows != NULL ? windows->child : NULL; m != NULL; m = m->next)
		put_code(w, m);
	json_close(w, ']');
	return put_service(c, w);
}

static bool bind_drop(struct call *c, struct db_item *item)
{
	return command_bind(c, item, put_drop, NULL);
}

static bool put_window(struct call *c, struct json_out *w, const void *arg)
{
	(void)arg;
	json_key(w, "code_sha256");
	put_code(w, c->json);
	return true;
}

static bool bind_window(struct call *c, struct db_item *item)
{
	return command_bind(c, item, put_window, NULL);
}

// ---- the table ----------------------------------------------------------------------------------

const struct route drops_routes[] = {
    {.method = POST,
	.path = "/v1/events",
	.roles = ROLES(ROLE_CREATOR),
	.body = event_fields,
	.statement = &event_create},
    {.method = GET,
	.path = "/v1/events",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_LIST,
	.statement = &event_list},
    {.method = GET,
	.path = "/v1/events/{event}",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &event_read},
    {.method = POST,
	.path = "/v1/products",
	.roles = ROLES(ROLE_CREATOR),
	.body = product_fields,
	.statement = &product_create},
    {.method = GET,
	.path = "/v1/products",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_LIST,
	.statement = &product_list},
    {.method = POST,
	.path = "/v1/drops",
	.roles = ROLES(ROLE_CREATOR),
	.body = drop_fields,
	.statement = &drop_create,
	.bind = bind_drop},
    {.method = GET,
	.path = "/v1/drops",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_LIST,
	.query = drop_filters,
	.statement = &drop_list},
    {.method = GET,
	.path = "/v1/drops/{drop}",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.statement = &drop_read},
    {.method = POST,
	.path = "/v1/drops/{drop}/share",
	.roles = ROLES(ROLE_CREATOR),
	.body = share_fields,
	.statement = &drop_share},
    {.method = POST,
	.path = "/v1/drops/{drop}/walk-in",
	.roles = ROLES(ROLE_CREATOR),
	.body = walk_in_fields,
	.statement = &drop_walk_in},
    {.method = GET,
	.path = "/v1/drops/{drop}/deposits",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_LIST,
	.query = deposit_filters,
	.statement = &deposit_list},
    {.method = GET,
	.path = "/v1/drops/{drop}/windows/{window:text}",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.statement = &window_read},
    {.method = PUT,
	.path = "/v1/drops/{drop}/windows/{window:text}",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_IF_MATCH,
	.body = window_fields,
	.statement = &window_put,
	.bind = bind_window},
    {0},
};
