// SPDX-License-Identifier: Apache-2.0
//
// Ranking: no hub that belongs in the list is passed over, each rule decides when it should, and the same hubs in another order give the same list.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../src/routing/rank.c"

#define MANY 10000

#define HOUR INT64_C(3600000000)
#define NOW (INT64_C(1770000000) * 1000000)

static uint64_t seed = 20260101;

#include "random.h"

static const struct route_wave WAVES[] = {
    {NOW - HOUR, NOW, 5, 5, NOW},
    {NOW + HOUR, NOW + 2 * HOUR, 0, 5, NOW + 2 * HOUR},
    {NOW + 5 * HOUR, NOW + 6 * HOUR, 3, 5, NOW + 9 * HOUR},
    {NOW + 29 * HOUR, NOW + 30 * HOUR, 5, 5, NOW + 30 * HOUR},
};
static const int32_t STOCK[] = {10, 1, 0};

static struct route_policy a_policy(void)
{
	return (struct route_policy){
	    .version = 1,
	    .rules = {RULE_PROMISE_MET, RULE_FEWEST_SPLITS, RULE_MICRO_HUB_BEFORE_WAREHOUSE,
		RULE_CLOSEST},
	    .rule_count = 4,
	    .distance_max_m = INFINITY,
	    .cost_max = INFINITY,
	    .local_m = 30000,
	    .local_km_h = 30,
	    .local_overhead_s = 1200,
	    .bands = {{300000, 1}, {1500000, 2}, {INFINITY, 5}},
	    .band_count = 3,
	};
}

static struct route_hub a_hub(uint8_t id, double lat, double lon)
{
	struct route_hub h = {
	    .id = {{id}},
	    .kind = HUB_MICRO,
	    .active = true,
	    .lat = lat,
	    .lon = lon,
	    .radius_m = INFINITY,
	    .day_end_us = NOW + 10 * HOUR,
	    .next_day_end_us = NOW + 34 * HOUR,
	    .waves = WAVES,
	    .wave_count = ARRAY_LEN(WAVES),
	    .stock = STOCK,
	};

	return h;
}

static const struct route_line ONE[] = {{0, 1}};

static struct route_request a_request(double lat, double lon)
{
	return (struct route_request){
	    .lat = lat,
	    .lon = lon,
	    .service = SERVICE_STANDARD,
	    .now_us = NOW,
	    .lines = ONE,
	    .line_count = 1,
	};
}

static void rank(const struct route_policy *p, const struct route_hub *hubs, size_t count,
    const struct route_request *r, struct route_ranking *out)
{
	static struct near_node nodes[MANY];
	struct route_index index;

	assert_in_range(count, 0, MANY);
	route_index(&index, hubs, nodes, count);
	route_rank(p, &index, r, ROUTE_CANDIDATES_MAX, out);
}

static const struct route_candidate *find(const struct route_ranking *r, uint8_t id)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->list[i].hub->id.b[0] == id)
			return &r->list[i];
	return NULL;
}

static void assert_verdict(const struct route_ranking *r, uint8_t id, enum route_verdict verdict)
{
	const struct route_candidate *c = find(r, id);

	assert_non_null(c);
	assert_string_equal(route_verdict_name(c->verdict), route_verdict_name(verdict));
}

static void assert_lost_on(const struct route_ranking *r, uint8_t id, enum route_rule rule)
{
	assert_verdict(r, id, VERDICT_LOST);
	assert_string_equal(route_rule_name(find(r, id)->lost_on), route_rule_name(rule));
}

static void test_travel(void **state)
{
	(void)state;
	struct route_policy p = a_policy();

	assert_int_equal(route_travel_s(&p, SERVICE_STANDARD, 0), 1200);
	assert_int_equal(route_travel_s(&p, SERVICE_STANDARD, 30000), 1200 + 3600);
	assert_int_equal(route_travel_s(&p, SERVICE_STANDARD, 30001), 86400);
	assert_int_equal(route_travel_s(&p, SERVICE_STANDARD, 300001), 2 * 86400);
	assert_int_equal(route_travel_s(&p, SERVICE_STANDARD, 2e7), 5 * 86400);
	assert_int_equal(route_travel_s(&p, SERVICE_PICKUP, 2e7), 0);
}

// The closest micro-hub ships; a warehouse next door is the last resort.
static void test_micro_hub_first(void **state)
{
	(void)state;
	struct route_policy p = a_policy();
	struct route_hub hubs[] = {
	    a_hub(1, 52.50, 13.40), a_hub(2, 52.52, 13.40), a_hub(3, 52.60, 13.40)};
	struct route_request r = a_request(52.501, 13.40);
	struct route_ranking out;

	hubs[0].kind = HUB_WAREHOUSE;
	rank(&p, hubs, 3, &r, &out);
	assert_int_equal(out.count, 3);
	assert_verdict(&out, 2, VERDICT_CHOSEN);
	assert_lost_on(&out, 3, RULE_CLOSEST);
	assert_lost_on(&out, 1, RULE_MICRO_HUB_BEFORE_WAREHOUSE);
	assert_ptr_equal(out.list[2].hub, &hubs[0]);
}

static void test_verdicts(void **state)
{
	(void)state;
	static const struct route_wave past[] = {{NOW - HOUR, NOW, 5, 5, NOW}};
	static const struct route_wave full[] = {{NOW + HOUR, NOW + HOUR, 0, 5, NOW + HOUR}};
	static const int32_t empty[] = {0, 0, 0};
	struct route_policy p = a_policy();
	struct route_hub hubs[6];
	struct route_request r = a_request(0, 0);
	struct route_ranking out;

	for (uint8_t i = 0; i < 6; i++)
		hubs[i] = a_hub(i, 0, 0.01 * i);
	hubs[0].active = false;
	hubs[1].radius_m = 1000; // it is 1,113 m away
	hubs[2].stock = empty;
	hubs[3].waves = past, hubs[3].wave_count = 1;
	hubs[4].waves = full, hubs[4].wave_count = 1;
	rank(&p, hubs, 6, &r, &out);
	assert_verdict(&out, 0, VERDICT_INACTIVE);
	assert_verdict(&out, 1, VERDICT_OUT_OF_RADIUS);
	assert_verdict(&out, 2, VERDICT_NO_STOCK);
	assert_verdict(&out, 3, VERDICT_PAST_CUT_OFF);
	assert_verdict(&out, 4, VERDICT_NO_CAPACITY);
	assert_verdict(&out, 5, VERDICT_CHOSEN);
	assert_ptr_equal(out.list[0].hub, &hubs[5]);

	hubs[5].cost_per_order = 11;
	p.cost_max = 10;
	rank(&p, hubs, 6, &r, &out);
	assert_verdict(&out, 5, VERDICT_TOO_EXPENSIVE);
	p.cost_max = INFINITY;
	hubs[0].active = true;
	hubs[0].outage = true;
	rank(&p, hubs, 6, &r, &out);
	assert_verdict(&out, 0, VERDICT_OUTAGE);

	hubs[5].kind = HUB_WAREHOUSE;
	r.service = SERVICE_PICKUP;
	rank(&p, hubs, 6, &r, &out);
	assert_verdict(&out, 5, VERDICT_NOT_OFFERED);

	p.distance_max_m = 1;
	rank(&p, hubs, 6, &r, &out);
	assert_verdict(&out, 5, VERDICT_OUT_OF_RADIUS);

	rank(&p, hubs, 0, &r, &out);
	assert_int_equal(out.count, 0);
}

// The wave that takes an order is the first ahead with a free slot; the promise is when it is ready
// plus the way, and not before it is wanted.
static void test_promise(void **state)
{
	(void)state;
	struct route_policy p = a_policy();
	struct route_hub hubs[] = {a_hub(1, 0, 0)};
	struct route_request r = a_request(0, 0);
	struct route_ranking out;

	rank(&p, hubs, 1, &r, &out);
	assert_int_equal(out.list[0].cut_off_us, NOW + 5 * HOUR);
	assert_int_equal(out.list[0].capacity_free, 3);
	assert_int_equal(out.list[0].promise_us, NOW + 6 * HOUR + INT64_C(1200) * 1000000);
	r.service = SERVICE_PICKUP; // when the hub is open
	rank(&p, hubs, 1, &r, &out);
	assert_int_equal(out.list[0].promise_us, NOW + 9 * HOUR);
	r.service = SERVICE_STANDARD;
	r.not_before_us = NOW + 50 * HOUR;
	rank(&p, hubs, 1, &r, &out);
	assert_int_equal(out.list[0].promise_us, NOW + 50 * HOUR);
}

// same_day and next_day end at the hub's midnights; a full wave that would have done is capacity.
static void test_services(void **state)
{
	(void)state;
	struct route_policy p = a_policy();
	struct route_hub hubs[] = {a_hub(1, 0, 0)};
	struct route_request r = a_request(0, 0);
	struct route_ranking out;

	r.service = SERVICE_SAME_DAY;
	rank(&p, hubs, 1, &r, &out);
	assert_verdict(&out, 1, VERDICT_CHOSEN);
	hubs[0].day_end_us = NOW + 4 * HOUR;
	rank(&p, hubs, 1, &r, &out);
	assert_verdict(&out, 1, VERDICT_NO_CAPACITY);
	hubs[0].day_end_us = NOW + HOUR;
	rank(&p, hubs, 1, &r, &out);
	assert_verdict(&out, 1, VERDICT_PAST_CUT_OFF);
	r.service = SERVICE_NEXT_DAY;
	rank(&p, hubs, 1, &r, &out);
	assert_verdict(&out, 1, VERDICT_CHOSEN);
}

static void test_promise_met_first(void **state)
{
	(void)state;
	static const struct route_wave late[] = {
	    {NOW + 20 * HOUR, NOW + 21 * HOUR, 5, 5, NOW + 21 * HOUR}};
	struct route_policy p = a_policy();
	struct route_hub hubs[] = {a_hub(1, 0, 0), a_hub(2, 0, 0.1)};
	struct route_request r = a_request(0, 0);
	struct route_ranking out;

	hubs[0].waves = late, hubs[0].wave_count = 1;
	rank(&p, hubs, 2, &r, &out);
	assert_verdict(&out, 1, VERDICT_CHOSEN);
	r.needed_by_us = NOW + 10 * HOUR;
	rank(&p, hubs, 2, &r, &out);
	assert_verdict(&out, 2, VERDICT_CHOSEN);
	assert_lost_on(&out, 1, RULE_PROMISE_MET);
	r.needed_by_us = NOW + 1; // nobody can
	rank(&p, hubs, 2, &r, &out);
	assert_verdict(&out, 1, VERDICT_CHOSEN);
}

static void test_whole_before_split(void **state)
{
	(void)state;
	static const struct route_line lines[] = {{0, 5}, {1, 1}};
	static const int32_t part[] = {10, 0, 0};
	struct route_policy p = a_policy();
	struct route_hub hubs[] = {a_hub(1, 0, 0), a_hub(2, 0, 0.1)};
	struct route_request r = a_request(0, 0);
	struct route_ranking out;

	r.lines = lines;
	r.line_count = 2;
	hubs[0].stock = part;
	rank(&p, hubs, 2, &r, &out);
	assert_verdict(&out, 2, VERDICT_CHOSEN);
	assert_verdict(&out, 1, VERDICT_NO_STOCK);
	hubs[1].stock = part;
	rank(&p, hubs, 2, &r, &out);
	assert_verdict(&out, 1, VERDICT_CHOSEN); // begins a split
	assert_lost_on(&out, 2, RULE_CLOSEST);
}

// A SKU that nobody stocks is short everywhere.
static void test_unknown_sku(void **state)
{
	(void)state;
	static const struct route_line lines[] = {{ROUTE_SKU_NONE, 1}};
	struct route_policy p = a_policy();
	struct route_hub hubs[] = {a_hub(1, 0, 0)};
	struct route_request r = a_request(0, 0);
	struct route_ranking out;

	r.lines = lines;
	rank(&p, hubs, 1, &r, &out);
	assert_verdict(&out, 1, VERDICT_NO_STOCK);
}

static void test_other_rules(void **state)
{
	(void)state;
	static const struct route_wave busy[] = {{NOW + HOUR, NOW + HOUR, 1, 5, NOW + HOUR}};
	static const struct route_wave idle[] = {{NOW + HOUR, NOW + HOUR, 5, 5, NOW + HOUR}};
	struct route_policy p = a_policy();
	struct route_hub hubs[] = {a_hub(1, 0, 0), a_hub(2, 0, 0.1)};
	struct route_request r = a_request(0, 0);
	struct route_ranking out;

	p.rule_count = 2;
	p.rules[1] = RULE_CLOSEST;
	p.rules[0] = RULE_EVENT_HUB;
	hubs[1].event.b[0] = 7;
	rank(&p, hubs, 2, &r, &out);
	assert_verdict(&out, 1, VERDICT_CHOSEN); // no event: the rule abstains
	r.event.b[0] = 7;
	rank(&p, hubs, 2, &r, &out);
	assert_verdict(&out, 2, VERDICT_CHOSEN);
	assert_lost_on(&out, 1, RULE_EVENT_HUB);

	p.rules[0] = RULE_CHEAPEST;
	hubs[0].cost_per_order = 500;
	hubs[1].cost_per_km = 10;
	rank(&p, hubs, 2, &r, &out);
	assert_lost_on(&out, 1, RULE_CHEAPEST); // 500 against 11.1 km at 10

	p.rules[0] = RULE_LEAST_LOADED;
	hubs[0].waves = busy, hubs[0].wave_count = 1;
	hubs[1].waves = idle, hubs[1].wave_count = 1;
	rank(&p, hubs, 2, &r, &out);
	assert_lost_on(&out, 1, RULE_LEAST_LOADED);
}

// Two hubs at one place differ in their ids only.
static void test_tie(void **state)
{
	(void)state;
	struct route_policy p = a_policy();
	struct route_hub hubs[] = {a_hub(9, 10, 20), a_hub(3, 10, 20)};
	struct route_request r = a_request(10, 20);
	struct route_ranking out;

	rank(&p, hubs, 2, &r, &out);
	assert_verdict(&out, 3, VERDICT_CHOSEN);
	assert_lost_on(&out, 9, RULE_COUNT);
}

// The antimeridian and the pole are nothing special.
static void test_far_corners(void **state)
{
	(void)state;
	struct route_policy p = a_policy();
	struct route_hub hubs[] = {
	    a_hub(1, -17, 178), a_hub(2, -17, -179.9), a_hub(3, 89.99, 0), a_hub(4, 89.9, -180)};
	struct route_request r = a_request(-17, 179.9);
	struct route_ranking out;

	rank(&p, hubs, 4, &r, &out);
	assert_verdict(&out, 2, VERDICT_CHOSEN);
	r.lat = 89.999, r.lon = 180;
	rank(&p, hubs, 4, &r, &out);
	assert_verdict(&out, 3, VERDICT_CHOSEN);
	r.lat = 90, r.lon = -77;
	rank(&p, hubs, 4, &r, &out);
	assert_verdict(&out, 3, VERDICT_CHOSEN);
	assert_ptr_equal(out.list[1].hub, &hubs[3]);
}

// ---- random networks ----------------------------------------------------------------------------

static const int32_t STOCKS[][3] = {{10, 10, 10}, {0, 10, 1}, {1, 0, 0}, {0, 0, 0}};
static const struct route_policy *sort_policy;

static int by_rank(const void *a, const void *b)
{
	return route_compare(sort_policy, a, b);
}

static void random_network(
    struct route_hub *hubs, size_t count, double lat, double lon, double spread)
{
	for (size_t i = 0; i < count; i++) {
		double y = lat + (random_unit() - 0.5) * spread,
		       x = lon + (random_unit() - 0.5) * spread;

		hubs[i] = a_hub((uint8_t)(i & 255),
		    y > 90    ? 90
		    : y < -90 ? -90
			      : y,
		    x > 180    ? x - 360
		    : x < -180 ? x + 360
			       : x);
		hubs[i].id.b[1] = (uint8_t)(i >> 8);
		hubs[i].kind = (enum route_kind)random_below(3);
		hubs[i].active = random_below(10) != 0;
		hubs[i].radius_m = random_below(4) == 0 ? 1e5 * spread * random_unit() : INFINITY;
		hubs[i].stock = STOCKS[random_below(ARRAY_LEN(STOCKS))];
		hubs[i].wave_count = random_below(ARRAY_LEN(WAVES) + 1);
		hubs[i].cost_per_km = (double)random_below(3);
	}
}

static struct route_policy random_policy(void)
{
	struct route_policy p = a_policy();

	p.rule_count = random_below(RULE_COUNT + 1);
	for (size_t i = 0; i < p.rule_count; i++)
		p.rules[i] = (enum route_rule)random_below(RULE_COUNT);
	if (random_below(4) == 0)
		p.distance_max_m = 50000;
	return p;
}

static void assert_same(const struct route_candidate *a, const struct route_candidate *b)
{
	assert_memory_equal(&a->hub->id, &b->hub->id, sizeof(a->hub->id));
	assert_true(!(a->distance_m < b->distance_m) && !(a->distance_m > b->distance_m));
	assert_int_equal(a->promise_us, b->promise_us);
}

// What route_nearest() must find: its distance; INFINITY for none.
static double nearest_of(const struct route_candidate *all, size_t count)
{
	double metres = INFINITY;

	for (size_t i = 0; i < count; i++)
		if (all[i].verdict == VERDICT_LOST)
			metres = fmin(metres, all[i].distance_m);
	return metres;
}

// Against `all`, every hub looked at exactly and sorted: the nearest that can ship, and the best one
// alone.
static void assert_agrees(const struct route_policy *p, const struct route_index *index,
    const struct route_request *r, const struct route_candidate *all)
{
	static struct route_ranking best;
	const struct route_hub *h = route_nearest(p, index, r);
	double metres = nearest_of(all, index->count);

	assert_int_equal(h != NULL, !isinf(metres));
	if (h)
		assert_true(near_distance_m(r->lat, r->lon, h->lat, h->lon) <= metres);
	route_rank(p, index, r, 1, &best);
	assert_int_equal(best.count, 1);
	assert_ptr_equal(best.list[0].hub, all[0].hub);
}

// The list is the head of all hubs sorted by exact distances, and shuffling the hubs changes
// nothing: 600 networks, all at one place, dense and wide, at the poles and the antimeridian, of up to
// 10,000 hubs, by random policies.
static void test_random_networks(void **state)
{
	(void)state;
	static struct route_hub hubs[MANY];
	static struct route_candidate all[MANY];
	static struct route_ranking once, again;
	static const struct route_line two[] = {{0, 3}, {1, 1}};
	static struct near_node nodes[MANY];
	struct route_index index;
	uint64_t first_seed = seed;

	for (int round = 0; round < 600; round++) {
		struct route_policy p = random_policy();
		struct route_request r =
		    a_request(random_unit() * 180 - 90, random_unit() * 360 - 180);
		double spreads[] = {0, 0.001, 0.5, 20, 180};
		size_t count = round % 60 == 0 ? MANY : 1 + random_below(400);

		if (round % 7 == 0)
			r.lon = round % 2 ? 180 : -180;
		if (round % 11 == 0)
			r.lat = round % 2 ? 90 : -90;
		r.service = (enum route_service)random_below(4);
		r.needed_by_us = random_below(2) ? NOW + 7 * HOUR : 0;
		r.lines = two;
		r.line_count = 2;
		random_network(hubs, count, r.lat, r.lon, spreads[random_below(5)]);
		route_index(&index, hubs, nodes, count);
		route_rank(&p, &index, &r, ROUTE_CANDIDATES_MAX, &once);
		sort_policy = &p;
		for (size_t i = 0; i < count; i++)
			route_look(&p, &hubs[i], &r,
			    near_distance_m(r.lat, r.lon, hubs[i].lat, hubs[i].lon), &all[i]);
		qsort(all, count, sizeof(all[0]), by_rank);
		assert_int_equal(
		    once.count, count < ROUTE_CANDIDATES_MAX ? count : ROUTE_CANDIDATES_MAX);
		for (size_t i = 0; i < once.count; i++) {
			if (!uuid_eq(&once.list[i].hub->id, &all[i].hub->id))
				print_error("seed %llu, round %d, place %zu\n",
				    (unsigned long long)first_seed, round, i);
			assert_same(&once.list[i], &all[i]);
		}
		assert_agrees(&p, &index, &r, all);
		assert_int_equal(once.considered, count);

		for (size_t i = count - 1; i > 0; i--) {
			size_t j = random_below(i + 1);
			struct route_hub h = hubs[i];

			hubs[i] = hubs[j];
			hubs[j] = h;
		}
		for (size_t i = 0; i < once.count; i++) // its hubs have moved
			all[i] = once.list[i];
		rank(&p, hubs, count, &r, &again);
		assert_int_equal(again.count, once.count);
		for (size_t i = 0; i < again.count; i++) {
			assert_int_equal(again.list[i].verdict, all[i].verdict);
			assert_int_equal(again.list[i].lost_on, all[i].lost_on);
		}
	}
}

static void test_names(void **state)
{
	(void)state;
	enum route_rule rule;

	for (int i = 0; i < RULE_COUNT; i++) {
		const char *name = route_rule_name((enum route_rule)i);

		assert_true(route_rule_parse(name, strlen(name), &rule));
		assert_int_equal(rule, i);
	}
	assert_false(route_rule_parse("close", 5, &rule));
	assert_false(route_rule_parse("closestx", 8, &rule));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_travel),
	    cmocka_unit_test(test_micro_hub_first),
	    cmocka_unit_test(test_verdicts),
	    cmocka_unit_test(test_promise),
	    cmocka_unit_test(test_services),
	    cmocka_unit_test(test_promise_met_first),
	    cmocka_unit_test(test_whole_before_split),
	    cmocka_unit_test(test_unknown_sku),
	    cmocka_unit_test(test_other_rules),
	    cmocka_unit_test(test_tie),
	    cmocka_unit_test(test_far_corners),
	    cmocka_unit_test(test_random_networks),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
