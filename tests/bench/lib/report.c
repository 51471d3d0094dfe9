// SPDX-License-Identifier: Apache-2.0
//
// Part of script/bench route --report: gives orders to hubs by one way of choosing, with the stock
// and the slots that are left by those before, and tells what came of each. usage: report WAY HUBS
// ORDERS RESULTS: files of doubles, of a hub: latitude, longitude, warehouse or not, units of each
// SKU, slots a wave, hour of the first cut-off; of an order: latitude, longitude, quantities of
// each SKU, hour, hours until it is needed. A result is four doubles for each shipment: order, hub,
// metres, whether it is in time (hub -1 and 0 metres: nobody ships the rest).
//
// The way `beside` is `ours`, and of each order it tells what `nearest` would make of it with the same
// stock and slots: eight doubles, for each of the two shipments, metres, whether the promise is kept,
// and whether a warehouse ships.
//
// `ours` is the service's own policy, `closest` the service by a policy that does not look at
// promises. The naive ways look at stock only. Line by line: the
// first in the list that has all of a line (`first`), or who has most of it (`stock`), gives it. Or
// the order as a whole (`first-whole`, `stock-whole`, `nearest`): who
// has all of it ships, and when nobody has all, who lacks fewest lines gives first. Whoever is
// given an order puts it into the next wave with a free slot.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "routing/share.h"
#include "routing/shortlist.h"

#define HUBS_MAX 64
#define SKUS 5
#define WAVES 24 // two a day, as many as the service looks at
#define HOUR (INT64_C(3600) * 1000000)
#define START INT64_C(1700000000000000)

// Columns of the files; latitude and longitude are the first two.
enum { HUB_IS_WAREHOUSE = 2, HUB_STOCK, HUB_SLOTS = HUB_STOCK + SKUS, HUB_CUT_OFF, HUB_COLUMNS };
enum { ORDER_UNITS = 2, ORDER_HOUR = ORDER_UNITS + SKUS, ORDER_WITHIN, ORDER_COLUMNS };

static struct route_hub hubs[HUBS_MAX];
static struct route_wave waves[HUBS_MAX][WAVES];
static int32_t stock[HUBS_MAX][SKUS];
static struct near_node nodes[HUBS_MAX];
static size_t hub_count;

static struct route_policy policy = {
    // the service's own
    .rules = {RULE_PROMISE_MET, RULE_FEWEST_SPLITS, RULE_MICRO_HUB_BEFORE_WAREHOUSE, RULE_CLOSEST},
    .rule_count = 4,
    .distance_max_m = INFINITY,
    .cost_max = INFINITY,
    .shipments_max = 3,
    .partial = true,
    .local_m = 30000,
    .local_km_h = 30,
    .local_overhead_s = 1200,
    .bands = {{300000, 1}, {1500000, 2}, {INFINITY, 5}},
    .band_count = 3,
};

static void put_hub(const double *v)
{
	size_t n = hub_count++;

	ASSERT(n < HUBS_MAX);
	for (int w = 0; w < WAVES; w++) {
		int64_t cut_off = START + ((int64_t)v[HUB_CUT_OFF] + INT64_C(12) * w) * HOUR;

		waves[n][w] = (struct route_wave){cut_off, cut_off + HOUR, (int32_t)v[HUB_SLOTS],
		    (int32_t)v[HUB_SLOTS], cut_off + HOUR};
	}
	for (int s = 0; s < SKUS; s++)
		stock[n][s] = (int32_t)v[HUB_STOCK + s];
	hubs[n] = (struct route_hub){.id.b[15] = (uint8_t)n,
	    .kind = v[HUB_IS_WAREHOUSE] > 0 ? HUB_WAREHOUSE : HUB_MICRO,
	    .active = true,
	    .lat = v[0],
	    .lon = v[1],
	    .radius_m = INFINITY,
	    .waves = waves[n],
	    .wave_count = WAVES,
	    .stock = stock[n]};
}

// ---- the naive ways -----------------------------------------------------------------------------

static const struct way {
	const char *name;
	enum { BY_POLICY, BY_LINE, BY_ORDER } who;
	enum { IN_LIST, MOST_STOCK, NEAREST } first;
} ways[] = {
    {"ours", BY_POLICY, IN_LIST},
    {"closest", BY_POLICY, IN_LIST},
    {"first", BY_LINE, IN_LIST},
    {"stock", BY_LINE, MOST_STOCK},
    {"first-whole", BY_ORDER, IN_LIST},
    {"stock-whole", BY_ORDER, MOST_STOCK},
    {"nearest", BY_ORDER, NEAREST},
    {"beside", BY_POLICY, IN_LIST},
};
static const struct way *way, *const nearest = &ways[6], *const beside = &ways[7];

// Lines that the hub cannot fill; *units is what it has of all of them.
static size_t lines_short(const struct route_hub *h, const struct route_request *r, double *units)
{
	size_t n = 0;

	*units = 0;
	for (size_t l = 0; l < r->line_count; l++) {
		n += h->stock[r->lines[l].sku] < r->lines[l].quantity;
		*units += h->stock[r->lines[l].sku];
	}
	return n;
}

static double badness(const struct way *by, const struct route_candidate *c, double units)
{
	if (by->first == MOST_STOCK)
		return -units;
	return by->first == NEAREST ? c->distance_m : (double)(c->hub - hubs);
}

static int by_score(const void *a, const void *b)
{
	const struct route_candidate *x = a, *y = b;

	return route_compare_scores(x->scores, y->scores, 2, NULL);
}

// The first of these that has all, and those that take something when they share: a list is shorter
// than all hubs may be, and the others change nothing.
static void shorten(const struct route_request *r, const struct route_candidate *all, size_t count,
    struct route_ranking *out)
{
	int32_t left[SKUS];
	bool whole = false;

	memset(out, 0, sizeof(*out));
	for (size_t l = 0; l < r->line_count; l++)
		left[l] = r->lines[l].quantity;
	for (size_t i = 0; i < count && out->count < ROUTE_CANDIDATES_MAX; i++) {
		bool takes = all[i].lines_short == 0 && !whole;

		whole = whole || takes;
		for (size_t l = 0; l < r->line_count; l++) {
			int32_t has = route_units(all[i].hub, &r->lines[l]);
			int32_t some = has < left[l] ? has : left[l];

			left[l] -= some;
			takes = takes || some > 0;
		}
		if (takes)
			out->list[out->count++] = all[i];
	}
}

// Who has any of it: those that lack the fewest lines first, among them in the way's order.
static void rank_naively(
    const struct way *by, const struct route_request *r, struct route_ranking *out)
{
	static struct route_candidate all[HUBS_MAX];
	size_t count = 0;
	double units;

	for (size_t i = 0; i < hub_count; i++) {
		struct route_candidate c = {.hub = &hubs[i],
		    .verdict = VERDICT_LOST,
		    .distance_m = near_distance_m(r->lat, r->lon, hubs[i].lat, hubs[i].lon)};

		c.lines_short = lines_short(c.hub, r, &units);
		c.scores[0] = (double)c.lines_short;
		c.scores[1] = badness(by, &c, units);
		if (units > 0)
			all[count++] = c;
	}
	qsort(all, count, sizeof(all[0]), by_score);
	shorten(r, all, count, out);
}

// ---- what comes of it ---------------------------------------------------------------------------

static bool sent[HUBS_MAX]; // whose shipment of this order is told: its other lines are in it

// The next wave with a slot, NULL when there is none.
static struct route_wave *next_wave(const struct route_request *r, const struct route_candidate *c)
{
	struct route_wave *w = waves[c->hub - hubs];

	for (int i = 0; i < WAVES; i++)
		if (w[i].cut_off_us > r->now_us && w[i].free > 0)
			return &w[i];
	return NULL;
}

static bool in_time(
    const struct route_request *r, const struct route_candidate *c, const struct route_wave *w)
{
	int64_t way_us = (int64_t)route_travel_s(&policy, r->service, c->distance_m) * 1000000;

	return w && w->ready_us + way_us <= r->needed_by_us;
}

static void ship(
    const struct route_request *r, const struct route_candidate *c, double number, FILE *out)
{
	size_t h = (size_t)(c->hub - hubs);
	struct route_wave *w = next_wave(r, c);

	if (sent[h])
		return;
	sent[h] = true;
	if (w)
		w->free--;
	if (way != beside)
		fwrite((const double[]){number, (double)h, c->distance_m, in_time(r, c, w)},
		    sizeof(double), 4, out);
}

// Who ships what by this way, as things are; nothing is taken.
static void choose(const struct way *by, const struct route_request *r, struct route_shares *out)
{
	static struct route_ranking ranking;
	struct route_index index;

	if (by->who == BY_POLICY) {
		route_index(&index, hubs, nodes, hub_count);
		route_shortlist(&policy, &index, r, &ranking);
	} else {
		rank_naively(by, r, &ranking);
	}
	route_share(&policy, r, &ranking, 0, out);
}

static void tell(const struct route_request *r, const struct route_shares *s, FILE *out)
{
	double sum[4] = {(double)s->count, 0, s->whole, 0};

	for (size_t i = 0; i < s->count; i++) {
		const struct route_candidate *c = s->list[i].candidate;

		sum[1] += c->distance_m;
		sum[2] = sum[2] > 0 && in_time(r, c, next_wave(r, c));
		sum[3] = sum[3] > 0 || c->hub->kind == HUB_WAREHOUSE;
	}
	fwrite(sum, sizeof(double), 4, out);
}

// Gives what the way finds for the request. False: some of it is left.
static bool give(const struct route_request *r, double number, FILE *out)
{
	static struct route_shares shares;

	if (way == beside) {
		choose(nearest, r, &shares);
		tell(r, &shares, out);
	}
	choose(way, r, &shares);
	if (way == beside)
		tell(r, &shares, out);
	for (size_t i = 0; i < shares.count; i++) {
		const struct route_pick *p = &shares.list[i];
		size_t h = (size_t)(p->candidate->hub - hubs);

		for (size_t l = 0; l < r->line_count; l++)
			stock[h][r->lines[l].sku] -= p->units[l];
		ship(r, p->candidate, number, out);
	}
	return shares.whole;
}

static void order(double number, const double *v, FILE *out)
{
	struct route_line lines[SKUS];
	struct route_request r = {.lat = v[0],
	    .lon = v[1],
	    .service = SERVICE_STANDARD,
	    .now_us = START + (int64_t)(v[ORDER_HOUR] * (double)HOUR),
	    .needed_by_us = START + (int64_t)((v[ORDER_HOUR] + v[ORDER_WITHIN]) * (double)HOUR),
	    .lines = lines};
	size_t count = 0;
	bool whole = true;

	for (size_t s = 0; s < SKUS; s++)
		if (v[ORDER_UNITS + s] > 0)
			lines[count++] = (struct route_line){s, (int32_t)v[ORDER_UNITS + s]};
	memset(sent, 0, sizeof(sent));
	r.line_count = way->who == BY_LINE ? 1 : count;
	for (; r.lines < lines + count; r.lines += r.line_count)
		whole = give(&r, number, out) && whole;
	if (!whole && way != beside)
		fwrite((const double[]){number, -1, 0, 0}, sizeof(double), 4, out);
}

int main(int argc, char **argv)
{
	double hub[HUB_COLUMNS], to_ship[ORDER_COLUMNS], number = 0;
	FILE *from = argc == 5 ? fopen(argv[2], "rb") : NULL;
	FILE *to = argc == 5 ? fopen(argv[3], "rb") : NULL;
	FILE *out = argc == 5 ? fopen(argv[4], "wb") : NULL;

	if (!from || !to || !out)
		return 2;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (strcmp(ways[i].name, argv[1]) == 0)
			way = &ways[i];
	if (!way)
		return 2;
	if (strcmp(way->name, "closest") == 0) {
		policy.rules[0] = RULE_FEWEST_SPLITS;
		policy.rules[1] = RULE_CLOSEST;
		policy.rule_count = 2;
	}
	while (fread(hub, sizeof(hub), 1, from) == 1)
		put_hub(hub);
	while (fread(to_ship, sizeof(to_ship), 1, to) == 1)
		order(number++, to_ship, out);
	fclose(from);
	fclose(to);
	return fclose(out) == 0 ? 0 : 1;
}
