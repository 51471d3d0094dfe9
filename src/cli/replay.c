// SPDX-License-Identifier: Apache-2.0
//
// `roadshow replay`: reads each creator's ledger, rebuilds what follows from it (replay_state.c) and
// holds the tables against that, page by page, in one transaction that sees one moment and writes
// nothing. Memory is that of the largest ledger.
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/settings.h"
#include "cli/command.h"
#include "cli/replay_state.h"
#include "crypto/digest.h"
#include "tool/pg.h"

#define CONNECT_TIMEOUT_S 10
#define PAGE "5000"
#define SHOWN_MAX 20

struct replaying {
	const struct cli_command *self;
	struct pg *pg;
	struct replay *replay; // of the creator at hand
	char creator[UUID_TEXT_LEN + 1];
	char slug[64];
	uint64_t entries; // of its ledger, by the ledger's head
	uint64_t differences, creators, tokens;
};

// ---- differences ---------------------------------------------------------------------------------

static void differ(struct replaying *x, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void differ(struct replaying *x, const char *fmt, ...)
{
	va_list args;
	if (x->differences++ >= SHOWN_MAX)
		return;
	printf("%s: ", x->slug);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
}

static void expect_int(struct replaying *x, const char *what, const char *name, const char *column,
    int64_t stored, int64_t replayed)
{
	if (stored != replayed)
		differ(x, "%s %s: %s is %" PRId64 ", by the ledger %" PRId64, what, name, column,
		    stored, replayed);
}

static void expect_text(struct replaying *x, const char *what, const char *name, const char *column,
    const char *stored, const char *replayed)
{
	if (strcmp(stored, replayed) != 0)
		differ(x, "%s %s: %s is \"%s\", by the ledger \"%s\"", what, name, column, stored,
		    replayed);
}

static void only_in_table(struct replaying *x, const char *what, const char *name)
{
	differ(x, "%s %s: in the table and not in the ledger", what, name);
}

static void only_in_ledger(struct replaying *x, const char *what, const struct uuid *id)
{
	char text[UUID_TEXT_LEN + 1];
	uuid_format(id, text);
	differ(x, "%s %s: in the ledger and not in the table", what, text);
}

static struct uuid id_of(const char *text)
{
	struct uuid id;
	bool ok = uuid_parse(span_of(text), &id);
	ASSERT(ok); // of a column of that type
	return id;
}

// ---- rows ----------------------------------------------------------------------------------------

static void take_token(struct replaying *x, const struct pg_rows *rows, size_t i)
{
	enum { ID, DROP, SERIAL, VERSION, STATE, WINDOW, INDEX, DEPOSIT };
	const char *name = pg_text(rows, i, ID), *window = "";
	struct uuid id = id_of(name);
	char drop[UUID_TEXT_LEN + 1];
	struct replay_token *t = replay_token(x->replay, &id);
	if (t == NULL) {
		only_in_table(x, "token", name);
		return;
	}
	t->is_seen = true;
	if (t->window != REPLAY_NO_WINDOW)
		window = replay_window_at(x->replay, t->window)->name;
	uuid_format(&replay_drop_at(x->replay, t->drop)->id, drop);
	expect_text(x, "token", name, "drop_id", pg_text(rows, i, DROP), drop);
	expect_int(x, "token", name, "serial", pg_int(rows, i, SERIAL), t->serial);
	expect_int(x, "token", name, "version", pg_int(rows, i, VERSION), t->version);
	expect_text(
	    x, "token", name, "state", pg_text(rows, i, STATE), replay_state_name(t->state));
	expect_text(x, "token", name, "window_name", pg_text(rows, i, WINDOW), window);
	expect_int(x, "token", name, "ledger_index", pg_int(rows, i, INDEX), (int64_t)t->index);
	expect_text(x, "token", name, "deposit", pg_text(rows, i, DEPOSIT),
	    replay_deposit_name(t->deposit));
}

static void take_drop(struct replaying *x, const struct pg_rows *rows, size_t i)
{
	const char *name = pg_text(rows, i, 0);
	struct uuid id = id_of(name);
	struct replay_drop *d = replay_drop(x->replay, &id);
	if (d == NULL) {
		only_in_table(x, "drop", name);
		return;
	}
	d->is_seen = true;
	const struct {
		const char *column;
		int64_t replayed;
	} counters[] = {
	    {"tokenized", d->tokenized},
	    {"quantity", d->quantity},
	    {"held", d->held},
	    {"issued", d->issued},
	    {"redeemed", d->redeemed},
	    {"forfeited", d->forfeited},
	    {"waiting", d->waiting},
	};
	for (size_t k = 0; k < ARRAY_LEN(counters); k++)
		expect_int(x, "drop", name, counters[k].column, pg_int(rows, i, (int)k + 1),
		    counters[k].replayed);
}

static void take_window(struct replaying *x, const struct pg_rows *rows, size_t i)
{
	enum { DROP, NAME, QUANTITY, USED };
	char name[UUID_TEXT_LEN + REPLAY_NAME_MAX + 2];
	struct uuid drop = id_of(pg_text(rows, i, DROP));
	struct replay_window *w = replay_window(x->replay, &drop, span_of(pg_text(rows, i, NAME)));
	snprintf(name, sizeof(name), "%s/%s", pg_text(rows, i, DROP), pg_text(rows, i, NAME));
	if (w == NULL) {
		only_in_table(x, "window", name);
		return;
	}
	w->is_seen = true;
	int64_t quantity =
	    pg_is_null(rows, i, QUANTITY) ? REPLAY_UNLIMITED : pg_int(rows, i, QUANTITY);
	expect_int(x, "window", name, "quantity", quantity, w->quantity);
	expect_int(x, "window", name, "used", pg_int(rows, i, USED), w->used);
}

// The pages of a table, by its key: $1 the creator, $2 and $3 the last row's first two columns. A
// deposit's row names its token, so that a token's page shows both.
static const struct table {
	const char *sql;
	void (*take)(struct replaying *x, const struct pg_rows *rows, size_t i);
} TABLES[] = {
    {"select id, tokenized, quantity, held, issued, redeemed, forfeited, waiting "
     "from roadshow.drops where creator_id = $1::uuid and id > $2::uuid and $3::text is not null "
     "order by id limit " PAGE,
	take_drop},
    {"select drop_id, name, quantity, used from roadshow.drop_windows "
     "where creator_id = $1::uuid and (drop_id, name) > ($2::uuid, $3) "
     "order by drop_id, name limit " PAGE,
	take_window},
    {"select t.id, t.drop_id, t.serial, t.version, t.state, t.window_name, t.ledger_index, p.state "
     "from (select * from roadshow.tokens where creator_id = $1::uuid and id > $2::uuid "
     "and $3::text is not null order by id limit " PAGE ") t left join roadshow.deposits p "
     "on p.creator_id = t.creator_id and p.token_id = t.id order by t.id",
	take_token},
};

static bool take_table(struct replaying *x, const struct table *t)
{
	char first[UUID_TEXT_LEN + 1] = "00000000-0000-0000-0000-000000000000", second[64] = "";
	for (;;) {
		const char *params[] = {x->creator, first, second};
		struct pg_rows *rows = pg_query(x->pg, t->sql, params, ARRAY_LEN(params));
		if (rows == NULL)
			return false;
		size_t found = pg_count(rows);
		for (size_t i = 0; i < found; i++)
			t->take(x, rows, i);
		if (found > 0) {
			snprintf(first, sizeof(first), "%s", pg_text(rows, found - 1, 0));
			snprintf(second, sizeof(second), "%s", pg_text(rows, found - 1, 1));
		}
		pg_rows_release(rows);
		if (found == 0)
			return true;
	}
}

static void tell_missing(struct replaying *x)
{
	for (size_t i = 0; i < replay_drops(x->replay); i++)
		if (!replay_drop_at(x->replay, i)->is_seen)
			only_in_ledger(x, "drop", &replay_drop_at(x->replay, i)->id);
	for (size_t i = 0; i < replay_tokens(x->replay); i++)
		if (!replay_token_at(x->replay, i)->is_seen)
			only_in_ledger(x, "token", &replay_token_at(x->replay, i)->id);
	for (size_t i = 0; i < replay_windows(x->replay); i++) {
		const struct replay_window *w = replay_window_at(x->replay, i);
		char drop[UUID_TEXT_LEN + 1];
		if (w->is_seen)
			continue;
		uuid_format(&replay_drop_at(x->replay, w->drop)->id, drop);
		differ(x, "window %s/%s: in the ledger and not in the table", drop, w->name);
	}
}

// ---- one creator ---------------------------------------------------------------------------------

// Takes the ledger. *possible: it is a history that can have happened. False: the database failed.
static bool take_ledger(struct replaying *x, bool *possible)
{
	char from[24];
	struct buf error;
	bool ok = true;
	size_t found = 0;
	buf_init(&error, 1024);
	do {
		snprintf(from, sizeof(from), "%" PRIu64, replay_entries(x->replay));
		const char *params[] = {x->creator, from};
		struct pg_rows *rows = pg_query(x->pg,
		    "select entry from roadshow.ledger where creator_id = $1::uuid "
		    "and index >= $2::bigint order by index limit " PAGE,
		    params, ARRAY_LEN(params));
		ok = rows != NULL;
		found = ok ? pg_count(rows) : 0;
		for (size_t i = 0; i < found && *possible; i++)
			*possible = replay_take(x->replay, span_of(pg_text(rows, i, 0)), &error);
		pg_rows_release(rows);
	} while (found > 0 && *possible);
	if (!*possible)
		differ(x, "impossible: %s", buf_text(&error));
	else if (ok && replay_entries(x->replay) != x->entries)
		differ(x, "the ledger has %" PRIu64 " entries, its head says %" PRIu64,
		    replay_entries(x->replay), x->entries);
	buf_release(&error);
	return ok;
}

static bool take_creator(struct replaying *x)
{
	bool possible = true;
	x->replay = replay_new();
	bool ok = take_ledger(x, &possible);
	for (size_t i = 0; i < ARRAY_LEN(TABLES) && ok && possible; i++)
		ok = take_table(x, &TABLES[i]);
	if (ok && possible)
		tell_missing(x);
	x->creators++;
	x->tokens += replay_tokens(x->replay);
	replay_release(x->replay);
	x->replay = NULL;
	return ok;
}

// The next creator by id, or the one that `slug` names. False: there is none, or the database failed;
// *ok says which.
static bool next_creator(struct replaying *x, const char *slug, bool *ok)
{
	const char *params[] = {x->creator, slug};
	struct pg_rows *rows = pg_query(x->pg,
	    "select c.id, c.slug, coalesce(h.size, 0) from roadshow.creators c "
	    "left join roadshow.ledger_heads h on h.creator_id = c.id "
	    "where c.id > $1::uuid and ($2::text is null or c.slug = $2) order by c.id limit 1",
	    params, ARRAY_LEN(params));
	*ok = rows != NULL;
	bool found = *ok && pg_count(rows) > 0;
	if (found) {
		snprintf(x->creator, sizeof(x->creator), "%s", pg_text(rows, 0, 0));
		snprintf(x->slug, sizeof(x->slug), "%s", pg_text(rows, 0, 1));
		x->entries = (uint64_t)pg_int(rows, 0, 2);
	}
	pg_rows_release(rows);
	return found;
}

// ---- the command ---------------------------------------------------------------------------------

static int report(const struct replaying *x, const char *slug)
{
	if (slug != NULL && x->creators == 0) {
		cli_complain(x->self, "there is no creator %s", slug);
		return CLI_USAGE;
	}
	if (x->differences > SHOWN_MAX)
		printf("and %" PRIu64 " more\n", x->differences - SHOWN_MAX);
	printf("%" PRIu64 " creators, %" PRIu64 " tokens: %s\n", x->creators, x->tokens,
	    x->differences == 0 ? "the ledgers say the same as the tables"
				: "THE LEDGERS AND THE TABLES DIFFER");
	return x->differences == 0 ? CLI_OK : CLI_FAILED;
}

static int replay_all(struct replaying *x, const char *slug)
{
	bool ok = pg_run(x->pg, "begin isolation level repeatable read, read only", NULL, 0) &&
		  pg_run(x->pg, "set local role roadshow_owner", NULL, 0);
	while (ok && next_creator(x, slug, &ok))
		ok = take_creator(x);
	if (!ok)
		cli_complain(x->self, "%s", pg_error(x->pg));
	pg_rollback(x->pg);
	return ok ? report(x, slug) : CLI_UNREACHABLE;
}

int cli_replay(const struct cli_command *self, int argc, char **argv)
{
	struct replaying x = {.self = self, .creator = "00000000-0000-0000-0000-000000000000"};
	const char *slug = NULL;
	const struct cli_option options[] = {{"creator", &slug, NULL}, {NULL, NULL, NULL}};
	struct settings settings;
	struct buf error;
	enum cli_parsed parsed = cli_parse(self, argc, argv, options, NULL, 0, 0);
	if (parsed != CLI_PARSED)
		return parsed == CLI_PARSED_HELP ? CLI_OK : CLI_USAGE;
	crypto_init();
	buf_init(&error, 4096);
	if (settings_load(&settings, &error))
		x.pg = pg_open(
		    settings.admin_database_url, "roadshow replay", CONNECT_TIMEOUT_S, &error);
	if (x.pg == NULL)
		cli_complain(self, "%s", buf_text(&error));
	int result = x.pg != NULL ? replay_all(&x, slug) : CLI_UNREACHABLE;
	pg_close(x.pg);
	buf_release(&error);
	return result;
}
