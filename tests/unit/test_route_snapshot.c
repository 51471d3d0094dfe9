// SPDX-License-Identifier: Apache-2.0
//
// The snapshot: what the database writes is read exactly, anything else is refused whole, and what
// goes back to the database reads as it was.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../../src/routing/snapshot.c"

#define POLICY                                                                                     \
	"{\"version\": 3, \"rules\": [\"promise_met\", \"closest\"], \"distance_max_m\": null, "   \
	"\"travel\": {\"local_m\": 30000, \"local_km_h\": 30, \"local_overhead_s\": 1200, "        \
	"\"bands\": [{\"up_to_m\": 300000, \"days\": 1}, {\"up_to_m\": null, \"days\": 5}]}}"
#define HUB_HEAD                                                                                   \
	"{\"id\": \"00000000-0000-7000-8000-000000000101\", \"kind\": \"warehouse\", \"lat\": "    \
	"52.5, "                                                                                   \
	"\"lon\": -13.25, \"active\": true, \"outage\": true, \"radius_m\": 2500, \"event_id\": "  \
	"null, "                                                                                   \
	"\"cost_per_order\": 5, \"cost_per_km\": 2, \"day_end\": 1000, \"next_day_end\": 2000, "
#define SNAPSHOT(skus, stock, waves)                                                               \
	"{\"version\": 7, \"policy\": " POLICY ", \"skus\": " skus ", \"hubs\": [" HUB_HEAD        \
	"\"stock\": " stock ", \"waves\": " waves "}]}"

static void test_reads(void **state)
{
	(void)state;
	struct route_snapshot *s = snapshot_parse(span_of(SNAPSHOT("[\"A\", \"B-2\", \"b\"]",
	    "\"12,0,2147483647\"", "[[10, 20, 3, 4, 20], [30, 40, 0, 4, 45]]")));

	assert_non_null(s);
	assert_int_equal(s->version, 7);
	assert_int_equal(s->policy.version, 3);
	assert_int_equal(s->policy.rule_count, 2);
	assert_int_equal(s->policy.rules[1], RULE_CLOSEST);
	assert_true(isinf(s->policy.distance_max_m));
	assert_int_equal(s->policy.band_count, 2);
	assert_true(isinf(s->policy.bands[1].up_to_m));
	assert_int_equal(s->hub_count, 1);
	const struct route_hub *h = &s->hubs[0];

	assert_int_equal(h->id.b[15], 1);
	assert_int_equal(h->kind, HUB_WAREHOUSE);
	assert_true(uuid_is_nil(&h->event));
	assert_true(h->radius_m > 2499 && h->radius_m < 2501);
	assert_int_equal(h->day_end_us, 1000);
	assert_int_equal(h->wave_count, 2);
	assert_int_equal(h->waves[1].cut_off_us, 30);
	assert_int_equal(h->waves[0].free, 3);
	assert_int_equal(h->waves[1].pickup_us, 45);
	assert_true(h->outage);
	assert_int_equal(snapshot_sku(s, span_of("A")), 0);
	assert_int_equal(snapshot_sku(s, span_of("b")), 2);
	assert_int_equal(h->stock[snapshot_sku(s, span_of("b"))], INT32_MAX);
	assert_true(snapshot_sku(s, span_of("C")) == ROUTE_SKU_NONE);
	assert_true(snapshot_sku(s, span_of("")) == ROUTE_SKU_NONE);
	snapshot_release(s);
}

// What was ordered is gone until the snapshot is read again.
static void test_take(void **state)
{
	(void)state;
	struct route_snapshot *s = snapshot_parse(span_of(
	    SNAPSHOT("[\"A\", \"B\"]", "\"12,5\"", "[[10, 20, 0, 4, 20], [30, 40, 2, 4, 45]]")));
	const struct route_line lines[] = {{1, 3}};
	struct route_request r = {.lines = lines, .line_count = 1};
	struct route_candidate c = {.cut_off_us = 30};

	assert_non_null(s);
	c.hub = &s->hubs[0];
	snapshot_take(s, &c, &r);
	assert_int_equal(s->hubs[0].stock[0], 12);
	assert_int_equal(s->hubs[0].stock[1], 2);
	assert_int_equal(s->hubs[0].waves[0].free, 0);
	assert_int_equal(s->hubs[0].waves[1].free, 1);
	snapshot_release(s);
}

// A draft replaces what it has, and is refused whole when it is none.
static void test_draft(void **state)
{
	(void)state;
	static const struct {
		const char *draft;
		bool ok;
		size_t rules;
		double distance_max_m, cost_max;
	} CASES[] = {
	    {"{}", true, 2, INFINITY, INFINITY},
	    {"{\"rules\": [\"cheapest\"]}", true, 1, INFINITY, INFINITY},
	    {"{\"distance_max_m\": 5, \"cost_max\": 7}", true, 2, 5, 7},
	    {"{\"rules\": [\"nearest\"]}", false, 0, 0, 0},
	    {"{\"rules\": 5}", false, 0, 0, 0},
	    {"{\"cost_max\": \"5\"}", false, 0, 0, 0},
	    {"{\"travel\": {}}", false, 0, 0, 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		struct route_policy p;
		struct arena a;
		char error[128];

		arena_init(&a, 65536);
		struct json *own = json_parse(&a, POLICY, strlen(POLICY), error, sizeof(error));
		struct json *draft =
		    json_parse(&a, CASES[i].draft, strlen(CASES[i].draft), error, sizeof(error));

		assert_true(own && draft && route_policy_parse(own, &p));
		assert_int_equal(route_policy_apply(draft, &p), CASES[i].ok);
		if (CASES[i].ok) {
			assert_int_equal(p.rule_count, CASES[i].rules);
			assert_true(p.distance_max_m == CASES[i].distance_max_m);
			assert_true(p.cost_max == CASES[i].cost_max);
			assert_int_equal(p.version, 3);
		}
		arena_release(&a);
	}
}

static void test_empty(void **state)
{
	(void)state;
	struct route_snapshot *s = snapshot_parse(span_of(SNAPSHOT("[]", "\"\"", "[]")));

	assert_non_null(s);
	assert_true(snapshot_sku(s, span_of("A")) == ROUTE_SKU_NONE);
	snapshot_release(s);
	snapshot_release(NULL);
}

static void test_refuses(void **state)
{
	(void)state;
	static const char *const BAD[] = {
	    "",
	    "[]",
	    "{}",
	    "{\"version\": 1}",
	    SNAPSHOT("[\"A\"]", "\"\"", "[]"),
	    SNAPSHOT("[\"A\"]", "\"1,2\"", "[]"),
	    SNAPSHOT("[\"A\"]", "\"1,\"", "[]"),
	    SNAPSHOT("[\"A\"]", "\"-1\"", "[]"),
	    SNAPSHOT("[\"A\"]", "\"2147483648\"", "[]"),
	    SNAPSHOT("[\"A\"]", "[1]", "[]"),
	    SNAPSHOT("[\"B\", \"A\"]", "\"1,2\"", "[]"),
	    SNAPSHOT("[\"A\", \"A\"]", "\"1,2\"", "[]"),
	    SNAPSHOT("[1]", "\"1\"", "[]"),
	    SNAPSHOT("[]", "\"\"", "[[1, 2, 3, 3]]"),
	    SNAPSHOT("[]", "\"\"", "[[1, 2, 3, 3, 1]]"),
	    SNAPSHOT("[]", "\"\"", "[[1, 2, 4, 3, 2]]"),
	    SNAPSHOT("[]", "\"\"", "[[1, 2, -1, 3, 2]]"),
	    SNAPSHOT("[]", "\"\"", "[[1, 2, 1.5, 3, 2]]"),
	    SNAPSHOT("[]", "\"\"", "[[-1, 2, 3, 3, 2]]"),
	    SNAPSHOT("[]", "\"\"", "[[1, 2, 3, 3, 9223372036854775807]]"),
	    SNAPSHOT("[]", "\"\"", "[1]"),
	    SNAPSHOT("[]", "\"\"", "null"),
	};

	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		struct route_snapshot *s = snapshot_parse(span_of(BAD[i]));

		if (s)
			fail_msg("case %zu was taken", i);
	}
}

static void test_services(void **state)
{
	(void)state;
	enum route_service service;

	assert_true(route_service_parse(span_of("same_day"), &service));
	assert_int_equal(service, SERVICE_SAME_DAY);
	assert_false(route_service_parse(span_of("same"), &service));
}

// Distances go out with all their digits.
static void test_writes(void **state)
{
	(void)state;
	struct route_hub hub = {.id = {{1}}};
	static struct route_ranking ranking;
	struct json_out w;
	struct buf b;
	char error[64];
	struct arena a;

	ranking.count = 1;
	ranking.list[0] =
	    (struct route_candidate){.hub = &hub, .distance_m = 1234.5678901234567, .travel_s = 99};
	ranking.omitted[VERDICT_LOST] = 4;
	buf_init(&b, 4096);
	w = json_to(&b);
	json_open(&w, '{');
	route_ranking_write(&w, &ranking);
	json_close(&w, '}');
	arena_init(&a, 1 << 20);
	const struct json *doc = json_parse(&a, b.data, b.len, error, sizeof(error));

	assert_non_null(doc);
	const struct json *c = json_get(doc, "candidates")->child;
	double read = json_get(c, "distance_m")->number;

	assert_true(!(read < ranking.list[0].distance_m) && !(read > ranking.list[0].distance_m));
	assert_int_equal(json_get_int(c, "travel_s", 0), 99);
	assert_int_equal(json_get_int(json_get(doc, "omitted"), "lost", 0), 4);
	arena_release(&a);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reads),
	    cmocka_unit_test(test_take),
	    cmocka_unit_test(test_draft),
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_refuses),
	    cmocka_unit_test(test_services),
	    cmocka_unit_test(test_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
