// SPDX-License-Identifier: Apache-2.0
//
// An order's way through the worker:
//
//   place_prepare ──route_context──▶ on_context: hubs kept, position known
//        ▲                                │ call_resume()
//        └────────────────────────────────┘
//   place_bind: ranks and hands the candidates to order_batch ──▶ place_render
//
// An order that is to go elsewhere, or of which some waits, is asked for first (order_wanted), then takes the
// same way.
//
// A struct placing lives in its call's arena, and the call lives until call_resume().

#include "orders/place.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "crypto/jws.h"
#include "http/command.h"
#include "orders/context.h"
#include "orders/decide.h"
#include "routing/shortlist.h"

#define ITEM_BYTES_MAX 131072 // beside the body: 16 candidates of 50 lines each

static const struct keyring *tokens;

void place_start(const struct keyring *token_keys)
{
	tokens = token_keys;
}

const struct db_statement orders_context_statement = {
    .name = "route_context",
    .sql = "select item, lat, lon, near, event_id, snapshot::text "
	   "from api.route_context($1, $2, $3, $4, $5)",
    .columns = 4,
    .types = {DB_TEXT, DB_TEXT, DB_UUID, DB_INT},
    .batch_max = 64,
};

const struct db_statement order_wanted_statement = {
    .name = "order_wanted",
    .sql = "select item, doc::text from api.order_wanted($1, $2, $3)",
    .columns = 2,
    .types = {DB_UUID, DB_BOOL},
    .batch_max = 64,
};

const struct db_statement order_batch_statement = {
    .name = "order_batch",
    .sql = "select item, status, body, etag, location, replayed, code, detail, pointer, "
	   "accepted from api.order_batch($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    .columns = 8,
    .types = {DB_UUID, DB_TEXT, DB_UUID, DB_UUID, DB_TEXT, DB_BYTEA, DB_JSON, DB_TEXT},
    .batch_max = 64,
};

enum {
	ROW_ITEM,
	ROW_STATUS,
	ROW_BODY,
	ROW_ETAG,
	ROW_LOCATION,
	ROW_REPLAYED,
	ROW_CODE,
	ROW_DETAIL,
	ROW_POINTER,
	ROW_ACCEPTED
};

struct placing {
	struct db_item item;
	enum db_status status;
	bool answered;
	bool broken; // the snapshot could not be read
	bool placed; // lat and lon are known
	double lat, lon;
	const struct json *wanted; // service, times and lines; NULL until known
	bool again;		   // it was routed before
	bool rest;		   // only what nobody ships of it, to where it goes already
	struct uuid event;	   // of the order's token; nil: none
	struct span country, code; // of a destination by postal code
	int64_t token_version;	   // of the token that was shown; 0: none was
	char near[16];		   // nearest known prefix of an unknown code, "" when none
};

// ---- where it goes ------------------------------------------------------------------------------

// Takes the position, or the postal code to look up. False: the call has its problem.
static bool read_destination(struct call *c, struct placing *p)
{
	const struct json *to = json_get(c->json, "ship_to");
	const struct json *lat = json_get(to, "lat"), *lon = json_get(to, "lon");
	struct field_errors errors = {.count = 1};

	p->country = json_get_text(to, "country");
	p->code = json_get_text(to, "postal_code");
	if (lat && lon && !p->country.ptr == !p->code.ptr) { // it wins over the code
		p->lat = lat->number;
		p->lon = lon->number;
		p->placed = true;
		p->country = p->code = (struct span){NULL, 0};
		return true;
	}
	if (p->country.ptr && p->code.ptr && !lat && !lon)
		return true;
	errors.list[0] = (struct field_error){.pointer = "/ship_to", .code = "invalid"};
	snprintf(errors.list[0].detail, sizeof(errors.list[0].detail),
	    "Give lat and lon, or country and postal_code, or all four.");
	call_field_problem(c, &errors);
	return false;
}

// ---- whose token --------------------------------------------------------------------------------

static bool refuse_token(struct call *c, const char *code, const char *detail)
{
	call_problem(c, 422, code, detail, "/token");
	return false;
}

// A token's id is no secret, its text is: a publishable key has a token delivered only by showing it.
// False: the call has its problem.
static bool read_token(struct call *c, struct placing *p)
{
	struct span id = json_get_text(c->json, "token_id");
	struct span text = json_get_text(c->json, "token");
	struct token_claims claims;
	struct uuid named;

	if (text.ptr == NULL)
		return id.ptr == NULL || c->caller.role == ROLE_CREATOR ||
		       refuse_token(c, "token_required",
			   "A storefront key delivers a token when it shows the token's text.");
	if (token_parse(&c->arena, text, tokens, &claims) != JWS_OK)
		return refuse_token(c, "token_invalid", "This text is no token of ours.");
	if (id.ptr == NULL || !uuid_parse(id, &named) || !uuid_eq(&named, &claims.token))
		return refuse_token(
		    c, "token_invalid", "`token_id` is not the token of this text.");
	p->token_version = claims.version;
	return true;
}

static void unknown_code(struct call *c, const struct placing *p)
{
	char detail[160];

	if (p->near[0] != '\0')
		snprintf(detail, sizeof(detail),
		    "This postal code is not known; the nearest that is known begin with %s.",
		    p->near);
	else
		snprintf(detail, sizeof(detail), "This postal code is not known, nor any like it.");
	call_problem(c, 422, "unknown_postal_code", detail, "/ship_to/postal_code");
}

// ---- what the database tells --------------------------------------------------------------------

static void read_context(struct call *c, struct placing *p, const struct db_row *row)
{
	if (!db_is_null(row, 1)) {
		p->lat = db_float(row, 1);
		p->lon = db_float(row, 2);
		p->placed = true;
	}
	if (!db_is_null(row, 3)) {
		struct span near = db_text(row, 3);

		snprintf(p->near, sizeof(p->near), "%.*s", (int)near.len, near.ptr);
	}
	if (!db_is_null(row, 4))
		p->event = db_uuid(row, 4);
	if (!db_is_null(row, 5))
		p->broken = !context_store(&c->caller.creator, db_text(row, 5));
}

static void on_context(struct db_item *item, const struct db_outcome *outcome)
{
	struct call *c = item->owner;
	struct placing *p = c->prepared;

	p->answered = true;
	p->status = outcome->status;
	if (outcome->status == DB_OK && outcome->row)
		read_context(c, p, outcome->row);
	call_resume(c);
}

static void ask(struct call *c, struct placing *p)
{
	struct uuid token;
	bool has_token = uuid_parse(json_get_text(p->wanted, "token_id"), &token);

	p->answered = false;
	p->item.values[0] = (struct db_value){.is_null = !p->country.ptr, .text = p->country};
	p->item.values[1] = (struct db_value){.is_null = !p->code.ptr, .text = p->code};
	p->item.values[2] = (struct db_value){.is_null = !has_token, .uuid = token};
	p->item.values[3] = (struct db_value){.integer = context_known(&c->caller.creator)};
	p->item.done = on_context;
	p->item.owner = c;
	call_wait(c);
	db_submit(&orders_context_statement, &c->caller.creator, &p->item);
}

// The database has answered. True when the order can be ranked.
static bool settle(struct call *c, struct placing *p)
{
	if (p->status != DB_OK) {
		call_database_problem(c, &(struct db_outcome){.status = p->status});
	} else if (p->broken) {
		log_error("route_context: the snapshot cannot be read");
		call_problem(c, 500, "internal_error", "Something went wrong on our side.", NULL);
	} else if (!p->placed) {
		unknown_code(c, p);
	} else if (!context_find(&c->caller.creator)) {
		ask(c, p); // it had to make room for another creator's
	} else {
		return true;
	}
	return false;
}

// A placing of its own for the call, or NULL: the call has its problem.
static struct placing *begin(struct call *c)
{
	c->prepared = arena_alloc(&c->arena, sizeof(struct placing));
	if (!c->prepared)
		call_problem(c, 503, "overloaded", "Memory is short; try again soon.", NULL);
	return c->prepared;
}

bool place_prepare(struct call *c)
{
	struct placing *p = c->prepared;

	if (p)
		return settle(c, p);
	p = begin(c);
	if (p && read_destination(c, p) && read_token(c, p)) {
		p->wanted = c->json;
		ask(c, p);
	}
	return false;
}

// ---- what an order wants ------------------------------------------------------------------------

// Where the order goes. One that is not there, or whose place was forgotten, is refused by the database.
static void take_place(struct placing *p)
{
	const struct json *lat = json_get(p->wanted, "lat"), *lon = json_get(p->wanted, "lon");

	p->lat = lat && lat->type != JSON_NULL ? lat->number : 0;
	p->lon = lon && lon->type != JSON_NULL ? lon->number : 0;
	p->placed = true;
}

static void on_wanted(struct db_item *item, const struct db_outcome *outcome)
{
	struct call *c = item->owner;
	struct placing *p = c->prepared;
	char error[128];

	p->status = outcome->status;
	if (outcome->status == DB_OK && outcome->row && !db_is_null(outcome->row, 1)) {
		struct span doc = db_text(outcome->row, 1);

		p->wanted = json_parse(&c->arena, doc.ptr, doc.len, error, sizeof(error));
		p->again = true;
		if (p->rest)
			take_place(p);
	}
	call_resume(c);
}

static void ask_wanted(struct call *c, struct placing *p)
{
	struct uuid order;
	bool known = uuid_parse(c->params[0], &order);

	ASSERT(known); // the path was checked
	p->item.values[0] = (struct db_value){.uuid = order};
	p->item.values[1] = (struct db_value){.boolean = p->rest};
	p->item.done = on_wanted;
	p->item.owner = c;
	call_wait(c);
	db_submit(&order_wanted_statement, &c->caller.creator, &p->item);
}

// The order is known: asks for the hubs, then it can be ranked.
static bool go_on(struct call *c, struct placing *p)
{
	if (p->answered) {
		return settle(c, p);
	} else if (p->status != DB_OK) {
		call_database_problem(c, &(struct db_outcome){.status = p->status});
	} else if (!p->wanted) {
		log_error("order_wanted: the answer cannot be read");
		call_problem(c, 500, "internal_error", "Something went wrong on our side.", NULL);
	} else {
		ask(c, p);
	}
	return false;
}

static bool prepare_again(struct call *c, bool rest)
{
	struct placing *p = c->prepared;

	if (p)
		return go_on(c, p);
	p = begin(c);
	if (!p)
		return false;
	p->rest = rest;
	if (rest || read_destination(c, p))
		ask_wanted(c, p);
	return false;
}

bool address_prepare(struct call *c)
{
	return prepare_again(c, false);
}

bool rest_prepare(struct call *c)
{
	return prepare_again(c, true);
}

// ---- ranking ------------------------------------------------------------------------------------

// Ranks the hubs for the body's order, by a draft of the policy when the body has one. False when that
// is none.
static bool rank(const struct call *c, const struct placing *p, const struct route_snapshot *s,
    struct decide_order *order, struct route_ranking *out)
{
	const struct json *draft = json_get(c->json, "policy");
	struct route_policy policy = s->policy;

	if (draft && !route_policy_apply(draft, &policy))
		return false;
	decide_read(order, s, p->wanted, p->lat, p->lon, clock_now_us());
	order->request.event = p->event;
	if (p->again)
		decide_again(order, p->wanted, &policy);
	route_shortlist(&policy, &s->index, &order->request, out);
	return true;
}

static void put_place(struct json_out *w, const struct call *c, const struct placing *p)
{
	json_kv_uuid(w, "new_id", &c->new_id);
	json_key(w, "lat");
	json_put_number(w, p->lat);
	json_key(w, "lon");
	json_put_number(w, p->lon);
	if (p->token_version > 0)
		json_kv_int(w, "token_version", p->token_version);
	json_key(w, "body");
	json_put_raw(w, c->body);
}

// The finished text, in the call's arena; {NULL, 0} when memory is short. Frees b.
static struct span take_text(struct call *c, struct buf *b)
{
	struct span text = {NULL, 0};

	if (!b->failed)
		text.ptr = arena_strndup(&c->arena, buf_text(b), b->len);
	text.len = text.ptr ? b->len : 0;
	buf_release(b);
	return text;
}

// p of order_batch.
static struct span write_item(struct call *c, const struct placing *p,
    const struct route_snapshot *s, const struct route_ranking *ranking,
    const struct route_candidate *chosen)
{
	struct json_out w;
	struct buf b;

	buf_init(&b, c->body.len + ITEM_BYTES_MAX);
	w = json_to(&b);
	json_open(&w, '{');
	put_place(&w, c, p);
	if (chosen)
		decide_write(&w, s, ranking, chosen);
	else
		route_ranking_write(&w, ranking);
	json_close(&w, '}');
	return take_text(c, &b);
}

static struct span write_why(struct call *c, const struct route_snapshot *s,
    const struct decide_order *order, const struct route_ranking *ranking)
{
	struct json_out w;
	struct buf b;

	buf_init(&b, ITEM_BYTES_MAX);
	w = json_to(&b);
	decide_explain(&w, s, order, c->json, ranking);
	return take_text(c, &b);
}

bool place_bind(struct call *c, struct db_item *item)
{
	const struct placing *p = c->prepared;
	const struct route_snapshot *s = context_find(&c->caller.creator);
	const struct route_candidate *chosen;
	struct route_ranking ranking;
	struct span text, why = {NULL, 0};
	struct decide_order order;
	bool ranked;
	size_t n;

	ASSERT(p && p->placed && s);
	ranked = rank(c, p, s, &order, &ranking);
	ASSERT(ranked); // there is no draft
	chosen = decide_whole(&s->policy, &order, c->json, &ranking);
	text = write_item(c, p, s, &ranking, chosen);
	if (chosen)
		why = write_why(c, s, &order, &ranking);
	if (!text.ptr || (chosen && !why.ptr)) {
		call_problem(c, 503, "overloaded", "Memory is short; try again soon.", NULL);
		return false;
	}
	if (chosen)
		context_take(&c->caller.creator, chosen, &order.request);
	n = call_bind_caller(c, item);
	item->values[n] = (struct db_value){.text = text};
	item->values[n + 1] = (struct db_value){.is_null = !chosen, .text = why};
	return true;
}

// ---- taking back --------------------------------------------------------------------------------

static bool put_shown(struct call *c, struct json_out *w, const void *arg)
{
	struct span text = json_get_text(c->json, "token");
	struct token_claims claims;

	(void)arg;
	if (!text.ptr) {
		json_key(w, "token_id");
		json_put_null(w);
		return true;
	}
	if (token_parse(&c->arena, text, tokens, &claims) != JWS_OK)
		return refuse_token(c, "token_invalid", "This text is no token of ours.");
	json_kv_uuid(w, "token_id", &claims.token);
	json_kv_int(w, "token_version", claims.version);
	return true;
}

bool cancel_bind(struct call *c, struct db_item *item)
{
	return command_bind(c, item, put_shown, NULL);
}

// ---- preview, another address -------------------------------------------------------------------

// Where it goes and who may ship it, by a draft of the policy when the body has one.
static bool put_ranked(struct call *c, struct json_out *w, const void *arg)
{
	const struct placing *p = arg;
	const struct route_snapshot *s = context_find(&c->caller.creator);
	struct route_ranking ranking;
	struct decide_order order;

	ASSERT(p->placed && s);
	if (!rank(c, p, s, &order, &ranking)) {
		call_problem(c, 422, "validation_failed", "This is no routing policy.", "/policy");
		return false;
	}
	json_key(w, "lat");
	json_put_number(w, p->lat);
	json_key(w, "lon");
	json_put_number(w, p->lon);
	route_ranking_write(w, &ranking);
	return true;
}

bool ranked_bind(struct call *c, struct db_item *item)
{
	return command_bind(c, item, put_ranked, c->prepared);
}

static bool put_address(struct call *c, struct json_out *w, const void *arg)
{
	return put_shown(c, w, NULL) && put_ranked(c, w, arg);
}

bool address_bind(struct call *c, struct db_item *item)
{
	return command_bind(c, item, put_address, c->prepared);
}

// ---- the answer ---------------------------------------------------------------------------------

static const char *text_of(struct call *c, const struct db_row *row, int column)
{
	struct span text = db_is_null(row, column) ? (struct span){"", 0} : db_text(row, column);
	const char *copy = arena_strndup(&c->arena, text.ptr, text.len);

	return copy ? copy : "";
}

void place_render(struct call *c, const struct db_row *row)
{
	int status = (int)db_int(row, ROW_STATUS);

	if (!db_bool(row, ROW_ACCEPTED)) // something is not as this worker believes
		context_stale(&c->caller.creator);
	if (status >= 400) {
		const char *pointer = text_of(c, row, ROW_POINTER);

		call_problem(c, status, text_of(c, row, ROW_CODE), text_of(c, row, ROW_DETAIL),
		    pointer[0] ? pointer : NULL);
		return;
	}
	call_set_header(c, "etag", text_of(c, row, ROW_ETAG));
	call_set_header(c, "location", text_of(c, row, ROW_LOCATION));
	if (db_bool(row, ROW_REPLAYED))
		call_set_header(c, "idempotent-replayed", "true");
	call_answer_json(c, status, db_text(row, ROW_BODY));
}
