// SPDX-License-Identifier: Apache-2.0
//
// `roadshow simulate`: reads the orders of a time in one transaction that sees one moment and writes
// nothing, decides them again by another policy (simulate_state.c), and tells what would have differed.
// Memory is that of what was taken: by hub, SKU and wave.
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/settings.h"
#include "cli/command.h"
#include "cli/simulate_state.h"
#include "crypto/digest.h"
#include "routing/snapshot.h"
#include "tool/pg.h"

#define CONNECT_TIMEOUT_S 10
#define PAGE "500"
#define POLICY_BYTES_MAX 65536
#define DOC_BYTES_MAX ((size_t)4 << 20)

struct simulating {
	const struct cli_command *self;
	const char *slug, *from, *to, *file;
	bool as_json;
	struct pg *pg;
	char creator[UUID_TEXT_LEN + 1];
	char draft[POLICY_BYTES_MAX]; // as in the file
	struct route_policy policy;
	struct simulation *simulation;
	int64_t forgotten; // orders that nothing is kept of to decide them again by
};

// ---- arguments ----------------------------------------------------------------------------------

static bool is_time(const struct simulating *x, const char *name, const char *text)
{
	int64_t at_us;

	if (text && clock_parse(span_of(text), &at_us))
		return true;
	cli_complain(x->self, "--%s wants a time such as 2026-05-01T00:00:00Z", name);
	return false;
}

// Members of a policy, as PUT /v1/route/policy takes them.
static bool is_draft(const struct simulating *x, const struct json *draft)
{
	static const char *const members[] = {"rules", "distance_max_m", "cost_max",
	    "shipments_max", "split_min_amount", "partial", "travel"};

	if (!draft || draft->type != JSON_OBJECT) {
		cli_complain(x->self, "%s: this is no JSON object", x->file);
		return false;
	}
	for (const struct json *m = draft->child; m; m = m->next) {
		bool known = false;

		for (size_t i = 0; i < ARRAY_LEN(members); i++)
			known = known || span_eq(m->key, members[i]);
		if (!known) {
			cli_complain(x->self, "%s: a policy has no \"%.*s\"", x->file,
			    (int)m->key.len, m->key.ptr);
			return false;
		}
	}
	return true;
}

static bool read_draft(struct simulating *x)
{
	FILE *f = fopen(x->file, "r");
	struct arena arena;
	char error[128];
	size_t len = f ? fread(x->draft, 1, sizeof(x->draft) - 1, f) : 0;
	bool ok = f && feof(f);

	if (!f)
		cli_complain(x->self, "%s: %s", x->file, strerror(errno));
	else if (!ok)
		cli_complain(x->self, "%s: longer than a policy can be", x->file);
	if (f)
		fclose(f);
	arena_init(&arena, DOC_BYTES_MAX);
	if (ok) {
		ok = is_draft(x, json_parse(&arena, x->draft, len, error, sizeof(error)));
	}
	arena_release(&arena);
	return ok;
}

// ---- reading ------------------------------------------------------------------------------------

static bool find_creator(struct simulating *x, bool *found)
{
	const char *params[] = {x->slug};
	struct pg_rows *rows = pg_query(
	    x->pg, "select id from roadshow.creators where slug = $1", params, ARRAY_LEN(params));

	*found = rows && pg_count(rows) == 1;
	if (*found)
		snprintf(x->creator, sizeof(x->creator), "%s", pg_text(rows, 0, 0));
	else if (rows)
		cli_complain(x->self, "there is no creator %s", x->slug);
	pg_rows_release(rows);
	return rows != NULL;
}

// The policy as the service would make it of the file. *fits: it is one.
static bool make_policy(struct simulating *x, bool *fits)
{
	const char *params[] = {x->creator, x->draft};
	struct pg_rows *rows = pg_query(x->pg,
	    "select roadshow.route_policy_merge(roadshow.route_policy($1::uuid), $2::jsonb, '')",
	    params, ARRAY_LEN(params));
	struct arena arena;
	char error[128];
	const struct json *doc = NULL;

	*fits = false;
	if (!rows && strncmp(pg_sqlstate(x->pg), "RS", 2) != 0)
		return false;
	arena_init(&arena, DOC_BYTES_MAX);
	if (rows)
		doc = json_parse(
		    &arena, pg_text(rows, 0, 0), strlen(pg_text(rows, 0, 0)), error, sizeof(error));
	*fits = doc && route_policy_parse(doc, &x->policy);
	if (!*fits)
		cli_complain(x->self, "%s: this is no routing policy", x->file);
	arena_release(&arena);
	pg_rows_release(rows);
	return true;
}

static double number_or(const struct pg_rows *rows, size_t i, int column, double otherwise)
{
	return pg_is_null(rows, i, column) ? otherwise : strtod(pg_text(rows, i, column), NULL);
}

static struct uuid id_of(const char *text)
{
	struct uuid id;
	bool ok = uuid_parse(span_of(text), &id);

	ASSERT(ok); // of a column of that type
	return id;
}

static bool read_hubs(struct simulating *x)
{
	enum { ID, KIND, EVENT, RADIUS, PER_ORDER, PER_KM };
	const char *params[] = {x->creator};
	struct pg_rows *rows = pg_query(x->pg,
	    "select id, kind, event_id, radius_m, cost_per_order, cost_per_km from roadshow.hubs "
	    "where creator_id = $1::uuid",
	    params, ARRAY_LEN(params));

	for (size_t i = 0; rows && i < pg_count(rows); i++) {
		struct route_hub h = {.id = id_of(pg_text(rows, i, ID)),
		    .radius_m = number_or(rows, i, RADIUS, INFINITY),
		    .cost_per_order = number_or(rows, i, PER_ORDER, 0),
		    .cost_per_km = number_or(rows, i, PER_KM, 0)};

		if (!route_kind_parse(span_of(pg_text(rows, i, KIND)), &h.kind))
			ASSERT(!"a kind of the table");
		if (!pg_is_null(rows, i, EVENT))
			h.event = id_of(pg_text(rows, i, EVENT));
		simulate_hub(x->simulation, &h);
	}
	pg_rows_release(rows);
	return rows != NULL;
}

static bool read_waves(struct simulating *x)
{
	enum { HUB, CUT_OFF, READY, PICKUP, CAPACITY, FREE };
	const char *params[] = {x->creator, x->from, x->to};
	struct pg_rows *rows = pg_query(x->pg,
	    "select hub_id, cut_off, ready, pickup, capacity, free from "
	    "roadshow.simulate_waves($1::uuid, $2::timestamptz, $3::timestamptz)",
	    params, ARRAY_LEN(params));

	for (size_t i = 0; rows && i < pg_count(rows); i++) {
		struct uuid hub = id_of(pg_text(rows, i, HUB));
		struct route_wave w = {.cut_off_us = pg_int(rows, i, CUT_OFF),
		    .ready_us = pg_int(rows, i, READY),
		    .pickup_us = pg_int(rows, i, PICKUP),
		    .capacity = (int32_t)pg_int(rows, i, CAPACITY),
		    .free = (int32_t)pg_int(rows, i, FREE)};

		if (simulate_at(x->simulation, &hub))
			simulate_wave(x->simulation, &w);
	}
	pg_rows_release(rows);
	return rows != NULL;
}

static bool read_forgotten(struct simulating *x)
{
	const char *params[] = {x->creator, x->from, x->to};
	struct pg_rows *rows = pg_query(x->pg,
	    "select roadshow.simulate_forgotten($1::uuid, $2::timestamptz, $3::timestamptz)",
	    params, ARRAY_LEN(params));

	if (rows)
		x->forgotten = pg_int(rows, 0, 0);
	pg_rows_release(rows);
	return rows != NULL;
}

static void take_order(struct simulating *x, struct span doc)
{
	struct arena arena;
	char error[128];
	const struct json *tree;
	bool ok;

	arena_init(&arena, DOC_BYTES_MAX);
	tree = json_parse(&arena, doc.ptr, doc.len, error, sizeof(error));
	ok = tree && simulate_order(x->simulation, tree);
	ASSERT(ok); // our own function wrote it
	arena_release(&arena);
}

static bool read_orders(struct simulating *x)
{
	char after[UUID_TEXT_LEN + 1] = "00000000-0000-0000-0000-000000000000";
	const char *params[] = {x->creator, x->from, x->to, after};

	for (;;) {
		struct pg_rows *rows = pg_query(x->pg,
		    "select id, doc from roadshow.simulate_orders($1::uuid, $2::timestamptz, "
		    "$3::timestamptz, $4::uuid, " PAGE ")",
		    params, ARRAY_LEN(params));
		size_t found = rows ? pg_count(rows) : 0;

		for (size_t i = 0; i < found; i++)
			take_order(x, span_of(pg_text(rows, i, 1)));
		if (found > 0)
			snprintf(after, sizeof(after), "%s", pg_text(rows, found - 1, 0));
		pg_rows_release(rows);
		if (found == 0)
			return rows != NULL;
	}
}

// ---- telling ------------------------------------------------------------------------------------

static const struct {
	const char *name, *words;
	size_t at; // of an int64_t in the sums
} COUNTS[] = {
    {"whole", "orders of one shipment", offsetof(struct simulate_sums, whole)},
    {"split", "orders that were split", offsetof(struct simulate_sums, split)},
    {"partial", "orders shipped in part", offsetof(struct simulate_sums, partial)},
    {"none", "orders not shipped", offsetof(struct simulate_sums, none)},
    {"shipments", "shipments", offsetof(struct simulate_sums, shipments)},
    {"units_waiting", "units that wait", offsetof(struct simulate_sums, units_waiting)},
    {"late", "late promises", offsetof(struct simulate_sums, late)},
};

static int64_t count_of(const struct simulate_sums *sums, size_t row)
{
	int64_t n;

	memcpy(&n, (const char *)sums + COUNTS[row].at, sizeof(n));
	return n;
}

static double mean_km(const struct simulate_sums *s)
{
	return s->shipments > 0 ? s->distance_m / 1000 / (double)s->shipments : 0;
}

static void print_number(const char *words, int digits, double then, double now)
{
	printf(
	    "%-24s %14.*f %14.*f %+14.*f\n", words, digits, then, digits, now, digits, now - then);
}

static void print_table(const struct simulating *x)
{
	const struct simulate_sums *then = simulate_then(x->simulation),
				   *now = simulate_now(x->simulation);

	printf("%" PRId64 " orders from %s to %s; %" PRId64 " would ship from elsewhere\n\n",
	    simulate_orders(x->simulation), x->from, x->to, simulate_moved(x->simulation));
	printf("%-24s %14s %14s %14s\n", "", "as decided", "simulated", "difference");
	print_number("distance, km", 1, then->distance_m / 1000, now->distance_m / 1000);
	print_number("km a shipment", 1, mean_km(then), mean_km(now));
	for (size_t i = 0; i < ARRAY_LEN(COUNTS); i++)
		print_number(
		    COUNTS[i].words, 0, (double)count_of(then, i), (double)count_of(now, i));
	print_number("cost, minor units", 0, then->cost, now->cost);
	if (x->forgotten > 0)
		printf("\n%" PRId64
		       " more orders are not in it: where they went, and why, was forgotten with "
		       "their person, or as they were taken back.\n",
		    x->forgotten);
	if (simulate_unlike(x->simulation) > 0)
		printf("\n%" PRId64
		       " orders do not come out as recorded by the policy of then: a hub has been "
		       "changed since.\n",
		    simulate_unlike(x->simulation));
}

static void put_sums(struct json_out *w, const char *name, const struct simulate_sums *s)
{
	json_key(w, name);
	json_open(w, '{');
	json_key(w, "distance_m");
	json_put_number(w, s->distance_m);
	for (size_t i = 0; i < ARRAY_LEN(COUNTS); i++)
		json_kv_int(w, COUNTS[i].name, count_of(s, i));
	json_key(w, "cost");
	json_put_number(w, s->cost);
	json_close(w, '}');
}

static void print_json(const struct simulating *x)
{
	struct json_out w;
	struct buf b;

	buf_init(&b, POLICY_BYTES_MAX);
	w = json_to(&b);
	json_open(&w, '{');
	json_kv_text(&w, "creator", x->slug);
	json_kv_text(&w, "from", x->from);
	json_kv_text(&w, "to", x->to);
	json_kv_int(&w, "orders", simulate_orders(x->simulation));
	json_kv_int(&w, "moved", simulate_moved(x->simulation));
	json_kv_int(&w, "unlike", simulate_unlike(x->simulation));
	json_kv_int(&w, "forgotten", x->forgotten);
	put_sums(&w, "decided", simulate_then(x->simulation));
	put_sums(&w, "simulated", simulate_now(x->simulation));
	json_close(&w, '}');
	ASSERT(!b.failed);
	puts(buf_text(&b));
	buf_release(&b);
}

// ---- the command --------------------------------------------------------------------------------

// A role that may read the tables itself is left as it is.
static bool begin(struct simulating *x)
{
	struct pg_rows *rows;
	bool reads;

	if (!pg_run(x->pg, "begin isolation level repeatable read, read only", NULL, 0) ||
	    !pg_run(x->pg, "set local search_path = roadshow, api, pg_temp", NULL, 0))
		return false;
	rows =
	    pg_query(x->pg, "select has_schema_privilege('roadshow', 'usage')::integer", NULL, 0);
	if (!rows)
		return false;
	reads = pg_int(rows, 0, 0) == 1;
	pg_rows_release(rows);
	return reads || pg_run(x->pg, "set local role roadshow_owner", NULL, 0);
}

static int simulate(struct simulating *x)
{
	bool known = false, fits = false;
	bool ok = begin(x) && find_creator(x, &known) && (!known || make_policy(x, &fits));

	if (ok && fits) {
		x->simulation = simulate_new(&x->policy);
		ok = read_hubs(x) && read_waves(x) && read_forgotten(x) && read_orders(x);
		if (ok && x->as_json)
			print_json(x);
		else if (ok)
			print_table(x);
		simulate_release(x->simulation);
	}
	if (!ok)
		cli_complain(x->self, "%s", pg_error(x->pg));
	pg_rollback(x->pg);
	return !ok ? CLI_UNREACHABLE : known && fits ? CLI_OK : CLI_USAGE;
}

int cli_simulate(const struct cli_command *self, int argc, char **argv)
{
	static struct simulating x;
	const struct cli_option options[] = {{"creator", &x.slug, NULL}, {"policy", &x.file, NULL},
	    {"from", &x.from, NULL}, {"to", &x.to, NULL}, {"json", NULL, &x.as_json},
	    {NULL, NULL, NULL}};
	struct settings settings;
	struct buf error;
	enum cli_parsed parsed = cli_parse(self, argc, argv, options, NULL, 0, 0);

	x.self = self;
	if (parsed != CLI_PARSED)
		return parsed == CLI_PARSED_HELP ? CLI_OK : CLI_USAGE;
	if (!x.slug || !x.file) {
		cli_complain(self, "give --creator and --policy");
		return CLI_USAGE;
	}
	if (!is_time(&x, "from", x.from) || !is_time(&x, "to", x.to) || !read_draft(&x))
		return CLI_USAGE;
	crypto_init();
	buf_init(&error, 4096);
	if (settings_load(&settings, &error))
		x.pg = pg_open(
		    settings.admin_database_url, "roadshow simulate", CONNECT_TIMEOUT_S, &error);
	if (x.pg == NULL)
		cli_complain(self, "%s", buf_text(&error));
	int result = x.pg != NULL ? simulate(&x) : CLI_UNREACHABLE;
	pg_close(x.pg);
	buf_release(&error);
	return result;
}
