// SPDX-License-Identifier: Apache-2.0
//
// Asynchronous PostgreSQL for a worker's event loop, and the batch engine.
//
// A statement is a prepared `select … from api.f($1, $2, …)`. $1 is always the creator; every
// further parameter is a *column*: an array with one element per item when the statement is a batch
// (batch_max > 1), a plain value when it is not. The result has one row per item, in any order; for
// a batch its first column is `item integer`, counted from 1.
//
// Items of one statement for one creator form a *lane*. A lane has one batch in flight; what
// arrives meanwhile rides in the next, which goes when the first is done or when it is full. An
// idle lane is flushed in the same turn of the loop: no timer adds latency.
//
// A statement that `mixes` takes $1 as a column, too: lanes of many creators with a few items each
// share a batch, of which half as many are in flight as there are connections. Such a batch waits
// for nobody's lock: the statement gives an item back undecided, as a row with its number negative,
// or all of them (SQLSTATE 55P03), and the engine sends them again in batches of a creator alone.
//
// Lanes take turns. Creators are kept apart: all lanes of one have at most as many
// statements in flight as half of the connections, and at most as many items waiting as there are
// places left in the queue, so that the storm of one fills half of it.
//
// Failure: a statement that fails for a reason that may pass (serialisation, deadlock, lost
// connection) is sent again; one that fails otherwise, or again, is split in halves, so that a
// poison item fails alone. What may pass and did not is told as 503, never as a fault. Every write
// carries an Idempotency-Key, so sending again is safe.
//
// Bounds: at most db_queue_max items wait in a worker (then DB_OVERLOADED), at most
// DB_PIPELINE_MAX statements are in flight on a connection, at most DB_TRIES_MAX tries; an item
// that waits past its deadline ends with DB_TIMED_OUT, a connection that does not answer a second
// past it is closed.
//
// Ownership: a db_item belongs to the caller, who must keep it until `done` was called;
// db_abandon() says that nobody waits any more (the client went away): an item that was not sent is
// dropped, and `done` is called with DB_ABANDONED as soon as the engine holds it no longer.
#ifndef ROADSHOW_DB_H
#define ROADSHOW_DB_H

#include "base/base.h"
#include "base/buf.h"
#include "base/ids.h"
#include "base/settings.h"
#include "base/str.h"

#define DB_COLUMNS_MAX 24
#define DB_STATEMENTS_MAX 192
#define DB_PIPELINE_MAX 8
#define DB_TRIES_MAX 4 // sends of one statement before it is split or given up

enum db_type { DB_UUID, DB_TEXT, DB_INT, DB_BOOL, DB_BYTEA, DB_TIME, DB_FLOAT, DB_JSON };

// A column of a statement that is no batch may be a list: one array per item.
#define DB_LIST 16
#define DB_LIST_OF(type) ((enum db_type)((type) | DB_LIST))

// A parameter. `is_null` wins. Bytes are borrowed and must live as long as the item.
struct db_value {
	bool is_null;
	union {
		struct {
			const struct db_value *items;
			size_t count;
		} list;
		struct uuid uuid; // DB_UUID
		struct span text; // DB_TEXT, DB_BYTEA, DB_JSON
		int64_t integer;  // DB_INT; DB_TIME in microseconds since 1970
		double number;	  // DB_FLOAT
		bool boolean;	  // DB_BOOL
	};
};

struct db_statement {
	const char *name; // unique; also the name of the prepared statement
	const char *sql;
	unsigned columns; // without the creator
	enum db_type types[DB_COLUMNS_MAX];
	unsigned batch_max;  // 0 or 1: every item is a statement of its own
	bool mixes;	     // items of several creators may share a batch
	int64_t deadline_ms; // 0: the setting db_deadline_ms
};

enum db_status {
	DB_OK,		// `row` is valid
	DB_PROBLEM,	// SQLSTATE RSnnn: `problem` is valid
	DB_FAILED,	// any other SQLSTATE; logged here; tell the client 500
	DB_UNAVAILABLE, // no connection, or the database sent us away at every try: 503
	DB_OVERLOADED,	// the queue is full: 503
	DB_TIMED_OUT, // the deadline passed, the effect may still happen; or others were in the way
		      // at every try: 503
	DB_ABANDONED  // after db_abandon(): only free
};

// Raised by roadshow.fail(), or made from a constraint that was violated.
struct db_problem {
	int http_status;
	const char *code;
	const char *detail;
	const char *pointer; // "" when none
};

struct db_row; // one row of a binary result; borrowed, valid during `done`

struct db_outcome {
	enum db_status status;
	const struct db_row *row;  // DB_OK; NULL when the item had no row
	struct db_problem problem; // DB_PROBLEM
};

struct db_item {
	struct db_value values[DB_COLUMNS_MAX];
	void (*done)(struct db_item *item, const struct db_outcome *outcome);
	void *owner;
	// Below: the engine's own.
	struct db_item *next;
	struct db_lane *lane;
	int64_t deadline_mono_ms;
	unsigned tries;
	bool abandoned;
};

// ---- life ---------------------------------------------------------------------------------------

// Resolves host names while that is still possible; by the parent, before privileges drop. False
// with a reason in `error` when the URL is not one.
bool db_prepare(const char *database_url, struct buf *error) MUST_CHECK;
// Once per worker, before any submit. `statements` must outlive the worker.
void db_start(const struct settings *s, const struct db_statement *const *statements, size_t count);
void db_stop(void);
bool db_available(void); // some connection is up
// At the end of each turn of the loop, before it sleeps: sends what the turn submitted, and gives out some of the
// answers that wait. True: there is more, do not sleep.
bool db_turn(void);

// ---- calls --------------------------------------------------------------------------------------

// Hands the item over. `done` is called exactly once, never from inside this function except for
// DB_UNAVAILABLE and DB_OVERLOADED.
void db_submit(const struct db_statement *st, const struct uuid *creator, struct db_item *item);
void db_abandon(struct db_item *item);

// Whether an item of this creator would find room in the queue now. False is counted as a refusal: for
// who asks before it does work that would be for nothing.
bool db_has_room(const struct uuid *creator) MUST_CHECK;
// Whether more items of this creator wait than share a batch with those of others.
bool db_is_crowded(const struct uuid *creator) MUST_CHECK;

// ---- rows ---------------------------------------------------------------------------------------

// Columns count from 0 over the result as written, `item` included. Types are those of the result:
// reading another type is a programmer's mistake and panics.
bool db_is_null(const struct db_row *r, int column);
int64_t db_int(const struct db_row *r, int column); // int2, int4, int8
bool db_bool(const struct db_row *r, int column);
struct span db_text(const struct db_row *r, int column); // text, bytea, json
struct uuid db_uuid(const struct db_row *r, int column);
int64_t db_time(const struct db_row *r, int column); // timestamptz, µs since 1970
double db_float(const struct db_row *r, int column);

#endif
