// SPDX-License-Identifier: Apache-2.0
//
// Part of script/bench route --report: gives orders to hubs by one way of choosing, with the stock and the
// slots that are left by those before, and tells what came of each. usage: report WAY HUBS ORDERS RESULTS:
// files of doubles, of a hub: latitude, longitude, warehouse or not, units of two SKUs, slots a wave, hour
// of the first cut-off; of an order: latitude, longitude, quantities of two SKUs, hour, hours until it is
// needed. A result is four doubles for each shipment: order, hub, metres, whether it is in time (hub -1
// and 0 metres: nobody ships the rest).
//
// `ours` is the service's own policy, `closest` the service by a policy that does not look at promises. The
// naive ways look at stock only, as the order services of shops do: who has all of it ships, by the
// hubs' order (`first`), by the units there (`stock`) or the way (`nearest`); when nobody has all, each in
// that order gives what it has. Whoever is given an order puts it into the next wave with a free slot.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "routing/share.h"

#define HUBS_MAX 64
#define SKUS 2
#define WAVES 24 // two a day, as many as the service looks at
#define HOUR (INT64_C(3600) * 1000000)
#define START INT64_C(1700000000000000)

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
		int64_t cut_off = START + ((int64_t)v[6] + INT64_C(12) * w) * HOUR;

		waves[n][w] = (struct route_wave){
		    cut_off, cut_off + HOUR, (int32_t)v[5], (int32_t)v[5], cut_off + HOUR};
	}
	for (int s = 0; s < SKUS; s++)
		stock[n][s] = (int32_t)v[3 + s];
	hubs[n] = (struct route_hub){.id.b[15] = (uint8_t)n,
	    .kind = v[2] > 0 ? HUB_WAREHOUSE : HUB_MICRO,
	    .active = true,
	    .lat = v[0],
	    .lon = v[1],
	    .radius_m = INFINITY,
	    .waves = waves[n],
	    .wave_count = WAVES,
	    .stock = stock[n]};
}

// ---- the naive ways -----------------------------------------------------------------------------

static const char *way;
static const struct route_request *sorting;

static double badness(const struct route_hub *h)
{
	if (way[0] == 's')
		return -(double)(h->stock[0] + h->stock[1]);
	if (way[0] == 'n')
		return near_distance_m(sorting->lat, sorting->lon, h->lat, h->lon);
	return (double)(h - hubs);
}

static int by_badness(const void *a, const void *b)
{
	double x = badness(*(const struct route_hub *const *)a),
	       y = badness(*(const struct route_hub *const *)b);

	return x < y ? -1 : x > y;
}

// Candidates in the way's order, whoever has a unit.
static void rank_naively(const struct route_request *r, struct route_ranking *out)
{
	const struct route_hub *sorted[HUBS_MAX];

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < hub_count; i++)
		sorted[i] = &hubs[i];
	sorting = r;
	qsort(sorted, hub_count, sizeof(sorted[0]), by_badness);
	for (size_t pass = 0; pass < 2; pass++) // those that have all of it first
		for (size_t i = 0; i < hub_count && out->count < ROUTE_CANDIDATES_MAX; i++) {
			const struct route_hub *h = sorted[i];
			size_t lines_short = 0;

			for (size_t l = 0; l < r->line_count; l++)
				lines_short += h->stock[r->lines[l].sku] < r->lines[l].quantity;
			if ((lines_short > 0) == (pass > 0))
				out->list[out->count++] = (struct route_candidate){.hub = h,
				    .verdict = VERDICT_LOST,
				    .lines_short = lines_short,
				    .distance_m = near_distance_m(r->lat, r->lon, h->lat, h->lon)};
		}
}

// ---- what comes of it ---------------------------------------------------------------------------

// Into the next wave with a slot. Whether it is there in time.
static bool leave(const struct route_request *r, const struct route_candidate *c)
{
	struct route_wave *w = waves[c->hub - hubs];
	int64_t way_us = (int64_t)route_travel_s(&policy, r->service, c->distance_m) * 1000000;

	for (int i = 0; i < WAVES; i++)
		if (w[i].cut_off_us > r->now_us && w[i].free > 0) {
			w[i].free--;
			return w[i].ready_us + way_us <= r->needed_by_us;
		}
	return false;
}

static void order(double number, const double *v, FILE *out)
{
	static struct route_ranking ranking;
	static struct route_shares shares;
	struct route_line lines[SKUS];
	struct route_index index;
	struct route_request r = {.lat = v[0],
	    .lon = v[1],
	    .service = SERVICE_STANDARD,
	    .now_us = START + (int64_t)(v[4] * (double)HOUR),
	    .needed_by_us = START + (int64_t)((v[4] + v[5]) * (double)HOUR),
	    .lines = lines};

	for (size_t s = 0; s < SKUS; s++)
		if (v[2 + s] > 0)
			lines[r.line_count++] = (struct route_line){s, (int32_t)v[2 + s]};
	if (way[0] == 'o' || way[0] == 'c') {
		route_index(&index, hubs, nodes, hub_count);
		route_rank_all(&policy, &index, &r, &ranking);
	} else {
		rank_naively(&r, &ranking);
	}
	route_share(&policy, &r, &ranking, 0, &shares);
	for (size_t i = 0; i < shares.count; i++) {
		const struct route_pick *p = &shares.list[i];
		size_t h = (size_t)(p->candidate->hub - hubs);
		double told[] = {
		    number, (double)h, p->candidate->distance_m, leave(&r, p->candidate)};

		for (size_t l = 0; l < r.line_count; l++)
			stock[h][lines[l].sku] -= p->units[l];
		fwrite(told, sizeof(told), 1, out);
	}
	if (!shares.whole)
		fwrite((const double[]){number, -1, 0, 0}, sizeof(double), 4, out);
}

int main(int argc, char **argv)
{
	double v[7], number = 0;
	FILE *from = argc == 5 ? fopen(argv[2], "rb") : NULL;
	FILE *to = argc == 5 ? fopen(argv[3], "rb") : NULL;
	FILE *out = argc == 5 ? fopen(argv[4], "wb") : NULL;

	if (!from || !to || !out)
		return 2;
	way = argv[1];
	if (way[0] == 'c') {
		policy.rules[0] = RULE_FEWEST_SPLITS;
		policy.rules[1] = RULE_CLOSEST;
		policy.rule_count = 2;
	}
	while (fread(v, sizeof(double), 7, from) == 7)
		put_hub(v);
	while (fread(v, sizeof(double), 6, to) == 6)
		order(number++, v, out);
	fclose(from);
	fclose(to);
	return fclose(out) == 0 ? 0 : 1;
}
