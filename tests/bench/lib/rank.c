// SPDX-License-Identifier: Apache-2.0
//
// Part of script/bench route: decides for many destinations, tells which hub was chosen and how long it
// took. Of an order that every hub could take, three questions: `nearest`, which hub that can ship is
// nearest, and no more, as PostGIS answers; `choice`, who ships by the policy, how far and when; `whole`,
// as the service does for an order, with the 16 best kept for the explanation and the rest counted.
// usage: rank QUESTION HUBS DESTINATIONS CHOSEN: files of pairs of doubles (latitude, longitude); CHOSEN
// becomes a file of int32.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "routing/shortlist.h"

#define PLACES_MAX 1000000
#define NOW INT64_C(1700000000000000)
#define HOUR (INT64_C(3600) * 1000000)

static const struct route_wave WAVES[] = {
    {NOW + HOUR, NOW + 2 * HOUR, 5, 10, NOW + 2 * HOUR},
    {NOW + 9 * HOUR, NOW + 10 * HOUR, 10, 10, NOW + 10 * HOUR},
};
static const int32_t STOCK[] = {10, 3};
static const struct route_line LINES[] = {{0, 1}, {1, 2}};

static double *read_places(const char *path, size_t *count)
{
	FILE *f = fopen(path, "rb");
	double *places = malloc(PLACES_MAX * 2 * sizeof(*places));

	if (!f || !places) {
		perror(path);
		exit(1);
	}
	*count = fread(places, 2 * sizeof(*places), PLACES_MAX, f);
	fclose(f);
	return places;
}

static struct route_hub a_hub(size_t n, const double *place)
{
	struct route_hub h = {
	    .kind = HUB_MICRO,
	    .active = true,
	    .lat = place[0],
	    .lon = place[1],
	    .radius_m = INFINITY,
	    .day_end_us = NOW + 12 * HOUR,
	    .next_day_end_us = NOW + 36 * HOUR,
	    .waves = WAVES,
	    .wave_count = ARRAY_LEN(WAVES),
	    .stock = STOCK,
	};

	h.id.b[14] = (uint8_t)(n >> 8);
	h.id.b[15] = (uint8_t)n;
	return h;
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static const struct route_hub *decide(char question, const struct route_policy *policy,
    const struct route_index *index, const struct route_request *r)
{
	static struct route_ranking ranking;

	if (question == 'n')
		return route_nearest(policy, index, r);
	if (question == 'c')
		route_rank(policy, index, r, 1, &ranking);
	else
		route_shortlist(policy, index, r, &ranking);
	return ranking.list[0].hub;
}

int main(int argc, char **argv)
{
	const struct route_policy policy = {
	    .rules = {RULE_PROMISE_MET, RULE_FEWEST_SPLITS, RULE_MICRO_HUB_BEFORE_WAREHOUSE,
		RULE_CLOSEST},
	    .rule_count = 4,
	    .distance_max_m = INFINITY,
	    .cost_max = INFINITY,
	    .local_m = INFINITY,
	    .local_km_h = 30,
	};
	size_t hub_count, count;

	if (argc != 5)
		return 2;
	double *hub_places = read_places(argv[2], &hub_count),
	       *places = read_places(argv[3], &count);
	struct route_hub *hubs = malloc((hub_count + 1) * sizeof(*hubs));
	struct near_node *nodes = malloc((hub_count + 1) * sizeof(*nodes));
	struct route_index index;
	int32_t *chosen = malloc((count + 1) * sizeof(*chosen));
	FILE *out = fopen(argv[4], "wb");

	if (!hubs || !nodes || !chosen || !out)
		return 1;
	for (size_t i = 0; i < hub_count; i++)
		hubs[i] = a_hub(i, &hub_places[2 * i]);
	route_index(&index, hubs, nodes, hub_count);
	double began = seconds();

	for (size_t i = 0; i < count; i++) {
		struct route_request r = {.lat = places[2 * i],
		    .lon = places[2 * i + 1],
		    .service = SERVICE_STANDARD,
		    .now_us = NOW,
		    .lines = LINES,
		    .line_count = ARRAY_LEN(LINES)};

		chosen[i] = (int32_t)(decide(argv[1][0], &policy, &index, &r) - hubs);
	}
	printf("{\"decisions\":%zu,\"seconds\":%.6f}\n", count, seconds() - began);
	bool ok = fwrite(chosen, sizeof(*chosen), count, out) == count;

	return fclose(out) == 0 && ok ? 0 : 1;
}
