// SPDX-License-Identifier: Apache-2.0
//
// An order's way through the worker:
//
//   place_prepare ──route_context──▶ on_context: hubs kept, position known
//        ▲                                │ call_resume()
//        └────────────────────────────────┘
//   place_bind: ranks and hands the candidates to order_batch ──▶ place_render
//
// A struct placing lives in its call's arena, and the call lives until call_resume().

#include "orders/place.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "crypto/jws.h"
#include "orders/context.h"

#define LINES_MAX 50 // as the route's table says

static const struct keyring *tokens;

void place_start(const struct keyring *token_keys)
{
	tokens = token_keys;
}

const struct db_statement orders_context_statement = {
    .name = "route_context",
    .sql = "select item, lat, lon, near, snapshot::text from api.route_context($1, $2, $3, $4)",
    .columns = 3,
    .types = {DB_TEXT, DB_TEXT, DB_INT},
    .batch_max = 64,
};

const struct db_statement order_batch_statement = {
    .name = "order_batch",
    .sql = "select item, status, body, etag, location, replayed, code, detail, pointer "
	   "from api.order_batch($1, $2, $3, $4, $5, $6, $7, $8)",
    .columns = 7,
    .types = {DB_UUID, DB_TEXT, DB_UUID, DB_UUID, DB_TEXT, DB_BYTEA, DB_JSON},
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
	ROW_POINTER
};

struct placing {
	struct db_item item;
	enum db_status status;
	bool answered;
	bool broken; // the snapshot could not be read
	bool placed; // lat and lon are known
	double lat, lon;
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
	if (lat && lon && to->count == 2) {
		p->lat = lat->number;
		p->lon = lon->number;
		p->placed = true;
		return true;
	}
	if (p->country.ptr && p->code.ptr && to->count == 2)
		return true;
	errors.list[0] = (struct field_error){.pointer = "/ship_to", .code = "invalid"};
	snprintf(errors.list[0].detail, sizeof(errors.list[0].detail),
	    "Give either lat and lon, or country and postal_code.");
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
		p->broken = !context_store(&c->caller.creator, db_text(row, 4));
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
	p->answered = false;
	p->item.values[0] = (struct db_value){.is_null = !p->country.ptr, .text = p->country};
	p->item.values[1] = (struct db_value){.is_null = !p->code.ptr, .text = p->code};
	p->item.values[2] = (struct db_value){.integer = context_known(&c->caller.creator)};
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

bool place_prepare(struct call *c)
{
	struct placing *p = c->prepared;

	if (p)
		return settle(c, p);
	p = c->prepared = arena_alloc(&c->arena, sizeof(*p));
	if (!p) {
		call_problem(c, 503, "overloaded", "Memory is short; try again soon.", NULL);
		return false;
	}
	if (read_destination(c, p) && read_token(c, p))
		ask(c, p);
	return false;
}

// ---- ranking ------------------------------------------------------------------------------------

static int64_t read_time(const struct json *body, const char *key)
{
	struct span text = json_get_text(body, key);
	int64_t at_us = 0;

	if (text.ptr && !clock_parse(text, &at_us))
		ASSERT(!"the body was checked");
	return at_us;
}

static void rank(const struct call *c, const struct placing *p, const struct route_snapshot *s,
    struct route_ranking *out)
{
	struct route_line lines[LINES_MAX];
	struct route_request request = {
	    .lat = p->lat,
	    .lon = p->lon,
	    .now_us = clock_now_us(),
	    .not_before_us = read_time(c->json, "not_before"),
	    .needed_by_us = read_time(c->json, "needed_by"),
	    .lines = lines,
	};
	bool known = route_service_parse(json_get_text(c->json, "service"), &request.service);

	ASSERT(known);
	for (const struct json *l = json_get(c->json, "lines")->child; l; l = l->next) {
		ASSERT(request.line_count < LINES_MAX);
		lines[request.line_count++] =
		    (struct route_line){snapshot_sku(s, json_get_text(l, "sku")),
			(int32_t)json_get_int(l, "quantity", 0)};
	}
	route_rank(&s->policy, s->hubs, s->hub_count, &request, out);
}

// p of order_batch; {NULL, 0} when memory is short.
static struct span write_item(
    struct call *c, const struct placing *p, const struct route_ranking *ranking)
{
	struct span text = {NULL, 0};
	struct json_out w;
	struct buf b;

	buf_init(&b, c->body.len + 65536);
	w = json_to(&b);
	json_open(&w, '{');
	json_kv_uuid(&w, "new_id", &c->new_id);
	json_key(&w, "lat");
	json_put_number(&w, p->lat);
	json_key(&w, "lon");
	json_put_number(&w, p->lon);
	route_ranking_write(&w, ranking);
	if (p->token_version > 0)
		json_kv_int(&w, "token_version", p->token_version);
	json_key(&w, "body");
	json_put_raw(&w, c->body);
	json_close(&w, '}');
	if (!b.failed)
		text.ptr = arena_strndup(&c->arena, buf_text(&b), b.len);
	text.len = text.ptr ? b.len : 0;
	buf_release(&b);
	return text;
}

bool place_bind(struct call *c, struct db_item *item)
{
	const struct placing *p = c->prepared;
	const struct route_snapshot *s = context_find(&c->caller.creator);
	struct route_ranking ranking;
	struct span text;

	ASSERT(p && p->placed && s);
	rank(c, p, s, &ranking);
	text = write_item(c, p, &ranking);
	if (!text.ptr) {
		call_problem(c, 503, "overloaded", "Memory is short; try again soon.", NULL);
		return false;
	}
	item->values[call_bind_caller(c, item)] = (struct db_value){.text = text};
	return true;
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
