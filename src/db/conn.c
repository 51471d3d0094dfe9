// SPDX-License-Identifier: Apache-2.0
//
// One libpq connection that never blocks.
//
//   DOWN ──back-off over──▶ CONNECTING ──PGRES_POLLING_OK──▶ SETUP ──all prepared──▶ READY
//    ▲                          │                              │                      │
//    └──────── conn_down() ─────┴──────────────────────────────┴──────────────────────┘
//
// conn_down() is the only way back. It gives every batch in flight back to db.c, which decides
// whether to send it again: every write carries an Idempotency-Key, so that is safe.
//
// READY is pipeline mode with a sync after each statement, so that one that fails does not abort
// its neighbours. SETUP sets the role and prepares every statement, each with its own sync: one
// that the database does not know yet (an older schema) fails alone, and its calls fail when they
// come.
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/shm.h"
#include "db/internal.h"

#define BACKOFF_FIRST_MS 50
#define BACKOFF_MAX_MS 2000
#define CONNECT_TIMEOUT_MS 5000
#define SETUP_TIMEOUT_MS 10000
#define REPREPARE_MS 3000    // a connection that lacks statements is renewed this often
#define ANSWER_GRACE_MS 1000 // past a statement's deadline the connection is given up

struct db_conn {
	struct loop_watch watch; // must be first: Kore hands it back
	enum conn_state state;
	unsigned number;
	PGconn *pg;
	struct db_batch *first, *last; // in flight, in the order sent
	size_t in_flight;
	PGresult *told;	    // of the first of them, not known to be committed yet
	size_t setup_syncs; // still to come in SETUP
	size_t unprepared;  // statements that the database refused to prepare
	int64_t since_ms;   // monotonic time of the last change of state
	int64_t backoff_ms;
	struct db_parameters parameters;
};

static void on_ready(struct loop_watch *w);
static void conn_down(struct db_conn *c, const char *why);

static void enter(struct db_conn *c, enum conn_state state)
{
	bool was_up = c->state == CONN_READY;

	c->state = state;
	c->since_ms = clock_mono_ms();
	if ((state == CONN_READY) != was_up)
		db_connection_changed();
}

struct db_conn *conn_open(unsigned number)
{
	struct db_conn *c = calloc(1, sizeof(*c));

	ASSERT(c != NULL);
	c->number = number;
	c->watch.fd = -1;
	c->backoff_ms = 0;
	buf_init(&c->parameters.bytes, DB_PARAMETER_BYTES_MAX);
	conn_tick(c, clock_mono_ms());
	return c;
}

void conn_close(struct db_conn *c)
{
	loop_unwatch(&c->watch);
	PQclear(c->told);
	PQfinish(c->pg);
	buf_release(&c->parameters.bytes);
	free(c);
}

enum conn_state conn_state(const struct db_conn *c)
{
	return c->state;
}

size_t conn_in_flight(const struct db_conn *c)
{
	return c->in_flight;
}

// ---- down and up --------------------------------------------------------------------------------

static void conn_down(struct db_conn *c, const char *why)
{
	struct db_batch *lost = c->first;
	char reason[200];

	// libpq's message lives in the connection that is about to go; its first line says it.
	snprintf(reason, sizeof(reason), "%.*s", (int)strcspn(why, "\n"), why);
	if (c->state == CONN_READY || c->backoff_ms >= BACKOFF_MAX_MS)
		log_warn("database connection %u is down: %s", c->number, reason);
	loop_unwatch(&c->watch);
	PQclear(c->told);
	c->told = NULL;
	PQfinish(c->pg);
	c->pg = NULL;
	c->first = c->last = NULL;
	c->in_flight = 0;
	c->backoff_ms = c->backoff_ms == 0 ? BACKOFF_FIRST_MS : c->backoff_ms * 2;
	if (c->backoff_ms > BACKOFF_MAX_MS)
		c->backoff_ms = BACKOFF_MAX_MS;
	enter(c, CONN_DOWN);
	while (lost != NULL) {
		struct db_batch *next = lost->next;

		lost->next = NULL;
		db_batch_done(lost, NULL);
		lost = next;
	}
}

static void on_notice(void *arg, const char *message)
{
	(void)arg;
	log_debug("database: %.*s", (int)strcspn(message, "\n"), message);
}

static void begin_connect(struct db_conn *c)
{
	const char *const keys[] = {"dbname", "fallback_application_name", "client_encoding", NULL};
	const char *const values[] = {db_url(), "roadshowd", "UTF8", NULL};

	shm_add(METRIC_DB_RECONNECTS, 1);
	c->pg = PQconnectStartParams(keys, values, 1);
	enter(c, CONN_CONNECTING);
	if (c->pg == NULL || PQstatus(c->pg) == CONNECTION_BAD) {
		conn_down(c, c->pg != NULL ? PQerrorMessage(c->pg) : "out of memory");
		return;
	}
	(void)PQsetNoticeProcessor(c->pg, on_notice, NULL);
	loop_watch(&c->watch, PQsocket(c->pg), true, on_ready);
}

// Sends what is queued; false when the connection broke.
static bool flush(struct db_conn *c)
{
	int left = PQflush(c->pg);

	if (left < 0) {
		conn_down(c, PQerrorMessage(c->pg));
		return false;
	}
	loop_watch(&c->watch, PQsocket(c->pg), left == 1, on_ready);
	return true;
}

static bool send_setup(struct db_conn *c)
{
	size_t count;
	const struct db_statement *const *statements = db_statements(&count);
	char sql[400];

	// A connection that we give up must not leave its statement running, nor one wait for a
	// lock longer than any caller does.
	snprintf(sql, sizeof(sql),
	    "select set_config('role', 'roadshow_app', false), "
	    "set_config('statement_timeout', '%lld', false), "
	    "set_config('lock_timeout', '%lld', false), "
	    "set_config('client_connection_check_interval', '1000', false), "
	    "set_config('jit', 'off', false), " // short statements with pessimistic estimates
	    "set_config('timezone', 'UTC', false)",
	    (long long)db_deadline_longest_ms(), (long long)db_settings()->db_deadline_ms);
	if (PQsetnonblocking(c->pg, 1) != 0 || PQenterPipelineMode(c->pg) != 1 ||
	    PQsendQueryParams(c->pg, sql, 0, NULL, NULL, NULL, NULL, 0) != 1 ||
	    PQpipelineSync(c->pg) != 1)
		return false;
	for (size_t i = 0; i < count; i++) {
		Oid types[DB_COLUMNS_MAX + 1];

		encode_types(statements[i], types);
		if (PQsendPrepare(c->pg, statements[i]->name, statements[i]->sql,
			(int)statements[i]->columns + 1, types) != 1 ||
		    PQpipelineSync(c->pg) != 1)
			return false;
	}
	c->setup_syncs = count + 1;
	c->unprepared = 0;
	return true;
}

static void go_on_connecting(struct db_conn *c)
{
	PostgresPollingStatusType next = PQconnectPoll(c->pg);

	if (next == PGRES_POLLING_FAILED) {
		conn_down(c, PQerrorMessage(c->pg));
		return;
	}
	if (next != PGRES_POLLING_OK) {
		c->watch.fd = -1; // libpq may have a new socket under the old number
		loop_watch(&c->watch, PQsocket(c->pg), next == PGRES_POLLING_WRITING, on_ready);
		return;
	}
	enter(c, CONN_SETUP);
	if (!send_setup(c)) {
		conn_down(c, PQerrorMessage(c->pg));
		return;
	}
	(void)flush(c);
}

// ---- results ------------------------------------------------------------------------------------

// One result of SETUP; false when the connection is of no use.
static bool setup_result(struct db_conn *c, const PGresult *result)
{
	size_t count;

	(void)db_statements(&count);
	if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
		if (--c->setup_syncs == 0) {
			c->backoff_ms = 0;
			enter(c, CONN_READY);
			if (c->unprepared > 0)
				log_error("%zu statements could not be prepared on connection %u",
				    c->unprepared, c->number);
		}
		return true;
	}
	if (PQresultStatus(result) != PGRES_FATAL_ERROR)
		return true;
	if (c->setup_syncs == count + 1) // the role: without it nothing may run
		return false;
	if (c->unprepared++ == 0)
		log_error("a statement could not be prepared (is the schema migrated?): %.*s",
		    (int)strcspn(PQresultErrorMessage(result), "\n"), PQresultErrorMessage(result));
	return true;
}

static const char *sqlstate_of(const PGresult *result)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	return sqlstate != NULL ? sqlstate : "";
}

// One result of the oldest batch in flight. libpq gives a batch's result, NULL, then the sync, and only that says
// that it is committed: a server that dies while it commits sends what it has told so far, and a commit that
// fails is an error after the result.
static void batch_result(struct db_conn *c, PGresult *result)
{
	struct db_batch *b = c->first;

	ASSERT(b != NULL);
	if (PQresultStatus(result) != PGRES_PIPELINE_SYNC) {
		PQclear(c->told);
		c->told = result;
		return;
	}
	PQclear(result);
	result = c->told;
	c->told = NULL;
	c->first = b->next;
	if (c->first == NULL)
		c->last = NULL;
	c->in_flight--;
	b->next = NULL;
	// Functions were replaced under us: prepared plans are stale until the connection is
	// renewed.
	if (PQresultStatus(result) == PGRES_FATAL_ERROR &&
	    strcmp(sqlstate_of(result), "0A000") == 0)
		c->unprepared++;
	db_batch_done(b, result);
}

static void receive(struct db_conn *c)
{
	if (PQconsumeInput(c->pg) != 1) {
		conn_down(c, PQerrorMessage(c->pg));
		return;
	}
	// After the NULL that ends a statement's results the next one may be there already; two in
	// a row mean that nothing is.
	for (int nulls = 0; nulls < 2 && !PQisBusy(c->pg);) {
		PGresult *result = PQgetResult(c->pg);

		if (result == NULL) {
			nulls++;
			continue;
		}
		nulls = 0;
		if (c->state == CONN_READY) {
			batch_result(c, result);
			continue;
		}
		if (!setup_result(c, result)) {
			conn_down(c, PQresultErrorMessage(result));
			PQclear(result);
			return;
		}
		PQclear(result);
	}
	if (PQstatus(c->pg) == CONNECTION_BAD)
		conn_down(c, PQerrorMessage(c->pg));
}

static void on_ready(struct loop_watch *w)
{
	struct db_conn *c = (struct db_conn *)w;

	if (c->state == CONN_CONNECTING) {
		go_on_connecting(c);
		return;
	}
	if (c->state == CONN_DOWN || !flush(c))
		return;
	receive(c);
}

// ---- for db.c -----------------------------------------------------------------------------------

bool conn_send(struct db_conn *c, struct db_batch *b)
{
	struct db_parameters *p = &c->parameters;

	ASSERT(c->state == CONN_READY && c->in_flight < DB_PIPELINE_MAX);
	if (!encode_batch(p, b)) {
		log_error("parameters of %s are too large", b->statement->name);
		return false;
	}
	if (PQsendQueryPrepared(
		c->pg, b->statement->name, p->count, p->values, p->lengths, p->formats, 1) != 1 ||
	    PQpipelineSync(c->pg) != 1) {
		conn_down(c, PQerrorMessage(c->pg));
		return false;
	}
	b->sent_mono_ms = clock_mono_ms();
	b->next = NULL;
	if (c->last != NULL)
		c->last->next = b;
	else
		c->first = b;
	c->last = b;
	c->in_flight++;
	shm_add(METRIC_DB_STATEMENTS, 1);
	(void)flush(c); // when it breaks, the batch comes back through db_batch_done()
	return true;
}

void conn_tick(struct db_conn *c, int64_t now_mono_ms)
{
	int64_t waited_ms = now_mono_ms - c->since_ms;

	switch (c->state) {
	case CONN_DOWN:
		if (c->since_ms == 0 || waited_ms >= c->backoff_ms)
			begin_connect(c);
		return;
	case CONN_CONNECTING:
		if (waited_ms > CONNECT_TIMEOUT_MS)
			conn_down(c, "no connection in time");
		return;
	case CONN_SETUP:
		if (waited_ms > SETUP_TIMEOUT_MS)
			conn_down(c, "no answer to the first statements in time");
		return;
	case CONN_READY:
		if (c->unprepared > 0 && c->first == NULL &&
		    waited_ms > REPREPARE_MS * (1 + (int64_t)c->number)) // not all at once
			conn_down(c, "looking for a newer schema");
		else if (c->first != NULL &&
			 now_mono_ms - c->first->sent_mono_ms >
			     db_deadline_ms(c->first->statement) + ANSWER_GRACE_MS)
			conn_down(c, "no answer in time");
		return;
	}
}
