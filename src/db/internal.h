// SPDX-License-Identifier: Apache-2.0
//
// Shared by the files of src/db only. Who owns what:
//
//   db.c      what is sent, and what happens when it fails; owns batches
//   lanes.c   who waits, and whose turn it is; owns lanes and tenants
//   conn.c    one libpq connection: connect, prepare, send, receive; owns PGconn and PGresult
//   encode.c  items to binary parameters
//   row.c     binary result to values
//   sqlstate.c  what an error means for the caller
//   url.c     the connection string, host names resolved
//   loop.c    Kore's event loop: readiness of a socket, timers
#ifndef ROADSHOW_DB_INTERNAL_H
#define ROADSHOW_DB_INTERNAL_H

#include <libpq-fe.h>

#include "base/buf.h"
#include "db/db.h"

#define DB_CONNECTIONS_MAX 64
#define DB_PARAMETER_BYTES_MAX (64u << 20) // of one statement; the body limits keep it far below
#define DB_BATCH_ITEMS_MAX 1024
#define DB_BATCH_LANES_MAX 128 // that share one
#define DB_MIX_ITEMS_MAX 32    // a lane with more of them has a batch of its own
// Starting a shared statement costs as much as some ten of its items: while one is on its way, the next
// waits until it has this many, or is full, or that one is done, or does not answer for a tick (100 ms).
#define DB_POOL_ITEMS_MIN 32

struct lane_list {
	struct db_lane *first, *last; // linked by `next_listed`
};

// A creator, while it has lanes: what they hold together.
struct db_tenant {
	struct uuid creator;
	size_t lanes;
	size_t waiting;	       // items
	size_t batches;	       // formed and not finished
	struct lane_list held; // lanes with items that wait for one of these to finish
	struct db_tenant *next_in_bucket;
};

// Items of one statement for one creator: those that wait, and how many batches are on their way.
struct db_lane {
	const struct db_statement *statement;
	struct db_tenant *tenant;
	struct db_item *first, *last; // waiting, in arrival order
	size_t waiting;
	size_t batches; // formed and not finished
	bool listed;	// among the ready, in the pool, or held by its tenant
	bool alone;	// its next batch is not shared
	struct db_lane *next_listed;
	struct db_lane *next_in_bucket;
};

// A statement on its way: some items of one lane, or of several when the statement mixes. In exactly one
// place at a time: a connection's in-flight queue, the list of batches to send again, or nowhere while
// db.c decides.
struct db_batch {
	const struct db_statement *statement;
	struct db_lane *lanes[DB_BATCH_LANES_MAX]; // each of them counts this batch
	size_t lane_count;
	bool pooled;	       // formed from the pool
	struct db_item *items; // linked by `next`; of each lane together, in arrival order
	size_t count;
	unsigned tries;
	int64_t sent_mono_ms;
	struct db_batch *next;
};

struct db_row {
	const PGresult *result;
	int row;
};

enum conn_state { CONN_DOWN, CONN_CONNECTING, CONN_SETUP, CONN_READY };

struct db_conn;

// ---- conn.c, used by db.c -----------------------------------------------------------------------
struct db_conn *conn_open(unsigned number);
void conn_close(struct db_conn *c);
enum conn_state conn_state(const struct db_conn *c);
size_t conn_in_flight(const struct db_conn *c);
// Sends; false when the connection broke, the batch is then still the caller's.
bool conn_send(struct db_conn *c, struct db_batch *b) MUST_CHECK;
// Deadlines and back-off, a few times a second.
void conn_tick(struct db_conn *c, int64_t now_mono_ms);

// ---- db.c, called by conn.c ---------------------------------------------------------------------
const struct settings *db_settings(void);
const struct db_statement *const *db_statements(size_t *count);
int64_t db_deadline_ms(const struct db_statement *st);
int64_t db_deadline_longest_ms(void);
// The connection has the batch's result, which is db.c's from then on, or lost it: `result` is NULL.
void db_batch_done(struct db_batch *b, PGresult *result);
void db_item_finish(struct db_item *item, const struct db_outcome *outcome);

// ---- answers.c, used by db.c --------------------------------------------------------------------
// Takes the result and calls `done` of the items, in their order those of the batch (NULL: not answered
// by it), now or, true, a few by each answers_turn().
bool answers_give(
    struct db_item **items, size_t n, const struct db_statement *st, PGresult *result) MUST_CHECK;
// Calls some; true while there are more.
bool answers_turn(void) MUST_CHECK;
void db_connection_changed(void); // up or down: look for work
const char *db_url(void);	  // url.c

// ---- lanes.c, used by db.c ----------------------------------------------------------------------
void lanes_start(size_t waiting_max);
size_t lanes_waiting(void); // items, in all lanes
bool lanes_have_room(const struct uuid *creator);
size_t lanes_waiting_of(const struct uuid *creator);
// The item waits in the lane that is returned; NULL when the queue is full, or this creator's part of
// it.
struct db_lane *lanes_append(
    const struct db_statement *st, const struct uuid *creator, struct db_item *item) MUST_CHECK;
struct db_item *lane_pop(struct db_lane *l);		      // it must have one
void lane_push_back(struct db_lane *l, struct db_item *item); // to the front, where it was
// A lane with something to send; it waits at the end of those that are ready.
void lane_ready(struct db_lane *l);
struct db_lane *lanes_next(void); // takes the first that is ready, or NULL
bool lanes_any_ready(void);
// Lanes that wait for others to share a batch with.
void lane_pool(struct db_lane *l);
struct db_lane *lanes_pool_first(void);
bool lanes_pool_has(size_t items); // at least as many // or NULL
void lanes_pool_drop(void);	   // takes that out
// Not before a batch of its tenant has ended; there must be one on its way.
void lane_hold(struct db_lane *l);
void lane_batch_formed(struct db_lane *l);
void lane_batch_ended(struct db_lane *l); // it may be freed
void lane_drop_if_idle(struct db_lane *l);
void lanes_each(void (*look)(struct db_lane *l, int64_t now_ms), int64_t now_ms);

// ---- encode.c -----------------------------------------------------------------------------------
struct db_parameters {
	struct buf bytes;
	size_t offsets[DB_COLUMNS_MAX + 1]; // SIZE_MAX: null
	int lengths[DB_COLUMNS_MAX + 1];
	const char *values[DB_COLUMNS_MAX + 1];
	int formats[DB_COLUMNS_MAX + 1];
	int count;
};
// Fills `p` (reused between statements). False when a limit was hit.
bool encode_batch(struct db_parameters *p, const struct db_batch *b) MUST_CHECK;
void encode_types(const struct db_statement *st, Oid *types); // columns + 1 of them

// ---- sqlstate.c ---------------------------------------------------------------------------------
bool sqlstate_is_transient(const char *sqlstate, bool batch); // worth another try
// What the client is told when such a failure was there at every try: DB_TIMED_OUT or DB_UNAVAILABLE, for
// which it comes again. DB_FAILED of any other.
enum db_status sqlstate_lasting(const char *sqlstate);
bool sqlstate_would_wait(const char *sqlstate); // another has what it needs
// True when the error is the client's and `p` tells it.
bool sqlstate_problem(const PGresult *result, struct db_problem *p);

// ---- loop.c -------------------------------------------------------------------------------------
// First member of whatever waits for a socket.
struct loop_watch {
	_Alignas(8) unsigned char kore_event[32]; // struct kore_event, checked in loop.c
	void (*ready)(struct loop_watch *w);
	int fd; // -1: not watched
	bool want_write;
};
void loop_watch(struct loop_watch *w, int fd, bool want_write, void (*ready)(struct loop_watch *));
// Only right before the socket is closed.
void loop_unwatch(struct loop_watch *w);
void loop_every(int64_t ms, void (*tick)(void));

#endif
