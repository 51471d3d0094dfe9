// SPDX-License-Identifier: Apache-2.0
//
// One request in flight. call_advance() (call.c) is the only function that moves its state:
//
//   NEW ──▶ AUTHENTICATING ──▶ AUTHENTICATED ──▶ PARSED ──▶ QUEUED ──▶ RENDERED ──▶ DONE
//    └────────────┴──────────────────┴─────────────┴──── a problem ─────────▲
//
// NEW            the route is known, limits and rate were checked
// AUTHENTICATING a key is being looked up in the database (skipped when the worker knows it)
// AUTHENTICATED  role allowed, Idempotency-Key present where needed
// PARSED         body and query agree with the tables; the statement's item is bound
// QUEUED         the item is the database's
// RENDERED       status, headers and body of the answer are set
// DONE           handed to Kore; freed when the database has let go of the item too
//
// The call owns an arena; everything that a handler allocates for it lives there. A client that
// goes away detaches (`client` becomes NULL) and the database's completion frees the call.
#ifndef ROADSHOW_CALL_H
#define ROADSHOW_CALL_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/ids.h"
#include "db/db.h"
#include "http/route.h"
#include "json/json.h"

enum call_state {
	CALL_NEW,
	CALL_AUTHENTICATING,
	CALL_AUTHENTICATED,
	CALL_PARSED,
	CALL_QUEUED,
	CALL_RENDERED,
	CALL_DONE
};

struct http_request;   // Kore's
struct device_request; // auth/device.h

// Who calls; filled by src/auth. The creator is the object's owner in whose name the call runs.
struct caller {
	enum role role;
	struct uuid creator;
	struct uuid key;
	struct uuid subject; // partner or device, else nil
};

#define CALL_HEADERS_MAX 12
struct call_header {
	const char *name, *value;
};

struct call {
	struct http_request *client; // NULL once it is gone
	enum call_state state;
	const struct route *route;
	struct arena arena;
	struct caller caller;
	struct uuid request_id;
	struct uuid new_id; // p.new_id: the id of what a POST creates
	int64_t started_us;
	const char *traceparent; // or NULL

	// The request. Spans point into Kore's memory until QUEUED, into the arena afterwards.
	enum method method;
	bool head; // HEAD: as GET without a body
	struct span path, query, body;
	char address[46];		      // of the client, or what a trusted proxy says it is
	struct span params[ROUTE_PARAMS_MAX]; // of the path, in order
	const char *param_names[ROUTE_PARAMS_MAX];
	size_t param_count;
	struct span idem_key;
	uint8_t body_sha256[32];		// of method, target and body
	const struct json *json;		// the parsed body, or NULL
	struct span cursor;			// of a list: the text that was signed, or {NULL, 0}
	const struct device_request *signature; // of a device's signed request, or NULL

	// What it waits for.
	struct db_item item;
	bool item_out;	// the engine holds the item
	bool waiting;	// between call_wait() and call_resume()
	bool advancing; // call_advance() is on the stack
	bool checked;	// headers, body and query agree with the tables
	unsigned prepare_runs;
	void *prepared; // the route's own, from `prepare` to `bind`; lives in the arena
	void (*release)(void *prepared); // frees what of it does not, when the call ends; or NULL
	void (*then)(struct call *c, const struct db_outcome *outcome);

	// The answer.
	int status;
	struct buf out;
	const char *content_type;
	struct call_header headers[CALL_HEADERS_MAX];
	size_t header_count;
};

// ---- for handlers -------------------------------------------------------------------------------

// A header of the request, trimmed; {NULL, 0} when absent.
struct span call_header(const struct call *c, const char *name);
// A query parameter, percent-decoded into the arena; {NULL, 0} when absent.
struct span call_query(struct call *c, const char *name);
// Value of {name} in the path.
struct span call_param(const struct call *c, const char *name); // panics when there is none
struct uuid call_param_uuid(const struct call *c, const char *name);

// Sends a statement and goes on in `then`, unless the client has gone meanwhile. The call's item
// must be filled.
void call_submit(struct call *c, const struct db_statement *st, const struct uuid *creator,
    void (*then)(struct call *c, const struct db_outcome *outcome));
// Whether the answer is one of many: its creator has a crowd waiting, or it was refused for that.
bool call_is_of_crowd(const struct call *c) MUST_CHECK;
// The problem of an outcome that is not DB_OK.
void call_database_problem(struct call *c, const struct db_outcome *outcome);

// The parameters that every command starts with: key id, role, subject, request id, key, hash.
// Returns how many values were set (6).
size_t call_bind_caller(struct call *c, struct db_item *item);
// p of the command convention: path parameters, query parameters, new_id, body.
struct span call_command_json(struct call *c);

// Answers. Values are copied into the arena.
void call_answer_json(struct call *c, int status, struct span json);
void call_set_header(struct call *c, const char *name, const char *value);
// ETag, Location and Idempotent-Replayed of a command's row, for a `render` of one's own.
void call_command_headers(struct call *c, const struct db_row *row);
// RFC 9457. `code` is stable and documented in docs/problems.md; pointer may be NULL.
void call_problem(
    struct call *c, int status, const char *code, const char *detail, const char *pointer);

// Takes one from the bucket of this policy and name, `limit` of them in window_s seconds (1 or 60; a
// limit of 0 is none), shared by all workers. False when there is none left: the call has its 429.
bool call_take_rate(struct call *c, const char *policy, const void *name, size_t len, int64_t limit,
    int window_s) MUST_CHECK;

// For a `prepare` hook that waits for something of its own: call_wait() before it returns false,
// call_resume() when the hook may run again. In between the call stays alive even when its client
// has gone.
void call_wait(struct call *c);
void call_resume(struct call *c);

// For a `prepare` hook with much to do: other work of the loop goes first, then the hook runs again.
void call_yield(struct call *c);

struct field_errors;
void call_field_problem(struct call *c, const struct field_errors *errors); // 422 validation_failed

// ---- for server.c and auth ----------------------------------------------------------------------

// Who calls: fills c->caller and returns AUTH_OK; or AUTH_WAIT after call_submit(), and is called
// again; or AUTH_REFUSED with the call's problem set.
enum auth_result { AUTH_OK, AUTH_WAIT, AUTH_REFUSED };

// Once per worker, before the first call. Settings and secret are copied; `authenticate` is asked
// about each call that is not public.
void call_start(const struct settings *s, const uint8_t secret[32],
    enum auth_result (*authenticate)(struct call *c));
const struct settings *call_settings(void);

// In state NEW, owned by its client until call_detach(); NULL when memory is short.
struct call *call_new(struct http_request *client);
void call_advance(struct call *c); // runs until the call waits or is rendered
void call_detach(struct call *c);  // Kore's request goes away; frees the call as soon as possible
size_t calls_now(void);		   // alive in this worker
const char *call_role_name(enum role role);

#endif
