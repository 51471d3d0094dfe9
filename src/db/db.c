// SPDX-License-Identifier: Apache-2.0
//
// The batch engine: which items ride together, on which connection, and what happens when a statement
// fails. Owns batches; items belong to their callers, lanes to lanes.c.
//
// Invariants
//  1. A lane of a batch statement has one batch on its way, and a second only when that is full (more
//     while a batch is split): what arrives meanwhile waits and rides in the next. All lanes of a
//     creator together have at most half as many on their way as there are connections: its neighbours
//     have the rest, however many kinds of slow statements it sends. Lanes that share batches have as
//     many of those together: what waits meanwhile makes the next one worth its cost.
//  2. An item is in exactly one place: a lane's waiting list or one batch.
//  3. `done` is called exactly once an item, after the engine let go of it, and with DB_OK when what it did is
//     committed (conn.c).
//  4. At most db_queue_max items wait, a creator's never more than places are left (lanes.c).
//  5. Nothing is sent from inside db_submit(): the turn's arrivals go out together at its end, in
//     db_turn().
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/shm.h"
#include "db/internal.h"

#define TICK_MS 100

static struct {
	struct settings settings;
	const struct db_statement *const *statements;
	size_t statement_count;
	struct db_conn *conns[DB_CONNECTIONS_MAX];
	size_t conn_count;
	struct db_batch *again_first, *again_last; // batches to send again, before new ones
	size_t pooled;				   // batches from the pool on their way
	int64_t pool_sent_mono_ms;		   // when the last of them left,
	size_t pool_sent_items;			   // and with how many
	bool pump_planned;
} db;

// ---- settings -----------------------------------------------------------------------------------

const struct settings *db_settings(void)
{
	return &db.settings;
}

const struct db_statement *const *db_statements(size_t *count)
{
	*count = db.statement_count;
	return db.statements;
}

int64_t db_deadline_ms(const struct db_statement *st)
{
	return st->deadline_ms > 0 ? st->deadline_ms : db.settings.db_deadline_ms;
}

int64_t db_deadline_longest_ms(void)
{
	int64_t longest = db.settings.db_deadline_ms;

	for (size_t i = 0; i < db.statement_count; i++)
		if (db_deadline_ms(db.statements[i]) > longest)
			longest = db_deadline_ms(db.statements[i]);
	return longest;
}

// ---- lanes --------------------------------------------------------------------------------------

static void plan_pump(void)
{
	db.pump_planned = true;
}

// ---- items --------------------------------------------------------------------------------------

void db_item_finish(struct db_item *item, const struct db_outcome *outcome)
{
	static const struct db_outcome abandoned = {.status = DB_ABANDONED};

	item->lane = NULL;
	item->done(item, item->abandoned ? &abandoned : outcome);
}

static void finish_with(struct db_item *item, enum db_status status)
{
	struct db_outcome outcome = {.status = status};

	if (status == DB_UNAVAILABLE)
		shm_add(METRIC_DB_UNAVAILABLE, 1);
	db_item_finish(item, &outcome);
}

bool db_has_room(const struct uuid *creator)
{
	if (lanes_have_room(creator))
		return true;
	shm_add(METRIC_DB_QUEUE_FULL, 1);
	return false;
}

bool db_is_crowded(const struct uuid *creator)
{
	return lanes_waiting_of(creator) > DB_MIX_ITEMS_MAX;
}

void db_submit(const struct db_statement *st, const struct uuid *creator, struct db_item *item)
{
	struct db_lane *l;

	item->tries = 0;
	item->abandoned = false;
	item->deadline_mono_ms = clock_mono_ms() + db_deadline_ms(st);
	if (!db_available()) {
		finish_with(item, DB_UNAVAILABLE);
		return;
	}
	l = lanes_append(st, creator, item);
	if (l == NULL) {
		shm_add(METRIC_DB_QUEUE_FULL, 1);
		finish_with(item, DB_OVERLOADED);
		return;
	}
	shm_add(METRIC_DB_ITEMS, 1);
	lane_ready(l);
	plan_pump();
}

void db_abandon(struct db_item *item)
{
	item->abandoned = true; // what waits is dropped when its turn comes
}

// ---- batches ------------------------------------------------------------------------------------

static void batch_append(struct db_batch *b, struct db_item **last, struct db_item *item)
{
	if (*last != NULL)
		(*last)->next = item;
	else
		b->items = item;
	*last = item;
	b->count++;
}

static size_t half_of_connections(void)
{
	return (db.conn_count + 1) / 2;
}

static bool has_its_share(const struct db_lane *l)
{
	return l->tenant->batches >= half_of_connections();
}

static size_t batch_items_max(const struct db_statement *st)
{
	if (st->batch_max <= 1)
		return 1;
	return st->batch_max < (size_t)db.settings.db_batch_max ? st->batch_max
								: (size_t)db.settings.db_batch_max;
}

static void batch_count_for(struct db_batch *b, struct db_lane *l)
{
	b->lanes[b->lane_count++] = l;
	lane_batch_formed(l);
}

// Moves what waits in the lane to the batch, as far as there is room.
static void batch_take(struct db_batch *b, struct db_item **last, struct db_lane *l)
{
	size_t before = b->count;

	while (l->first != NULL && b->count < batch_items_max(b->statement)) {
		struct db_item *item = lane_pop(l);

		if (item->abandoned)
			db_item_finish(item, NULL);
		else
			batch_append(b, last, item);
	}
	if (b->count > before)
		batch_count_for(b, l);
}

static bool lane_shares(const struct db_lane *l)
{
	return l->statement->mixes && !l->alone && l->waiting <= DB_MIX_ITEMS_MAX &&
	       l->waiting <= batch_items_max(l->statement);
}

// The next batch of a lane, or NULL when it had better wait or everything in it was abandoned.
static struct db_batch *batch_form(struct db_lane *l)
{
	struct db_item *last = NULL;
	struct db_batch *b;

	if (l->statement->batch_max > 1 &&
	    (l->batches > 1 || (l->batches == 1 && l->waiting < batch_items_max(l->statement))))
		return NULL;
	b = calloc(1, sizeof(*b));
	if (b == NULL)
		return NULL;
	b->statement = l->statement;
	batch_take(b, &last, l);
	if (b->count == 0) {
		free(b);
		return NULL;
	}
	l->alone = false;
	return b;
}

static void batch_again(struct db_batch *b)
{
	b->next = NULL;
	if (db.again_last != NULL)
		db.again_last->next = b;
	else
		db.again_first = b;
	db.again_last = b;
	plan_pump();
}

// Counts the batch for the lanes that its items are of.
static void batch_count(struct db_batch *b)
{
	b->lane_count = 0;
	for (const struct db_item *item = b->items; item != NULL; item = item->next)
		if (b->lane_count == 0 || b->lanes[b->lane_count - 1] != item->lane)
			batch_count_for(b, item->lane);
}

// Halves; each starts with fresh tries. An allocation that fails keeps the batch whole.
static void batch_split(struct db_batch *b)
{
	struct db_batch *rest = calloc(1, sizeof(*rest));
	struct db_batch whole = *b;
	struct db_item *cut = b->items;

	shm_add(METRIC_DB_SPLITS, 1);
	b->tries = 0;
	if (rest != NULL) {
		size_t half = b->count / 2;

		for (size_t i = 1; i < half; i++)
			cut = cut->next;
		*rest = (struct db_batch){.statement = b->statement,
		    .pooled = b->pooled,
		    .items = cut->next,
		    .count = b->count - half};
		cut->next = NULL;
		b->count = half;
		db.pooled += rest->pooled;
		batch_count(b);
		batch_count(rest);
		for (size_t i = 0; i < whole.lane_count; i++)
			lane_batch_ended(whole.lanes[i]);
	}
	batch_again(b);
	if (rest != NULL)
		batch_again(rest);
}

static void batch_free(struct db_batch *b)
{
	db.pooled -= b->pooled;
	for (size_t i = 0; i < b->lane_count; i++)
		lane_batch_ended(b->lanes[i]);
	free(b);
	plan_pump();
}

static void batch_finish(struct db_batch *b, const struct db_outcome *outcome)
{
	struct db_item *item = b->items;

	while (item != NULL) {
		struct db_item *next = item->next;

		if (outcome->status == DB_UNAVAILABLE)
			shm_add(METRIC_DB_UNAVAILABLE, 1);
		db_item_finish(item, outcome);
		item = next;
	}
	batch_free(b);
}

// Ends the items that nobody waits for any more, or that waited too long.
static void batch_prune(struct db_batch *b, int64_t now_ms)
{
	struct db_item **at = &b->items;

	while (*at != NULL) {
		struct db_item *item = *at;

		if (!item->abandoned && item->deadline_mono_ms > now_ms) {
			at = &item->next;
			continue;
		}
		*at = item->next;
		b->count--;
		finish_with(item, DB_TIMED_OUT);
	}
}

// Undecided: they go back to where they were, and are sent without others.
static void items_go_back(struct db_item **items, size_t n)
{
	for (size_t i = n; i-- > 0;) {
		if (items[i] == NULL)
			continue;
		shm_add(METRIC_DB_ALONE, 1);
		items[i]->lane->alone = true;
		lane_push_back(items[i]->lane, items[i]);
	}
}

static size_t batch_items(const struct db_batch *b, struct db_item **items)
{
	size_t n = 0;

	for (struct db_item *item = b->items; item != NULL; item = item->next)
		items[n++] = item;
	return n;
}

static void batch_give_back(struct db_batch *b)
{
	struct db_item *items[DB_BATCH_ITEMS_MAX];

	items_go_back(items, batch_items(b, items));
	batch_free(b);
}

// What the statement gave back undecided; NULL in `items`, then.
static void take_undecided(
    const PGresult *result, struct db_item **items, struct db_item **back, size_t n)
{
	for (int row = 0; row < PQntuples(result); row++) {
		struct db_row r = {result, row};
		int64_t number = -db_int(&r, 0);

		if (number < 1 || number > (int64_t)n)
			continue;
		back[number - 1] = items[number - 1];
		items[number - 1] = NULL;
	}
}

// The batch is over when its result is there: the next one goes while answers are given out.
static void results_of_batch(struct db_batch *b, PGresult *result)
{
	struct db_item *items[DB_BATCH_ITEMS_MAX], *back[DB_BATCH_ITEMS_MAX] = {NULL};
	const struct db_statement *st = b->statement;
	size_t n = batch_items(b, items);

	if (b->lane_count > 1)
		take_undecided(result, items, back, n);
	items_go_back(back, n);
	batch_free(b);
	if (answers_give(items, n, st, result))
		plan_pump();
}

// Without DETAIL and CONTEXT, which repeat what the request said.
static const char *primary_message(const PGresult *result)
{
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	return text != NULL ? text : "";
}

static void batch_failed(struct db_batch *b, const PGresult *result)
{
	const char *sqlstate =
	    result != NULL ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : "08006";
	struct db_outcome outcome;

	if (sqlstate == NULL)
		sqlstate = "XX000";
	if (b->lane_count > 1 && sqlstate_would_wait(sqlstate)) {
		batch_give_back(b);
		return;
	}
	b->tries++;
	if (sqlstate_is_transient(sqlstate, b->statement->batch_max > 1) &&
	    b->tries < DB_TRIES_MAX) {
		shm_add(METRIC_DB_RETRIES, 1);
		batch_again(b);
		return;
	}
	if (b->count > 1) {
		batch_split(b);
		return;
	}
	outcome = (struct db_outcome){.status = sqlstate_lasting(sqlstate)};
	if (outcome.status == DB_FAILED && sqlstate_problem(result, &outcome.problem))
		outcome.status = DB_PROBLEM;
	if (outcome.status == DB_FAILED)
		log_error(
		    "%s failed with %s: %s", b->statement->name, sqlstate, primary_message(result));
	else if (outcome.status == DB_TIMED_OUT)
		log_warn("%s given up after %u tries: %s", b->statement->name, b->tries, sqlstate);
	batch_finish(b, &outcome);
}

void db_batch_done(struct db_batch *b, PGresult *result)
{
	if (result != NULL && PQresultStatus(result) == PGRES_TUPLES_OK) {
		results_of_batch(b, result);
	} else {
		batch_failed(b, result);
		PQclear(result);
	}
	if (lanes_any_ready() || db.again_first != NULL)
		plan_pump();
}

// ---- sending ------------------------------------------------------------------------------------

static struct db_conn *least_busy(void)
{
	struct db_conn *best = NULL;

	for (size_t i = 0; i < db.conn_count; i++) {
		struct db_conn *c = db.conns[i];

		if (conn_state(c) != CONN_READY || conn_in_flight(c) >= DB_PIPELINE_MAX)
			continue;
		if (best == NULL || conn_in_flight(c) < conn_in_flight(best))
			best = c;
	}
	return best;
}

// False when no connection can take it now; it is then among those to send again.
static bool send_batch(struct db_batch *b)
{
	struct db_conn *c = least_busy();

	if (c == NULL) {
		batch_again(b);
		return false;
	}
	if (conn_send(c, b))
		return true;
	batch_failed(b, NULL);
	return true;
}

static bool pump_again(void)
{
	struct db_batch *b = db.again_first;

	// Those that come back while we send wait for the next turn.
	db.again_first = db.again_last = NULL;
	while (b != NULL) {
		struct db_batch *next = b->next;

		b->next = NULL;
		batch_prune(b, clock_mono_ms());
		if (b->count == 0) {
			batch_free(b);
		} else if (!send_batch(b)) {
			db.again_last->next = next; // the rest keeps its order
			while (db.again_last->next != NULL)
				db.again_last = db.again_last->next;
			return false;
		}
		b = next;
	}
	return true;
}

// Whether the lane's creator may send now; if not, the lane is held.
static bool lane_may_send(struct db_lane *l)
{
	if (l->waiting == 0 || !has_its_share(l))
		return true;
	lane_hold(l);
	return false;
}

// A lane that is ready sends one batch, if its creator may.
static void lane_send(struct db_lane *l)
{
	struct db_batch *b;

	if (!lane_may_send(l))
		return;
	b = batch_form(l);
	if (b == NULL) {
		lane_drop_if_idle(l);
		return;
	}
	if (l->waiting > 0)
		lane_ready(l); // at the end
	(void)send_batch(b);
}

// Whether the pool's first lane fits into the batch; if it is not for the pool any more, it is ready for
// a batch of its own.
static bool pool_fits(const struct db_batch *b, struct db_lane *l)
{
	if (!lane_shares(l)) {
		lanes_pool_drop();
		lane_ready(l);
		return false;
	}
	return l->statement == b->statement && b->lane_count < DB_BATCH_LANES_MAX &&
	       b->count + l->waiting <= batch_items_max(b->statement);
}

// One batch of the lanes that have waited longest, as many as it takes.
static bool pool_send(void)
{
	struct db_batch *b = calloc(1, sizeof(*b));
	struct db_item *last = NULL;
	struct db_lane *l = lanes_pool_first();

	if (b == NULL)
		return false; // what becomes ready next tries again
	b->statement = l->statement;
	for (; l != NULL && pool_fits(b, l); l = lanes_pool_first()) {
		lanes_pool_drop();
		if (!lane_may_send(l))
			continue;
		batch_take(b, &last, l);
		lane_drop_if_idle(l);
	}
	if (b->count == 0) {
		free(b);
		return true;
	}
	b->pooled = true;
	db.pooled++;
	db.pool_sent_mono_ms = clock_mono_ms();
	db.pool_sent_items = b->count;
	return send_batch(b);
}

// Whether what waits in the pool is worth a statement now: nothing is on its way, or it is as much as what is,
// or enough. So one claim does not wait for another's end, and the many fill their batches.
static bool pool_is_due(void)
{
	const struct db_lane *l = lanes_pool_first();
	size_t enough = DB_POOL_ITEMS_MIN;

	if (l == NULL || db.pooled >= half_of_connections())
		return false;
	if (enough > batch_items_max(l->statement))
		enough = batch_items_max(l->statement);
	if (enough > db.pool_sent_items)
		enough = db.pool_sent_items;
	return db.pooled == 0 || clock_mono_ms() - db.pool_sent_mono_ms >= TICK_MS ||
	       lanes_pool_has(enough);
}

static void pool_turn(void)
{
	while (least_busy() != NULL && pool_is_due() && pool_send())
		;
}

static void send_ready(void)
{
	struct db_lane *l;

	pool_turn(); // who waits there has waited longer than who is ready
	while (least_busy() != NULL && (l = lanes_next()) != NULL) {
		if (lane_shares(l) && l->batches == 0)
			lane_pool(l);
		else
			lane_send(l);
	}
	pool_turn();
	if (lanes_any_ready() && least_busy() != NULL)
		plan_pump();
	shm_gauge(METRIC_GAUGE_DB_QUEUED, (int64_t)lanes_waiting());
}

bool db_turn(void)
{
	if (!db.pump_planned)
		return false;
	db.pump_planned = false;
	if (least_busy() != NULL && pump_again())
		send_ready(); // if not, a connection that frees up plans again
	if (answers_turn())
		plan_pump();
	return db.pump_planned;
}

// ---- life ---------------------------------------------------------------------------------------

bool db_available(void)
{
	for (size_t i = 0; i < db.conn_count; i++)
		if (conn_state(db.conns[i]) == CONN_READY)
			return true;
	return false;
}

void db_connection_changed(void)
{
	int64_t up = 0;

	for (size_t i = 0; i < db.conn_count; i++)
		up += conn_state(db.conns[i]) == CONN_READY;
	shm_gauge(METRIC_GAUGE_DB_CONNECTIONS, up);
	plan_pump();
}

// Ends what waited too long in a lane. Items of one lane have one deadline length, so the first
// that is in time ends the search.
static void lane_expire(struct db_lane *l, int64_t now_ms)
{
	while (l->first != NULL && (l->first->abandoned || l->first->deadline_mono_ms <= now_ms))
		finish_with(lane_pop(l), DB_TIMED_OUT);
	if (l->waiting > 0 && l->batches == 0) {
		lane_ready(l);
		plan_pump();
	}
}

static void tick(void)
{
	int64_t now_ms = clock_mono_ms();

	for (size_t i = 0; i < db.conn_count; i++)
		conn_tick(db.conns[i], now_ms);
	lanes_each(lane_expire, now_ms);
	for (struct db_batch *b = db.again_first; b != NULL; b = b->next)
		batch_prune(b, now_ms);
	if (db.again_first != NULL)
		plan_pump();
}

void db_start(const struct settings *s, const struct db_statement *const *statements, size_t count)
{
	ASSERT(count <= DB_STATEMENTS_MAX);
	ASSERT(s->db_connections >= 1 && s->db_connections <= DB_CONNECTIONS_MAX);
	ASSERT(s->db_batch_max <= DB_BATCH_ITEMS_MAX);
	db.settings = *s;
	db.statements = statements;
	db.statement_count = count;
	lanes_start((size_t)s->db_queue_max);
	for (size_t i = 0; i < (size_t)s->db_connections; i++) {
		db.conns[i] = conn_open((unsigned)i);
		db.conn_count = i + 1;
	}
	loop_every(TICK_MS, tick);
}

void db_stop(void)
{
	for (size_t i = 0; i < db.conn_count; i++)
		conn_close(db.conns[i]);
	db.conn_count = 0;
}
