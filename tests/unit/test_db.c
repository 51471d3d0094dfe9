// SPDX-License-Identifier: Apache-2.0
//
// The batch engine against a fake connection and a fake loop: what rides together, what happens
// when a statement fails, and what happens at the bounds. PostgreSQL's part is tested in tests/api
// and tests/crash.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../src/db/answers.c"
#include "../../src/db/db.c"
#include "../../src/db/lanes.c"

// ---- the fake world -----------------------------------------------------------------------------

struct db_conn {
	enum conn_state state;
	struct db_batch *in_flight[DB_PIPELINE_MAX];
	size_t count;
};

static struct db_conn conns[4];
static unsigned sent_statements;
static size_t largest_batch;
static bool break_next_send;

struct db_conn *conn_open(unsigned number)
{
	conns[number] = (struct db_conn){.state = CONN_READY};
	return &conns[number];
}

void conn_close(struct db_conn *c)
{
	c->state = CONN_DOWN;
}

enum conn_state conn_state(const struct db_conn *c)
{
	return c->state;
}

size_t conn_in_flight(const struct db_conn *c)
{
	return c->count;
}

bool conn_send(struct db_conn *c, struct db_batch *b)
{
	if (break_next_send) {
		break_next_send = false;
		return false;
	}
	c->in_flight[c->count++] = b;
	sent_statements++;
	if (b->count > largest_batch)
		largest_batch = b->count;
	return true;
}

void conn_tick(struct db_conn *c, int64_t now_mono_ms)
{
	(void)c;
	(void)now_mono_ms;
}

void loop_every(int64_t ms, void (*run)(void))
{
	(void)ms;
	(void)run;
}

static void turn(void)
{
	(void)db_turn();
}

// ---- a fake PGresult: libpq's own constructors --------------------------------------------------

static void put_int4(PGresult *r, int row, int column, int v)
{
	unsigned char bytes[4] = {(unsigned char)(v >> 24), (unsigned char)(v >> 16),
	    (unsigned char)(v >> 8), (unsigned char)v};

	assert_int_equal(1, PQsetvalue(r, row, column, (char *)bytes, sizeof(bytes)));
}

// One row per item, in reverse: order must not matter.
static PGresult *rows(size_t n)
{
	PGresult *r = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	PGresAttDesc item = {
	    .name = (char *)(uintptr_t) "item", .format = 1, .typid = 23, .typlen = 4};

	assert_int_equal(1, PQsetResultAttrs(r, 1, &item));
	for (size_t i = 0; i < n; i++)
		put_int4(r, (int)i, 0, (int)(n - i));
	return r;
}

static PGresult *failure(void)
{
	return PQmakeEmptyPGresult(NULL, PGRES_FATAL_ERROR);
}

// db_int() comes from row.c, which this test does not need otherwise.
int64_t db_int(const struct db_row *r, int column)
{
	const unsigned char *p = (const unsigned char *)PQgetvalue(r->result, r->row, column);

	return (int32_t)((uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3]);
}

static const char *next_sqlstate; // of the fake failure; NULL: none, as from a broken server
bool sqlstate_is_transient(const char *sqlstate, bool batch)
{
	(void)batch;
	return next_sqlstate != NULL ? strcmp(next_sqlstate, "40001") == 0 : sqlstate[1] == '8';
}

enum db_status sqlstate_lasting(const char *sqlstate)
{
	return !sqlstate_is_transient(sqlstate, false) ? DB_FAILED
	       : next_sqlstate != NULL		       ? DB_TIMED_OUT
						       : DB_UNAVAILABLE;
}

bool sqlstate_would_wait(const char *sqlstate)
{
	(void)sqlstate;
	return next_sqlstate != NULL && strcmp(next_sqlstate, "55P03") == 0;
}

bool sqlstate_problem(const PGresult *result, struct db_problem *p)
{
	(void)result;
	(void)p;
	return false;
}

// ---- the items ----------------------------------------------------------------------------------

static const struct db_statement together = {
    .name = "together", .columns = 1, .types = {DB_INT}, .batch_max = 8};
static const struct db_statement wide = {
    .name = "wide", .columns = 1, .types = {DB_INT}, .batch_max = 100};
static const struct db_statement shared = {
    .name = "shared", .columns = 1, .types = {DB_INT}, .batch_max = 8, .mixes = true};
static const struct db_statement shared_wide = {
    .name = "shared_wide", .columns = 1, .types = {DB_INT}, .batch_max = 100, .mixes = true};
static const struct db_statement alone = {.name = "alone", .columns = 1, .types = {DB_INT}};
static const struct db_statement alone_too = {.name = "alone_too", .columns = 1, .types = {DB_INT}};
static const struct uuid creator_a = {{1}}, creator_b = {{2}}, creator_c = {{3}};

struct tried {
	struct db_item item;
	enum db_status status;
	unsigned calls; // of done
	bool poison;
	bool locked; // its row is another's: a shared batch gives it back
};

static void on_item_done(struct db_item *item, const struct db_outcome *outcome)
{
	struct tried *t = item->owner;

	t->calls++;
	t->status = outcome->status;
}

static void submit(struct tried *t, const struct db_statement *st, const struct uuid *creator)
{
	t->item.done = on_item_done;
	t->item.owner = t;
	db_submit(st, creator, &t->item);
}

static size_t creators_in(const struct db_batch *b)
{
	size_t n = 0;

	for (const struct db_item *it = b->items, *before = NULL; it != NULL;
	     before = it, it = it->next)
		n += before == NULL || before->lane->tenant != it->lane->tenant;
	return n;
}

// What is locked comes back undecided from a batch of several creators.
static void give_back(PGresult *r, const struct db_batch *b)
{
	int number = 0;

	for (const struct db_item *it = b->items; it != NULL; it = it->next) {
		number++;
		if (creators_in(b) > 1 && ((struct tried *)it->owner)->locked)
			put_int4(r, (int)b->count - number, 0, -number);
	}
}

// The database answers everything in flight on a connection; a batch with a poison item fails.
static void answer(struct db_conn *c)
{
	struct db_batch *done[DB_PIPELINE_MAX];
	size_t n = c->count;

	memcpy(done, c->in_flight, sizeof(done));
	c->count = 0;
	for (size_t i = 0; i < n; i++) {
		bool poison = false;
		PGresult *r;

		for (struct db_item *it = done[i]->items; it != NULL; it = it->next)
			poison |= ((struct tried *)it->owner)->poison;
		r = poison ? failure() : rows(done[i]->count);
		if (!poison)
			give_back(r, done[i]);
		db_batch_done(done[i], r);
	}
}

// The database answers the oldest statement of a connection only.
static void answer_first(struct db_conn *c)
{
	struct db_batch *b = c->in_flight[0];
	PGresult *r = rows(b->count);

	c->count--;
	memmove(c->in_flight, c->in_flight + 1, c->count * sizeof(b));
	db_batch_done(b, r);
}

static void fail_with(struct db_conn *c, const char *sqlstate)
{
	PGresult *r = failure();
	struct db_batch *b = c->in_flight[--c->count];

	next_sqlstate = sqlstate;
	db_batch_done(b, r);
	next_sqlstate = "XX000";
}

static void run_to_quiet(void)
{
	for (int i = 0; i < 10000; i++) {
		bool busy = db.pump_planned;

		turn();
		for (size_t k = 0; k < ARRAY_LEN(conns); k++) {
			busy |= conns[k].count > 0;
			answer(&conns[k]);
		}
		if (!busy)
			break;
	}
	assert_false(db.pump_planned);
}

static int start_with(int64_t connections)
{
	static const struct db_statement *const list[] = {
	    &together, &wide, &shared, &shared_wide, &alone, &alone_too};
	struct settings s = {.db_connections = connections,
	    .db_queue_max = 50,
	    .db_batch_max = 8,
	    .db_deadline_ms = 1000};

	memset(conns, 0, sizeof(conns));
	memset(&db, 0, sizeof(db));
	memset(&lanes, 0, sizeof(lanes));
	sent_statements = 0;
	largest_batch = 0;
	next_sqlstate = "XX000";
	break_next_send = false;
	log_open("test", LOG_LEVEL_NONE); // the failures are meant
	db_start(&s, list, ARRAY_LEN(list));
	return 0;
}

static int start(void **state)
{
	(void)state;
	return start_with(2);
}

static int stop(void **state)
{
	(void)state;
	for (size_t i = 0; i < BUCKETS; i++) { // an idle engine holds nothing
		assert_null(lanes.buckets[i]);
		assert_null(lanes.tenants[i]);
	}
	assert_int_equal(0, lanes_waiting());
	return 0;
}

static void expect_all(const struct tried *t, size_t n, enum db_status status)
{
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(1, t[i].calls);
		assert_int_equal(status, t[i].status);
	}
}

// ---- the tests ----------------------------------------------------------------------------------

static void test_one_item_goes_at_once(void **state)
{
	struct tried t = {0};

	(void)state;
	submit(&t, &together, &creator_a);
	assert_int_equal(0, sent_statements); // the turn's arrivals are collected
	turn();
	assert_int_equal(1, sent_statements);
	run_to_quiet();
	expect_all(&t, 1, DB_OK);
}

static void test_what_arrives_meanwhile_rides_in_the_next_statement(void **state)
{
	struct tried t[9] = {0};

	(void)state;
	submit(&t[0], &together, &creator_a);
	turn();
	for (size_t i = 1; i < 9; i++) {
		submit(&t[i], &together, &creator_a);
		turn();
	}
	assert_int_equal(1, sent_statements); // one in flight per lane
	run_to_quiet();
	assert_int_equal(2, sent_statements);
	assert_int_equal(8, largest_batch);
	expect_all(t, 9, DB_OK);
}

// A full batch does not wait for the answer to the one before: the database has its next work at once.
// One that is not full does, for it grows meanwhile; nor does a third go.
static void test_a_full_batch_goes_behind_the_first(void **state)
{
	struct tried t[25] = {0};

	(void)state;
	start_with(4);
	submit(&t[0], &together, &creator_a);
	turn();
	for (size_t i = 1; i < 8; i++)
		submit(&t[i], &together, &creator_a);
	turn();
	assert_int_equal(1, sent_statements);
	for (size_t i = 8; i < 25; i++)
		submit(&t[i], &together, &creator_a);
	turn();
	turn();
	assert_int_equal(2, sent_statements);
	assert_int_equal(1, conns[0].count);
	assert_int_equal(1, conns[1].count); // it is not queued behind the first on its connection
	run_to_quiet();
	assert_int_equal(4, sent_statements);
	expect_all(t, 25, DB_OK);
}

static void test_creators_do_not_share_a_statement(void **state)
{
	struct tried t[4] = {0};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		submit(&t[i], &together, i % 2 == 0 ? &creator_a : &creator_b);
	turn();
	assert_int_equal(2, sent_statements);
	run_to_quiet();
	expect_all(t, 4, DB_OK);
}

static struct uuid creator_number(size_t n)
{
	return (struct uuid){{(uint8_t)n, (uint8_t)(n >> 8), 1}};
}

// A few items of each of many creators are one statement; as many of those are on their way as half of
// the connections, and what comes meanwhile shares the next.
static void test_creators_share_a_statement_that_mixes(void **state)
{
	struct tried t[21] = {0};

	(void)state;
	start_with(4);
	for (size_t i = 0; i < 5; i++)
		submit(&t[i], &shared, &(struct uuid){{(uint8_t)i}});
	turn();
	assert_int_equal(1, sent_statements);
	assert_int_equal(5, creators_in(conns[0].in_flight[0]));
	for (size_t i = 5; i < 21; i++) {
		struct uuid creator = creator_number(i / 2);

		submit(&t[i], &shared, &creator);
		turn();
	}
	assert_int_equal(2, sent_statements); // the rest waits
	run_to_quiet();
	assert_int_equal(4, sent_statements);
	expect_all(t, 21, DB_OK);
}

static void submit_shared(struct tried *t, size_t n)
{
	struct uuid creator = creator_number(n);

	db.pool_sent_mono_ms = clock_mono_ms() + 3600000; // just now, however slow this machine
	submit(t, &shared, &creator);
}

// Fewer items than are on their way are not worth a second statement; they go when they are as many, or
// when the first is done.
static void test_few_items_wait_for_the_statement_before_them(void **state)
{
	struct tried t[7] = {0};

	(void)state;
	start_with(4);
	for (size_t i = 0; i < 3; i++)
		submit_shared(&t[i], i);
	turn();
	assert_int_equal(1, sent_statements);
	for (size_t i = 3; i < 7; i++) {
		submit_shared(&t[i], i);
		turn();
		assert_int_equal(i < 5 ? 1 : 2, sent_statements);
	}
	assert_int_equal(3, conns[1].in_flight[0]->count);
	answer(&conns[0]);
	turn();
	assert_int_equal(2, sent_statements); // one is less than three
	answer(&conns[1]);
	turn();
	assert_int_equal(3, sent_statements);
	run_to_quiet();
	expect_all(t, 7, DB_OK);
}

// A full statement is enough, and so are DB_POOL_ITEMS_MIN, however many are on their way.
static void test_enough_items_do_not_wait(void **state)
{
	struct tried t[16] = {0}, many[2 * DB_POOL_ITEMS_MIN + 8] = {0};

	(void)state;
	start_with(4);
	for (size_t i = 0; i < 16; i++)
		submit_shared(&t[i], i);
	turn();
	assert_int_equal(2, sent_statements);
	run_to_quiet();
	expect_all(t, 16, DB_OK);

	db.settings.db_batch_max = 100;
	lanes_start(200);
	for (size_t i = 0; i < ARRAY_LEN(many); i++) {
		struct uuid creator = creator_number(i);

		db.pool_sent_mono_ms = clock_mono_ms() + 3600000;
		submit(&many[i], &shared_wide, &creator);
		if (i == DB_POOL_ITEMS_MIN + 7)
			turn();
	}
	assert_int_equal(3, sent_statements);
	turn();
	assert_int_equal(4, sent_statements);
	run_to_quiet();
	expect_all(many, ARRAY_LEN(many), DB_OK);
}

// Nor does one wait for another one.
static void test_one_item_does_not_wait_for_another(void **state)
{
	struct tried t[2] = {0};

	(void)state;
	start_with(4);
	for (size_t i = 0; i < 2; i++) {
		submit_shared(&t[i], i);
		turn();
		assert_int_equal(i + 1, sent_statements);
	}
	run_to_quiet();
	expect_all(t, 2, DB_OK);
}

// Nor do they wait for one that does not answer.
static void test_a_statement_that_hangs_holds_up_nobody(void **state)
{
	struct tried t[3] = {0};

	(void)state;
	start_with(4);
	submit(&t[0], &shared, &creator_a);
	submit(&t[1], &shared, &creator_b);
	turn();
	submit_shared(&t[2], 3);
	turn();
	assert_int_equal(1, sent_statements);
	db.pool_sent_mono_ms = clock_mono_ms() - TICK_MS;
	tick();
	turn();
	assert_int_equal(2, sent_statements);
	answer(&conns[1]);
	expect_all(&t[2], 1, DB_OK);
	assert_int_equal(0, t[0].calls);
	run_to_quiet();
	expect_all(t, 3, DB_OK);
}

// Who has many items does not make others wait for them.
static void test_a_storm_has_batches_of_its_own(void **state)
{
	struct tried storm[20] = {0}, t[2] = {0};

	(void)state;
	start_with(4);
	for (size_t i = 0; i < 20; i++)
		submit(&storm[i], &shared, &creator_a);
	submit(&t[0], &shared, &creator_b);
	submit(&t[1], &shared, &creator_c);
	turn();
	turn();
	for (size_t i = 0; i < ARRAY_LEN(conns); i++)
		for (size_t k = 0; k < conns[i].count; k++)
			assert_int_equal(conns[i].in_flight[k]->items->owner == &t[0] ? 2 : 1,
			    creators_in(conns[i].in_flight[k]));
	run_to_quiet();
	expect_all(storm, 20, DB_OK);
	expect_all(t, 2, DB_OK);
}

// What could not be locked goes again, in its order and without others; the rest is answered.
static void test_what_a_shared_batch_gives_back_goes_alone(void **state)
{
	struct tried t[5] = {0};
	const struct uuid *creators[] = {
	    &creator_a, &creator_a, &creator_b, &creator_c, &creator_c};

	(void)state;
	start_with(4);
	t[0].locked = t[1].locked = t[3].locked = true;
	for (size_t i = 0; i < 5; i++)
		submit(&t[i], &shared, creators[i]);
	turn();
	answer(&conns[0]);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(!t[i].locked, t[i].calls);
	turn();
	assert_int_equal(3, sent_statements); // one each, of a and of c
	assert_int_equal(2, conns[0].in_flight[0]->count);
	assert_ptr_equal(&t[0], conns[0].in_flight[0]->items->owner);
	run_to_quiet();
	assert_int_equal(3, sent_statements);
	expect_all(t, 5, DB_OK);
}

// A failure is found by halves over all creators; each lane counts the halves that it is in.
static void test_poison_fails_alone_among_creators(void **state)
{
	(void)state;
	for (size_t bad = 0; bad < 8; bad++) {
		struct tried t[8] = {0};

		start_with(4);
		t[bad].poison = true;
		for (size_t i = 0; i < 8; i++) {
			struct uuid creator = creator_number(i * 3 / 8);

			submit(&t[i], &shared, &creator);
		}
		run_to_quiet();
		for (size_t i = 0; i < 8; i++)
			expect_all(&t[i], 1, i == bad ? DB_FAILED : DB_OK);
		assert_int_equal(0, db.pooled);
		stop(state);
	}
}

// One that waited for what another has is not sent again whole: every creator's items go alone.
static void test_a_shared_batch_that_would_wait_is_taken_apart(void **state)
{
	struct tried t[6] = {0};

	(void)state;
	start_with(4);
	for (size_t i = 0; i < 6; i++) {
		struct uuid creator = creator_number(i / 2);

		submit(&t[i], &shared, &creator);
	}
	turn();
	assert_int_equal(1, sent_statements);
	fail_with(&conns[0], "55P03");
	turn();
	assert_int_equal(4, sent_statements);
	run_to_quiet();
	assert_int_equal(4, sent_statements);
	expect_all(t, 6, DB_OK);
}

static bool on_its_way(const struct db_statement *st)
{
	for (size_t i = 0; i < ARRAY_LEN(conns); i++)
		for (size_t k = 0; k < conns[i].count; k++)
			if (conns[i].in_flight[k]->statement == st)
				return true;
	return false;
}

// However many creators have something to send whenever a place is free: who shares has a turn.
static void test_who_shares_is_not_starved(void **state)
{
	struct tried crowd[94] = {0}, t = {0};
	size_t next = 0, rounds = 0;

	(void)state;
	for (; next < 34; next++) {
		struct uuid creator = creator_number(next / 2 + 10);

		submit(&crowd[next], &alone, &creator);
	}
	turn();
	submit(&t, &shared, &creator_a);
	turn();
	for (; !on_its_way(&shared) && rounds < 60; rounds++, next++) {
		struct uuid creator = creator_number(rounds % 17 + 10);

		submit(&crowd[next], &alone, &creator);
		answer_first(&conns[rounds % 2]);
		turn();
	}
	assert_in_range(rounds, 1, 34); // when those before it have had theirs
	run_to_quiet();
	expect_all(crowd, next, DB_OK);
}

// With what is given back there may be more than the bound; nobody new is let in then.
static void test_the_bound_holds_for_what_is_given_back(void **state)
{
	struct tried t[8] = {0}, more[50] = {0};

	(void)state;
	start_with(4);
	for (size_t i = 0; i < 8; i++) {
		struct uuid creator = creator_number(i % 2);

		t[i].locked = true;
		submit(&t[i], &shared, &creator);
	}
	turn();
	for (size_t i = 0; i < 50; i++) {
		struct uuid creator = creator_number(i + 100);

		submit(&more[i], &together, &creator);
	}
	answer(&conns[0]);
	assert_int_equal(58, lanes_waiting());
	assert_false(db_has_room(&creator_b));
	run_to_quiet();
	assert_true(db_has_room(&creator_b));
	expect_all(t, 8, DB_OK);
	expect_all(more, 50, DB_OK);
}

static void test_a_statement_without_batch_takes_one_item(void **state)
{
	struct tried t[5] = {0};

	(void)state;
	for (size_t i = 0; i < 5; i++)
		submit(&t[i], &alone, &creator_a);
	run_to_quiet();
	assert_int_equal(5, sent_statements);
	assert_int_equal(1, largest_batch);
	expect_all(t, 5, DB_OK);
}

// However much one creator asks for, half of the connections stay for its neighbours.
static void test_one_creator_does_not_take_all_connections(void **state)
{
	struct tried a[20] = {0}, b = {0};

	(void)state;
	for (size_t i = 0; i < 20; i++)
		submit(&a[i], &alone, &creator_a);
	turn();
	turn();
	assert_int_equal(1, sent_statements);
	submit(&b, &alone, &creator_b);
	turn();
	assert_int_equal(1, conns[0].count);
	assert_int_equal(1, conns[1].count);
	answer(&conns[1]);
	expect_all(&b, 1, DB_OK);
	run_to_quiet();
	expect_all(a, 20, DB_OK);
}

// Nor with several kinds of statements: they share its half, and take turns in it.
static void test_many_kinds_of_statements_share_their_creators_half(void **state)
{
	struct tried slow[10] = {0}, too[10] = {0}, batch = {0}, b = {0};

	(void)state;
	for (size_t i = 0; i < 10; i++) {
		submit(&slow[i], &alone, &creator_a);
		submit(&too[i], &alone_too, &creator_a);
	}
	submit(&batch, &together, &creator_a);
	turn();
	turn();
	assert_int_equal(1, sent_statements);
	submit(&b, &together, &creator_b);
	turn();
	assert_int_equal(1, conns[0].count);
	assert_int_equal(1, conns[1].count);
	for (int i = 0; i < 3; i++) { // each of the three kinds has had a turn now
		answer(&conns[0]);
		answer(&conns[1]);
		turn();
	}
	expect_all(&b, 1, DB_OK);
	expect_all(slow, 1, DB_OK);
	expect_all(too, 1, DB_OK);
	expect_all(&batch, 1, DB_OK);
	assert_int_equal(0, slow[2].calls + too[2].calls);
	run_to_quiet();
	expect_all(slow, 10, DB_OK);
	expect_all(too, 10, DB_OK);
}

// Every place that poison can have in a batch of eight, and every pair of places.
static void test_poison_fails_alone(void **state)
{
	for (unsigned mask = 1; mask < 256; mask++) {
		struct tried t[8] = {0};

		if (__builtin_popcount(mask) > 2)
			continue;
		start(state);
		for (size_t i = 0; i < 8; i++) {
			t[i].poison = mask >> i & 1;
			submit(&t[i], &together, &creator_a);
		}
		run_to_quiet();
		for (size_t i = 0; i < 8; i++) {
			assert_int_equal(1, t[i].calls);
			assert_int_equal(t[i].poison ? DB_FAILED : DB_OK, t[i].status);
		}
		stop(state);
	}
}

static void test_what_may_pass_is_tried_again(void **state)
{
	struct tried t = {.poison = true};

	(void)state;
	next_sqlstate = "40001";
	submit(&t, &together, &creator_a);
	turn();
	answer(&conns[0]);
	answer(&conns[1]);
	assert_int_equal(0, t.calls);
	t.poison = false;
	run_to_quiet();
	expect_all(&t, 1, DB_OK);
	assert_int_equal(2, sent_statements);
}

static void test_tries_are_bounded(void **state)
{
	struct tried t = {.poison = true};

	(void)state;
	next_sqlstate = "40001";
	submit(&t, &together, &creator_a);
	run_to_quiet();
	expect_all(&t, 1, DB_TIMED_OUT); // it may pass yet: the client comes again
	assert_int_equal(DB_TRIES_MAX, sent_statements);
}

static void test_a_lost_connection_sends_again_elsewhere(void **state)
{
	struct tried t[3] = {0};
	struct db_batch *lost;

	(void)state;
	next_sqlstate = NULL;
	for (size_t i = 0; i < 3; i++)
		submit(&t[i], &together, &creator_a);
	turn();
	lost = conns[0].in_flight[0];
	conns[0].count = 0;
	conns[0].state = CONN_DOWN;
	db_batch_done(lost, NULL);
	turn();
	assert_int_equal(1, conns[1].count);
	run_to_quiet();
	expect_all(t, 3, DB_OK);
}

static void test_a_send_that_breaks_is_made_again(void **state)
{
	struct tried t = {0};

	(void)state;
	next_sqlstate = NULL;
	break_next_send = true;
	submit(&t, &together, &creator_a);
	run_to_quiet();
	expect_all(&t, 1, DB_OK);
}

static void test_no_connection_is_told_at_once(void **state)
{
	struct tried t = {0};

	(void)state;
	conns[0].state = conns[1].state = CONN_DOWN;
	submit(&t, &together, &creator_a);
	expect_all(&t, 1, DB_UNAVAILABLE);
}

// Whoever floods the queue has half of it, the next half of what is left: one who asks for little
// always finds room.
static size_t answered(const struct tried *t, size_t n)
{
	size_t calls = 0;

	for (size_t i = 0; i < n; i++)
		calls += t[i].calls;
	return calls;
}

// The answers of a large batch come a few at a time; who asked for little does not wait for them, and the
// lane's next batch is on its way before.
static void test_many_answers_are_given_out_in_turns(void **state)
{
	struct tried t[70] = {0}, next = {0}, little = {0};

	(void)state;
	start_with(2);
	db.settings.db_batch_max = 100;
	lanes_start(200);
	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		submit(&t[i], &wide, &creator_a);
	turn();
	assert_int_equal(1, sent_statements);
	submit(&next, &wide, &creator_a);
	submit(&little, &together, &creator_b);
	turn();
	db_abandon(&t[69].item);
	answer(&conns[0]);
	answer(&conns[1]);
	expect_all(&little, 1, DB_OK);
	assert_int_equal(0, answered(t, ARRAY_LEN(t)));
	turn();
	assert_int_equal(3, sent_statements); // `next` is on its way
	for (size_t given = 8; given < 69; given += 8) {
		assert_int_equal(given, answered(t, ARRAY_LEN(t)));
		turn();
	}
	expect_all(t, 69, DB_OK);
	expect_all(&t[69], 1, DB_ABANDONED);
	run_to_quiet();
	expect_all(&next, 1, DB_OK);
}

// Who has more waiting than is shared with others is a crowd, until it was sent.
static void test_a_crowd_is_told(void **state)
{
	struct tried t[DB_MIX_ITEMS_MAX + 2] = {0};

	(void)state;
	start_with(1);
	lanes_start(100); // a creator fills half of it
	submit(&t[0], &together, &creator_a);
	turn();
	for (size_t i = 1; i < ARRAY_LEN(t); i++) {
		assert_false(db_is_crowded(&creator_a));
		submit(&t[i], &together, &creator_a);
	}
	assert_true(db_is_crowded(&creator_a));
	assert_false(db_is_crowded(&creator_b));
	run_to_quiet();
	assert_false(db_is_crowded(&creator_a));
	expect_all(t, ARRAY_LEN(t), DB_OK);
}

static void test_a_full_queue_is_told_at_once(void **state)
{
	struct tried a[60] = {0}, b[60] = {0}, c[5] = {0};

	(void)state;
	for (size_t i = 0; i < 60; i++)
		submit(&a[i], &together, &creator_a);
	expect_all(a + 25, 35, DB_OVERLOADED);
	for (size_t i = 0; i < 60; i++) // over two lanes: what counts is the creator
		submit(&b[i], i % 2 == 0 ? &together : &alone, &creator_b);
	expect_all(b + 13, 47, DB_OVERLOADED);
	for (size_t i = 0; i < 5; i++)
		submit(&c[i], &together, &creator_c);
	run_to_quiet();
	expect_all(a, 25, DB_OK);
	expect_all(b, 13, DB_OK);
	expect_all(c, 5, DB_OK);
}

static void test_what_waits_too_long_ends(void **state)
{
	struct tried t[2] = {0};

	(void)state;
	submit(&t[0], &together, &creator_a);
	turn();
	submit(&t[1], &together, &creator_a);
	t[1].item.deadline_mono_ms = clock_mono_ms() - 1;
	tick();
	expect_all(&t[1], 1, DB_TIMED_OUT);
	run_to_quiet();
	expect_all(&t[0], 1, DB_OK);
}

static void test_an_abandoned_item_is_not_sent(void **state)
{
	struct tried t[2] = {0};

	(void)state;
	submit(&t[0], &together, &creator_a);
	submit(&t[1], &together, &creator_a);
	db_abandon(&t[0].item);
	turn();
	assert_int_equal(1, largest_batch);
	run_to_quiet();
	expect_all(&t[0], 1, DB_ABANDONED);
	expect_all(&t[1], 1, DB_OK);
}

static void test_an_item_abandoned_in_flight_ends_once(void **state)
{
	struct tried t = {0};

	(void)state;
	submit(&t, &together, &creator_a);
	turn();
	db_abandon(&t.item);
	assert_int_equal(0, t.calls);
	run_to_quiet();
	expect_all(&t, 1, DB_ABANDONED);
}

// Many creators, poison, lost connections, abandoned items, in a random order: every item ends
// exactly once, and those that nothing happened to end well.
static void test_random_histories(void **state)
{
	static const struct db_statement *const statements[] = {
	    &together, &shared, &shared, &alone};

	for (unsigned seed = 1; seed <= 200; seed++) {
		struct tried t[40] = {0};

		start(state);
		srand(seed);
		for (size_t i = 0; i < 40; i++) {
			struct uuid creator = {{(uint8_t)(rand() % 5)}};

			t[i].poison = rand() % 10 == 0;
			t[i].locked = rand() % 4 == 0;
			submit(&t[i], statements[rand() % 4], &creator);
			if (rand() % 12 == 0)
				db_abandon(&t[i].item);
			if (rand() % 3 == 0)
				turn();
			if (rand() % 4 == 0)
				answer(&conns[rand() % 2]);
		}
		run_to_quiet();
		for (size_t i = 0; i < 40; i++) {
			enum db_status want = t[i].poison ? DB_FAILED : DB_OK;

			if (t[i].item.abandoned)
				want = DB_ABANDONED;
			if (t[i].calls != 1 || t[i].status != want)
				fail_msg("seed %u item %zu: %u calls, status %d", seed, i,
				    t[i].calls, (int)t[i].status);
		}
		stop(state);
	}
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, start, stop)
	const struct CMUnitTest tests[] = {
	    CASE(test_one_item_goes_at_once),
	    CASE(test_what_arrives_meanwhile_rides_in_the_next_statement),
	    CASE(test_a_full_batch_goes_behind_the_first),
	    CASE(test_creators_do_not_share_a_statement),
	    CASE(test_creators_share_a_statement_that_mixes),
	    CASE(test_few_items_wait_for_the_statement_before_them),
	    CASE(test_enough_items_do_not_wait),
	    CASE(test_one_item_does_not_wait_for_another),
	    CASE(test_a_statement_that_hangs_holds_up_nobody),
	    CASE(test_a_storm_has_batches_of_its_own),
	    CASE(test_what_a_shared_batch_gives_back_goes_alone),
	    CASE(test_poison_fails_alone_among_creators),
	    CASE(test_a_shared_batch_that_would_wait_is_taken_apart),
	    CASE(test_who_shares_is_not_starved),
	    CASE(test_the_bound_holds_for_what_is_given_back),
	    CASE(test_a_statement_without_batch_takes_one_item),
	    CASE(test_one_creator_does_not_take_all_connections),
	    CASE(test_many_kinds_of_statements_share_their_creators_half),
	    CASE(test_poison_fails_alone),
	    CASE(test_what_may_pass_is_tried_again),
	    CASE(test_tries_are_bounded),
	    CASE(test_a_lost_connection_sends_again_elsewhere),
	    CASE(test_a_send_that_breaks_is_made_again),
	    CASE(test_no_connection_is_told_at_once),
	    CASE(test_many_answers_are_given_out_in_turns),
	    CASE(test_a_crowd_is_told),
	    CASE(test_a_full_queue_is_told_at_once),
	    CASE(test_what_waits_too_long_ends),
	    CASE(test_an_abandoned_item_is_not_sent),
	    CASE(test_an_item_abandoned_in_flight_ends_once),
	    CASE(test_random_histories),
	};

	return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
