// SPDX-License-Identifier: Apache-2.0
//
// The list leads to the decision that all hubs would lead to: over random networks, policies and orders
// of many lines, the rules of roadshow.route_decide() said plainly once more say the same of the list and
// of all hubs; so they do when those who were chosen fail. The best 16 alone do not (the test counts
// where). Plus single cases, and the count of those that are not in the list.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../src/routing/shortlist.c"

#define MANY 300
#define SKUS 6
#define HOUR INT64_C(3600000000)
#define NOW (INT64_C(1770000000) * 1000000)

static uint64_t seed = 20261130;

#include "random.h"

static const struct route_wave SOON[] = {{NOW + HOUR, NOW + 2 * HOUR, 5, 5, NOW + 2 * HOUR}};
static const struct route_wave LATE[] = {{NOW + 40 * HOUR, NOW + 41 * HOUR, 5, 5, NOW + 41 * HOUR}};
static const struct route_wave FULL[] = {{NOW + HOUR, NOW + 2 * HOUR, 0, 5, NOW + 2 * HOUR}};
static const struct route_wave FULL_THEN_LATE[] = {
    {NOW + HOUR, NOW + 2 * HOUR, 0, 5, NOW + 2 * HOUR},
    {NOW + 30 * HOUR, NOW + 31 * HOUR, 2, 5, NOW + 31 * HOUR},
};
static const struct {
	const struct route_wave *waves;
	size_t count;
} WAVES[] = {{SOON, 1}, {SOON, 1}, {SOON, 1}, {LATE, 1}, {FULL, 1}, {FULL_THEN_LATE, 2}, {NULL, 0}};

struct network {
	struct route_policy policy;
	struct route_line lines[SKUS];
	struct route_request request;
	int32_t stock[MANY][SKUS];
	struct route_hub hubs[MANY];
	struct near_node nodes[MANY];
	struct route_index index;
	size_t count;
};

static struct route_policy a_policy(void)
{
	return (struct route_policy){
	    .rules = {RULE_PROMISE_MET, RULE_FEWEST_SPLITS, RULE_MICRO_HUB_BEFORE_WAREHOUSE,
		RULE_CLOSEST},
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
}

// Hubs along the equator, one every 100 m, with all there is; an order for one unit of each of two SKUs.
static void set(struct network *n, size_t count)
{
	*n = (struct network){.policy = a_policy(), .count = count};
	n->lines[0] = (struct route_line){0, 1};
	n->lines[1] = (struct route_line){1, 1};
	n->request = (struct route_request){
	    .service = SERVICE_STANDARD, .now_us = NOW, .lines = n->lines, .line_count = 2};
	for (size_t i = 0; i < count; i++) {
		n->hubs[i] = (struct route_hub){.id = {{(uint8_t)(i >> 8), (uint8_t)i}},
		    .kind = HUB_MICRO,
		    .active = true,
		    .lon = 0.001 * (double)i,
		    .radius_m = INFINITY,
		    .day_end_us = NOW + 10 * HOUR,
		    .next_day_end_us = NOW + 34 * HOUR,
		    .waves = SOON,
		    .wave_count = 1,
		    .stock = n->stock[i]};
		for (size_t s = 0; s < SKUS; s++)
			n->stock[i][s] = 9;
	}
}

static void shortlist(struct network *n, struct route_ranking *out)
{
	route_index(&n->index, n->hubs, n->nodes, n->count);
	route_shortlist(&n->policy, &n->index, &n->request, out);
}

static bool lists(const struct network *n, const struct route_ranking *r, size_t hub)
{
	return is_listed(r, &n->hubs[hub]);
}

// ---- single cases -------------------------------------------------------------------------------

// Twenty keep the promise with a part of the order; the one that has all of it is late.
static void test_whole_but_late(void **state)
{
	(void)state;
	static struct network n;
	struct route_ranking out;

	set(&n, 40);
	for (size_t i = 0; i < 40; i++)
		n.stock[i][i % 2] = 0;
	n.request.needed_by_us = NOW + 20 * HOUR;
	n.hubs[35].waves = LATE;
	n.stock[35][0] = n.stock[35][1] = 1;
	shortlist(&n, &out);
	assert_int_equal(out.count, 16);
	assert_ptr_equal(out.list[15].hub, &n.hubs[35]); // behind those that are better
	assert_int_equal(out.list[15].verdict, VERDICT_CHOSEN);
	assert_int_equal(out.list[0].verdict, VERDICT_NO_STOCK);
	assert_int_equal(out.omitted[VERDICT_LOST], 24);
}

// All near ones have the first line only; those that share are passed over them.
static void test_shares(void **state)
{
	(void)state;
	static struct network n;
	struct route_ranking out;

	set(&n, 60);
	for (size_t i = 0; i < 60; i++)
		n.stock[i][1] = 0;
	n.stock[50][0] = 0, n.stock[50][1] = 1;
	n.stock[55][0] = 0, n.stock[55][1] = 1;
	shortlist(&n, &out);
	assert_true(lists(&n, &out, 0) && lists(&n, &out, 50));
	assert_true(lists(&n, &out, 55)); // if that one fails
	assert_true(lists(&n, &out, 13) && !lists(&n, &out, 14));
}

// Same day is over everywhere; the earliest that has all is far away, behind those that may not ship at all.
static void test_earliest_and_why(void **state)
{
	(void)state;
	static struct network n;
	struct route_ranking out;

	set(&n, 60);
	n.request.service = SERVICE_SAME_DAY;
	for (size_t i = 0; i < 60; i++) {
		n.hubs[i].waves = LATE;
		n.hubs[i].active = i >= 20;
	}
	n.hubs[45].waves = FULL_THEN_LATE, n.hubs[45].wave_count = 2;
	shortlist(&n, &out);
	assert_true(lists(&n, &out, 45)); // the earliest: 31 hours
	assert_true(lists(&n, &out, 20)); // the nearest that tells why
	assert_int_equal(out.omitted[VERDICT_INACTIVE], 6);
}

// Hubs that failed it do not ship; those that hold it are listed whatever they look like.
static void test_again(void **state)
{
	(void)state;
	static struct network n;
	struct route_ranking out;

	set(&n, 40);
	n.request.failed = &n.hubs[0].id;
	n.request.failed_count = 1;
	n.request.kept = &n.hubs[39].id;
	n.request.kept_count = 1;
	n.stock[39][0] = n.stock[39][1] = 0;
	shortlist(&n, &out);
	assert_false(lists(&n, &out, 0));
	assert_int_equal(out.omitted[VERDICT_FAILED_BEFORE], 1);
	assert_ptr_equal(out.list[0].hub, &n.hubs[1]);
	assert_ptr_equal(out.list[15].hub, &n.hubs[39]);
	assert_int_equal(out.list[15].verdict, VERDICT_NO_STOCK);
}

// ---- the rules once more ------------------------------------------------------------------------

enum reason { NOTHING_LEFT, SPLIT_LIMIT, NO_CAPACITY, PAST_CUT_OFF, NOBODY };

struct decision {
	size_t count;
	const struct route_hub *who[ROUTE_CANDIDATES_MAX];
	int32_t units[ROUTE_CANDIDATES_MAX][SKUS];
	enum reason why[SKUS];
	int64_t earliest_us; // 0: of no hub, or not asked for
};

static const struct network *sorted_for;

static int by_order(const void *a, const void *b)
{
	return route_compare(&sorted_for->policy, a, b);
}

// These hubs as candidates, in order.
static size_t look_all(const struct network *n, const struct route_hub *const *hubs, size_t count,
    struct route_candidate *out)
{
	const struct route_request *r = &n->request;

	for (size_t i = 0; i < count; i++)
		route_look(&n->policy, hubs[i], r,
		    near_distance_m(r->lat, r->lon, hubs[i]->lat, hubs[i]->lon), &out[i]);
	sorted_for = n;
	qsort(out, count, sizeof(*out), by_order);
	return count;
}

// roadshow.route_choose()
static void choose(const struct network *n, const struct route_candidate *c, size_t count,
    int32_t *left, struct decision *d)
{
	const struct route_policy *p = &n->policy;
	size_t lines = n->request.line_count;

	for (size_t i = 0; i < count && d->count == 0; i++)
		if (c[i].verdict == VERDICT_LOST && c[i].lines_short == 0)
			d->who[d->count++] = c[i].hub;
	if (d->count == 1) {
		for (size_t l = 0; l < lines; l++) {
			d->units[0][l] = left[l];
			left[l] = 0;
		}
		return;
	}
	if (!p->partial && p->shipments_max < 2)
		return;
	for (size_t i = 0; i < count && d->count < p->shipments_max; i++) {
		bool some = false;

		for (size_t l = 0; l < lines && c[i].verdict == VERDICT_LOST; l++) {
			int32_t has = c[i].hub->stock[n->lines[l].sku];
			int32_t takes = has < left[l] ? has : left[l];

			d->units[d->count][l] = takes;
			left[l] -= takes;
			some = some || takes > 0;
		}
		if (some)
			d->who[d->count++] = c[i].hub;
	}
}

static bool chosen(const struct decision *d, const struct route_hub *h)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->who[i] == h)
			return true;
	return false;
}

// roadshow.route_left_over()
static enum reason why_left(const struct network *n, const struct route_candidate *c, size_t count,
    const struct decision *d, size_t line)
{
	for (size_t i = 0; i < count; i++) {
		if (c[i].hub->stock[n->lines[line].sku] == 0 || chosen(d, c[i].hub))
			continue;
		if (c[i].verdict == VERDICT_LOST)
			return SPLIT_LIMIT;
		if (c[i].verdict == VERDICT_NO_CAPACITY)
			return NO_CAPACITY;
		if (c[i].verdict == VERDICT_PAST_CUT_OFF)
			return PAST_CUT_OFF;
	}
	return NOBODY;
}

// roadshow.route_decide(), of these hubs.
static struct decision decide(
    const struct network *n, const struct route_hub *const *hubs, size_t hub_count)
{
	static struct route_candidate c[MANY];
	size_t count = look_all(n, hubs, hub_count, c), lines = n->request.line_count;
	bool hard = !n->request.day_is_wish && (n->request.service == SERVICE_SAME_DAY ||
						   n->request.service == SERVICE_NEXT_DAY);
	struct decision d = {0};
	int32_t left[SKUS];
	bool missing = false;

	for (size_t l = 0; l < lines; l++)
		left[l] = n->lines[l].quantity;
	choose(n, c, count, left, &d);
	for (size_t l = 0; l < lines; l++)
		missing = missing || left[l] > 0;
	if (missing && !n->policy.partial) {
		d = (struct decision){0};
		for (size_t l = 0; l < lines; l++)
			left[l] = n->lines[l].quantity;
	}
	for (size_t l = 0; l < lines; l++)
		if (left[l] > 0)
			d.why[l] = why_left(n, c, count, &d, l);
	for (size_t i = 0; i < count && hard && missing; i++)
		if ((c[i].verdict == VERDICT_LOST || is_blocked(c[i].verdict)) &&
		    c[i].lines_short == 0 && c[i].promise_us != 0 &&
		    (d.earliest_us == 0 || c[i].promise_us < d.earliest_us))
			d.earliest_us = c[i].promise_us;
	return d;
}

static bool same_shipments(const struct decision *a, const struct decision *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->who[i] != b->who[i] ||
		    memcmp(a->units[i], b->units[i], sizeof(a->units[i])) != 0)
			return false;
	return true;
}

// ---- random networks ----------------------------------------------------------------------------

// Whose "next day" it is when an order made before goes elsewhere: the order's, and then only a wish.
static void test_the_day_is_that_of_the_order(void **state)
{
	static struct network n;
	static const struct {
		int64_t hours_ago; // 0: now
		bool is_wish;
		enum route_verdict verdict;
	} cases[] = {{0, false, VERDICT_LOST}, {22, false, VERDICT_LOST},
	    {24, false, VERDICT_PAST_CUT_OFF}, {24, true, VERDICT_LOST},
	    {30 * 24, false, VERDICT_PAST_CUT_OFF}, {30 * 24, true, VERDICT_LOST}};

	(void)state;
	set(&n, 1);
	n.request.service = SERVICE_NEXT_DAY;
	n.hubs[0].day_end_us = NOW + HOUR / 60; // the day began 23 hours 59 minutes ago
	n.hubs[0].next_day_end_us = n.hubs[0].day_end_us + 24 * HOUR;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct route_candidate c;

		n.request.made_us = cases[i].hours_ago ? NOW - cases[i].hours_ago * HOUR : 0;
		n.request.day_is_wish = cases[i].is_wish;
		route_look(&n.policy, &n.hubs[0], &n.request, 100, &c);
		assert_int_equal(cases[i].verdict, c.verdict);
	}
}

// Most hubs near have the first SKUs only; what is rare is anywhere.
static void random_network(struct network *n)
{
	set(n, 1 + random_below(MANY));
	n->policy.rule_count = random_below(ROUTE_RULES_MAX);
	for (size_t i = 0; i < n->policy.rule_count; i++)
		n->policy.rules[i] = (enum route_rule)random_below(RULE_COUNT);
	n->policy.shipments_max = 1 + random_below(random_below(4) == 0 ? ROUTE_CANDIDATES_MAX : 4);
	n->policy.partial = random_below(3) != 0;
	n->policy.distance_max_m = random_below(6) == 0 ? 100000 : INFINITY;
	n->request.line_count = 1 + random_below(SKUS);
	for (size_t l = 0; l < SKUS; l++)
		n->lines[l] = (struct route_line){l, 1 + (int32_t)random_below(3)};
	n->request.service = (enum route_service)random_below(4);
	n->request.day_is_wish = random_below(3) == 0;
	n->request.made_us = random_below(2) ? NOW - (int64_t)random_below(60) * HOUR : 0;
	n->request.needed_by_us = random_below(2) ? NOW + 20 * HOUR : 0;
	for (size_t i = 0; i < n->count; i++) {
		struct route_hub *h = &n->hubs[i];
		size_t w = random_below(sizeof(WAVES) / sizeof(WAVES[0]));

		h->lat = random_unit() * 8;
		h->lon = random_unit() * 8;
		h->kind = (enum route_kind)random_below(3);
		h->active = random_below(10) != 0;
		h->waves = WAVES[w].waves;
		h->wave_count = WAVES[w].count;
		h->cost_per_km = (double)random_below(3);
		for (size_t s = 0; s < SKUS; s++)
			n->stock[i][s] =
			    random_below(1 + s * s * s) == 0 ? (int32_t)random_below(4) : 0;
	}
}

// Of the hubs those that `from` does not name.
static size_t without(const struct route_hub *const *hubs, size_t count,
    const struct decision *from, const struct route_hub **out)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (!chosen(from, hubs[i]))
			out[n++] = hubs[i];
	return n;
}

static void assert_counted(const struct network *n, const struct route_ranking *out)
{
	size_t left[VERDICT_COUNT] = {0};
	const struct route_request *r = &n->request;

	for (size_t i = 0; i < n->count; i++)
		if (!is_listed(out, &n->hubs[i]))
			left[route_verdict_at(&n->policy, &n->hubs[i], r,
			    near_distance_m(r->lat, r->lon, n->hubs[i].lat, n->hubs[i].lon))]++;
	assert_memory_equal(left, out->omitted, sizeof(left));
	assert_int_equal(out->considered, n->count);
	assert_int_equal(
	    out->count, n->count < ROUTE_CANDIDATES_MAX ? n->count : ROUTE_CANDIDATES_MAX);
}

static size_t listed(const struct route_ranking *r, const struct route_hub **out)
{
	for (size_t i = 0; i < r->count; i++)
		out[i] = r->list[i].hub;
	return r->count;
}

struct tally {
	int best_were_not_enough, reasons, earliest, second;
};

static void check(
    const struct network *n, const struct route_ranking *told, int round, struct tally *t)
{
	static const struct route_hub *all[MANY], *some[MANY];
	struct route_ranking best;
	struct decision want, got;

	for (size_t i = 0; i < n->count; i++)
		all[i] = &n->hubs[i];
	want = decide(n, all, n->count);
	got = decide(n, some, listed(told, some));
	if (!same_shipments(&want, &got))
		fail_msg("round %d: the list leads elsewhere", round);
	if (n->policy.shipments_max + n->request.line_count + 1 <= ROUTE_CANDIDATES_MAX) {
		assert_memory_equal(want.why, got.why, sizeof(want.why));
		assert_int_equal(want.earliest_us, got.earliest_us);
		for (size_t l = 0; l < SKUS; l++)
			t->reasons += want.why[l] != NOTHING_LEFT && want.why[l] != NOBODY;
		t->earliest += want.earliest_us != 0;
	}
	route_list(&n->policy, &n->index, &n->request, ROUTE_CANDIDATES_MAX, &best);
	got = decide(n, some, listed(&best, some));
	t->best_were_not_enough += !same_shipments(&want, &got);
	if (2 * n->policy.shipments_max + n->request.line_count + 1 <= ROUTE_CANDIDATES_MAX) {
		struct decision again = decide(n, some, without(all, n->count, &want, some));
		const struct route_hub *list[ROUTE_CANDIDATES_MAX];
		size_t count = listed(told, list);

		got = decide(n, some, without(list, count, &want, some));
		if (!same_shipments(&again, &got))
			fail_msg("round %d: the list leads elsewhere when it is failed", round);
		t->second += again.count > 0;
	}
}

static void test_random_networks(void **state)
{
	(void)state;
	static struct network n;
	static struct route_ranking told;
	struct tally t = {0};

	print_message("seed %llu\n", (unsigned long long)seed);
	for (int round = 0; round < 3000; round++) {
		random_network(&n);
		shortlist(&n, &told);
		assert_counted(&n, &told);
		check(&n, &told, round, &t);
	}
	print_message(
	    "of 3000: the 16 best were not enough %d times; reasons %d, earliest %d, second "
	    "decisions %d\n",
	    t.best_were_not_enough, t.reasons, t.earliest, t.second);
	assert_in_range(t.best_were_not_enough, 50, 3000);
	assert_in_range(t.reasons, 100, 3000 * SKUS);
	assert_in_range(t.earliest, 50, 3000);
	assert_in_range(t.second, 500, 3000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_whole_but_late),
	    cmocka_unit_test(test_shares),
	    cmocka_unit_test(test_earliest_and_why),
	    cmocka_unit_test(test_again),
	    cmocka_unit_test(test_the_day_is_that_of_the_order),
	    cmocka_unit_test(test_random_networks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
