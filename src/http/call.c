// SPDX-License-Identifier: Apache-2.0
//
// The states of a call and everything a handler may do with one. Invariants:
//
//  1. call_advance() alone changes `state`, but for call_problem() and the render functions, which
//     take it to RENDERED.
//  2. A call lives while any of these holds: it has a client, the engine has its item, it waits in
//     a `prepare` hook. When the last ends it is freed (release_if_idle()).
//  3. Once the client has gone nothing is rendered, and an item that was not sent yet is dropped:
//     so nothing reads the request's memory after Kore has freed it.
#include "http/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/shm.h"
#include "crypto/digest.h"
#include "http/client.h"
#include "http/cursor.h"
#include "http/parameters.h"
#include "http/problem.h"
#include "http/router.h"

#define ARENA_BYTES_MAX (64u << 20)
#define ANSWER_BYTES_MAX (64u << 20)
#define IDEM_KEY_MAX 128
#define RATE_NAME_MAX 96 // policy and name of a bucket
#define MS_PER_S INT64_C(1000)
#define PREPARE_RUNS_MAX 4 // a hook that never gets what it needs

static struct {
	struct settings settings;
	uint8_t secret[32];
	enum auth_result (*authenticate)(struct call *c);
	size_t alive;
} calls;

static const struct uuid nil_uuid;

void call_start(const struct settings *s, const uint8_t secret[32],
    enum auth_result (*authenticate)(struct call *c))
{
	calls.settings = *s;
	calls.authenticate = authenticate;
	memcpy(calls.secret, secret, sizeof(calls.secret));
	cursor_start(secret);
}

const struct settings *call_settings(void)
{
	return &calls.settings;
}

size_t calls_now(void)
{
	return calls.alive;
}

const char *call_role_name(enum role role)
{
	switch (role) {
	case ROLE_OPERATOR:
		return "operator";
	case ROLE_CREATOR:
		return "creator";
	case ROLE_STOREFRONT:
		return "storefront";
	case ROLE_PARTNER:
		return "partner";
	case ROLE_DEVICE:
		return "device";
	case ROLE_PUBLIC:
		return "public";
	case ROLE_ENROL:
		return "enrol";
	}
	return "";
}

// ---- life ---------------------------------------------------------------------------------------

struct call *call_new(struct http_request *client)
{
	struct call *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->client = client;
	c->started_us = clock_now_us();
	c->request_id = ids_v7();
	c->new_id = ids_v7();
	arena_init(&c->arena, ARENA_BYTES_MAX);
	buf_init(&c->out, ANSWER_BYTES_MAX);
	calls.alive++;
	shm_gauge(METRIC_GAUGE_CALLS, (int64_t)calls.alive);
	return c;
}

static void release_if_idle(struct call *c)
{
	if (c->client != NULL || c->item_out || c->waiting || c->advancing)
		return;
	if (c->release != NULL)
		c->release(c->prepared);
	arena_release(&c->arena);
	buf_release(&c->out);
	free(c);
	calls.alive--;
	shm_gauge(METRIC_GAUGE_CALLS, (int64_t)calls.alive);
}

void call_detach(struct call *c)
{
	c->client = NULL;
	if (c->item_out)
		db_abandon(&c->item);
	release_if_idle(c);
}

// After something that the call waited for: go on, or let go.
static void go_on(struct call *c)
{
	if (c->advancing)
		return; // the loop in call_advance() sees the new state
	if (c->client != NULL)
		call_advance(c);
	if (c->client != NULL && c->state == CALL_RENDERED)
		client_wake(c->client);
	release_if_idle(c);
}

void call_wait(struct call *c)
{
	c->waiting = true;
}

void call_resume(struct call *c)
{
	ASSERT(c->waiting);
	c->waiting = false;
	go_on(c);
}

static void on_turn(void *call)
{
	call_resume(call);
}

void call_yield(struct call *c)
{
	ASSERT(c->prepare_runs > 0);
	c->prepare_runs--; // a slice of work is no failed attempt
	call_wait(c);
	client_later(on_turn, c);
}

// ---- reading the request ------------------------------------------------------------------------

struct span call_header(const struct call *c, const char *name)
{
	return client_header(c->client, name);
}

struct span call_param(const struct call *c, const char *name)
{
	for (size_t i = 0; i < c->param_count; i++)
		if (router_param_is(c->param_names[i], name))
			return c->params[i];
	ASSERT(!"the route has no such parameter");
	return (struct span){NULL, 0};
}

struct uuid call_param_uuid(const struct call *c, const char *name)
{
	struct uuid u = nil_uuid;
	bool ok = uuid_parse(call_param(c, name), &u); // the router has checked

	ASSERT(ok);
	return u;
}

// ---- answering ----------------------------------------------------------------------------------

void call_set_header(struct call *c, const char *name, const char *value)
{
	char *copy = arena_strndup(&c->arena, value, strlen(value));

	ASSERT(c->header_count < CALL_HEADERS_MAX);
	if (copy != NULL)
		c->headers[c->header_count++] = (struct call_header){name, copy};
}

static void rendered(struct call *c, int status, const char *content_type)
{
	c->status = status;
	c->content_type = content_type;
	c->state = CALL_RENDERED;
}

static void render_problem(struct call *c, const struct problem *p)
{
	buf_clear(&c->out);
	if (p->status == 429 || p->status == 503) {
		bool set = false;

		for (size_t i = 0; i < c->header_count; i++)
			set |= strcmp(c->headers[i].name, "retry-after") == 0;
		if (!set)
			call_set_header(c, "retry-after", "1");
	}
	problem_render(&c->out, p, &c->request_id);
	rendered(c, p->status, "application/problem+json");
}

void call_problem(
    struct call *c, int status, const char *code, const char *detail, const char *pointer)
{
	render_problem(c, &(struct problem){status, code, detail, pointer, NULL});
}

void call_field_problem(struct call *c, const struct field_errors *errors)
{
	render_problem(
	    c, &(struct problem){422, "validation_failed",
		   "The request breaks rules; each entry of errors names a member.", NULL, errors});
}

void call_answer_json(struct call *c, int status, struct span json)
{
	buf_clear(&c->out);
	buf_put(&c->out, json.ptr, json.len);
	if (c->out.failed) {
		call_problem(c, 500, "internal_error", "The answer is too large.", NULL);
		return;
	}
	rendered(c, status, "application/json");
}

bool call_is_of_crowd(const struct call *c)
{
	return c->status == 429 || c->status == 503 || db_is_crowded(&c->caller.creator);
}

void call_database_problem(struct call *c, const struct db_outcome *o)
{
	switch (o->status) {
	case DB_PROBLEM:
		call_problem(c, o->problem.http_status, o->problem.code, o->problem.detail,
		    o->problem.pointer);
		return;
	case DB_UNAVAILABLE:
		call_problem(c, 503, "database_unavailable",
		    "The database cannot be reached now; try again, with the same Idempotency-Key.",
		    NULL);
		return;
	case DB_OVERLOADED:
		call_problem(
		    c, 503, "overloaded", "Too many requests are waiting; try again soon.", NULL);
		return;
	case DB_TIMED_OUT:
		call_problem(c, 503, "timeout",
		    "The database did not answer in time; try again, with the same "
		    "Idempotency-Key.",
		    NULL);
		return;
	default:
		call_problem(c, 500, "internal_error", "Something went wrong on our side.", NULL);
		return;
	}
}

// ---- the database -------------------------------------------------------------------------------

static void on_done(struct db_item *item, const struct db_outcome *outcome)
{
	struct call *c = item->owner;

	c->item_out = false;
	if (c->client != NULL)
		c->then(c, outcome);
	go_on(c);
}

void call_submit(struct call *c, const struct db_statement *st, const struct uuid *creator,
    void (*then)(struct call *c, const struct db_outcome *outcome))
{
	c->item.done = on_done;
	c->item.owner = c;
	c->then = then;
	c->item_out = true;
	db_submit(st, creator, &c->item);
}

size_t call_bind_caller(struct call *c, struct db_item *item)
{
	struct db_value *v = item->values;

	v[0] = (struct db_value){.uuid = c->caller.key};
	v[1] = (struct db_value){.text = span_of(call_role_name(c->caller.role))};
	v[2] = (struct db_value){.uuid = c->caller.subject};
	v[3] = (struct db_value){.uuid = c->request_id};
	v[4] = (struct db_value){.is_null = c->idem_key.ptr == NULL, .text = c->idem_key};
	v[5] = (struct db_value){.text = {(const char *)c->body_sha256, sizeof(c->body_sha256)}};
	return 6;
}

static bool bind_command(struct call *c, struct db_item *item)
{
	struct span p = call_command_json(c);

	if (p.ptr == NULL) {
		call_problem(c, 413, "body_too_large", "The request is too large.", NULL);
		return false;
	}
	item->values[call_bind_caller(c, item)] = (struct db_value){.text = p};
	return true;
}

static void set_header_from(struct call *c, const char *name, const struct db_row *row, int column)
{
	struct span value;
	char *copy;

	if (db_is_null(row, column) || c->header_count == CALL_HEADERS_MAX)
		return;
	value = db_text(row, column);
	copy = arena_strndup(&c->arena, value.ptr, value.len);
	if (copy != NULL)
		c->headers[c->header_count++] = (struct call_header){name, copy};
}

// status, body, etag, location, replayed: the answer convention of commands.
void call_command_headers(struct call *c, const struct db_row *row)
{
	set_header_from(c, "etag", row, 2);
	set_header_from(c, "location", row, 3);
	if (!db_is_null(row, 4) && db_bool(row, 4))
		call_set_header(c, "idempotent-replayed", "true");
}

static void render_command(struct call *c, const struct db_row *row)
{
	int status = (int)db_int(row, 0);
	struct span body = db_is_null(row, 1) ? (struct span){"", 0} : db_text(row, 1);

	call_command_headers(c, row);
	if (c->route->flags & ROUTE_LIST)
		parameters_answer_list(c, body);
	else
		call_answer_json(c, status, body);
}

static void on_answer(struct call *c, const struct db_outcome *outcome)
{
	if (outcome->status != DB_OK) {
		call_database_problem(c, outcome);
		return;
	}
	if (outcome->row == NULL) {
		log_error("%s gave no row", c->route->statement->name);
		call_problem(c, 500, "internal_error", "Something went wrong on our side.", NULL);
		return;
	}
	if (c->route->render != NULL)
		c->route->render(c, outcome->row);
	else
		render_command(c, outcome->row);
	ASSERT(c->state == CALL_RENDERED || c->item_out); // or it asks once more
}

// ---- the steps ----------------------------------------------------------------------------------

static void set_allow(struct call *c, const struct route_match *m)
{
	struct buf allow;

	buf_init(&allow, 128);
	buf_puts(&allow, "OPTIONS");
	for (int i = 0; i < METHOD_COUNT; i++)
		if (m->methods & 1u << i)
			buf_printf(&allow, ", %s%s", router_method_name((enum method)i),
			    i == GET ? ", HEAD" : "");
	call_set_header(c, "allow", buf_text(&allow));
	buf_release(&allow);
}

static void refuse_unknown(struct call *c, const struct route_match *m)
{
	if (!m->known) {
		call_problem(c, 404, "not_found", "There is nothing at this path.", NULL);
		return;
	}
	set_allow(c, m);
	call_problem(c, 405, "method_not_allowed", "This path does not have this method.", NULL);
}

// The name is hashed with the server's secret, so that nobody can choose to share a bucket.
static uint64_t bucket_of(const char *policy, const void *name, size_t len)
{
	uint8_t text[RATE_NAME_MAX];
	size_t n = strlen(policy) + 1;
	struct digest d;
	uint64_t hash;

	ASSERT(n + len <= sizeof(text));
	memcpy(text, policy, n);
	memcpy(text + n, name, len);
	d = hmac_sha256(calls.secret, sizeof(calls.secret), text, n + len);
	memcpy(&hash, d.b, sizeof(hash));
	return hash;
}

static void refuse_rate(
    struct call *c, const char *policy, int64_t limit, int window_s, int64_t wait_ms)
{
	long long wait_s = (long long)((wait_ms + 999) / 1000);
	char text[96];

	shm_add(METRIC_RATE_LIMITED, 1);
	snprintf(text, sizeof(text), "%lld", wait_s);
	call_set_header(c, "retry-after", text);
	snprintf(text, sizeof(text), "\"%s\";q=%lld;w=%d", policy, (long long)limit, window_s);
	call_set_header(c, "ratelimit-policy", text);
	snprintf(text, sizeof(text), "\"%s\";r=0;t=%lld", policy, wait_s);
	call_set_header(c, "ratelimit", text);
	call_problem(c, 429, "rate_limited", "Too many requests; see Retry-After.", NULL);
}

bool call_take_rate(
    struct call *c, const char *policy, const void *name, size_t len, int64_t limit, int window_s)
{
	int64_t wait_ms = 0;
	bool ok;

	ASSERT(window_s == 1 || (window_s == 60 && limit <= 60000));
	if (limit <= 0)
		return true;
	if (window_s == 1)
		ok = shm_take(bucket_of(policy, name, len), limit, limit * 2, &wait_ms);
	else
		ok = shm_take_slowly(
		    bucket_of(policy, name, len), window_s * MS_PER_S / limit, limit, &wait_ms);
	if (!ok)
		refuse_rate(c, policy, limit, window_s, wait_ms);
	return ok;
}

static bool take_rate(struct call *c, const void *name, size_t len, int64_t per_second)
{
	return call_take_rate(c, "default", name, len, per_second, 1);
}

static void step_new(struct call *c)
{
	struct route_match m;

	router_match(c->method, c->path, &m);
	c->route = m.route;
	if (m.route == NULL) {
		if (take_rate(c, c->address, strlen(c->address), calls.settings.rate_per_address))
			refuse_unknown(c, &m);
		return;
	}
	memcpy(c->params, m.params, sizeof(c->params));
	memcpy(c->param_names, m.param_names, sizeof(c->param_names));
	c->param_count = m.param_count;
	c->state = CALL_AUTHENTICATING;
	if (c->route->roles & (ROLE_PUBLIC | ROLE_ENROL)) {
		bool limited = !(c->route->flags & ROUTE_NO_DATABASE);

		c->caller.role = c->route->roles & ROLE_PUBLIC ? ROLE_PUBLIC : ROLE_ENROL;
		if (!limited ||
		    take_rate(c, c->address, strlen(c->address), calls.settings.rate_per_address))
			c->state = CALL_AUTHENTICATED;
	}
}

// True when the call goes on now.
static bool step_authenticating(struct call *c)
{
	enum auth_result r = calls.authenticate(c);

	if (r == AUTH_WAIT)
		return c->state == CALL_RENDERED; // refused from within call_submit()
	if (r == AUTH_REFUSED) {
		ASSERT(c->state == CALL_RENDERED);
		return true;
	}
	if (!(c->route->roles & c->caller.role)) {
		call_problem(c, 403, "forbidden", "This key's role may not do this.", NULL);
		return true;
	}
	if (take_rate(c, c->caller.key.b, sizeof(c->caller.key.b), calls.settings.rate_per_key))
		c->state = CALL_AUTHENTICATED;
	return true;
}

// Idempotency-Key: a token or a quoted string (structured field) of visible ASCII.
static bool take_idempotency_key(struct call *c)
{
	struct span key = call_header(c, "idempotency-key");

	if (c->method != POST || c->route->flags & ROUTE_NO_IDEMPOTENCY)
		return true;
	if (key.ptr == NULL) {
		call_problem(c, 400, "missing_idempotency_key",
		    "Send an Idempotency-Key header with a value of your own, new for each "
		    "operation.",
		    NULL);
		return false;
	}
	if (key.len >= 2 && key.ptr[0] == '"' && key.ptr[key.len - 1] == '"')
		key = (struct span){key.ptr + 1, key.len - 2};
	for (size_t i = 0; i < key.len; i++)
		if (key.ptr[i] <= 0x20 || key.ptr[i] >= 0x7F || key.ptr[i] == '"')
			key.len = 0;
	if (key.len < 1 || key.len > IDEM_KEY_MAX) {
		call_problem(c, 400, "invalid_idempotency_key",
		    "Idempotency-Key takes 1 to 128 visible ASCII characters.", NULL);
		return false;
	}
	c->idem_key = key;
	return true;
}

// What a replay must match: method, target and body.
static void hash_request(struct call *c)
{
	struct sha256 *h = sha256_start();
	struct digest d;
	const char *method = router_method_name(c->method);

	sha256_put(h, method, strlen(method) + 1);
	sha256_put(h, c->path.ptr, c->path.len);
	sha256_put(h, "?", 1);
	sha256_put(h, c->query.ptr, c->query.len);
	sha256_put(h, "\n", 1);
	sha256_put(h, c->body.ptr, c->body.len);
	d = sha256_finish(h);
	memcpy(c->body_sha256, d.b, sizeof(c->body_sha256));
}

static bool prepare_and_bind(struct call *c)
{
	if (c->route->prepare != NULL) {
		if (c->prepare_runs++ == PREPARE_RUNS_MAX) {
			call_problem(
			    c, 503, "overloaded", "What this needs is not there; try again.", NULL);
			return false;
		}
		if (!c->route->prepare(c))
			return false;
	}
	if (c->route->statement == NULL)
		return true;
	if (c->route->bind != NULL)
		return c->route->bind(c, &c->item);
	return bind_command(c, &c->item);
}

// True when the call goes on now.
static bool step_authenticated(struct call *c)
{
	if (!c->checked) {
		// In a storm refusing has to be cheaper than what it refuses.
		if (c->route->statement != NULL && !db_has_room(&c->caller.creator)) {
			call_database_problem(c, &(struct db_outcome){.status = DB_OVERLOADED});
			return true;
		}
		if (!take_idempotency_key(c) || !parameters_check(c))
			return true;
		hash_request(c);
		c->checked = true;
	}
	if (!prepare_and_bind(c))
		return !c->waiting && !c->item_out; // rendered, or resumed already
	if (c->state == CALL_AUTHENTICATED)
		c->state = CALL_PARSED;
	return true;
}

void call_advance(struct call *c)
{
	bool go = true;

	ASSERT(!c->advancing);
	c->advancing = true;
	while (go && c->state != CALL_RENDERED) {
		switch (c->state) {
		case CALL_NEW:
			step_new(c);
			break;
		case CALL_AUTHENTICATING:
			go = step_authenticating(c);
			break;
		case CALL_AUTHENTICATED:
			go = step_authenticated(c);
			break;
		case CALL_PARSED:
			c->state = CALL_QUEUED;
			if (c->route->local != NULL)
				c->route->local(c);
			else
				call_submit(c, c->route->statement, &c->caller.creator, on_answer);
			break;
		case CALL_QUEUED:
		case CALL_RENDERED:
		case CALL_DONE:
			go = false;
			break;
		}
	}
	// Guessing keys is paid for by the address that guesses.
	if (c->state == CALL_RENDERED && c->status == 401)
		(void)take_rate(c, c->address, strlen(c->address), calls.settings.rate_per_address);
	c->advancing = false;
}
