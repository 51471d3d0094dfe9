// SPDX-License-Identifier: Apache-2.0
//
// What the demo's report rests on: the story is what it claims to be; the ledger is replayed as it
// stands and gaps show; reasons are told from the candidates; and each check fails when its numbers
// do not add up.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/demo_check.c"
#include "cli/demo_ledger.c"
#include "cli/demo_routes.c"
#include "cli/demo_story.c"

// ---- a demo without a service -------------------------------------------------------------------

#define DROP_BERLIN "0190c2a0-7b1e-7c4d-8f00-00000000000a"
#define DROP_HAMBURG "0190c2a0-7b1e-7c4d-8f00-00000000000b"
#define SUBJECT "0190c2a0-7b1e-7c4d-8f00-0123456789ab"

static struct demo demo;
static const char *ledger_page; // what /v1/ledger holds

const char *noted(const struct demo *d, const char *name_fmt, ...)
{
	char name[96];
	va_list args;
	(void)d;
	va_start(args, name_fmt);
	vsnprintf(name, sizeof(name), name_fmt, args);
	va_end(args);
	if (strcmp(name, "drop.berlin.id") == 0)
		return DROP_BERLIN;
	return strcmp(name, "drop.hamburg.id") == 0 ? DROP_HAMBURG : "";
}

const char *text_of(struct demo *d, const struct json *object, const char *member)
{
	struct span s = json_get_text(object, member);
	const char *copy = s.ptr != NULL ? arena_strndup(&d->arena, s.ptr, s.len) : "";
	ASSERT(copy != NULL);
	return copy;
}

int number_of(const struct json *object, const char *member)
{
	return (int)json_get_int(object, member, 0);
}

void ask_begin(struct ask *a, const char *method, const char *bearer, const char *path_fmt, ...)
{
	(void)a, (void)method, (void)bearer, (void)path_fmt;
	fail_msg("nothing is asked here");
}

bool ask_all(struct demo *d, struct ask *list, size_t count)
{
	(void)d, (void)list, (void)count;
	return false;
}

const struct json *ask_answer(struct demo *d, const struct ask *a)
{
	(void)d, (void)a;
	return NULL;
}

void ask_release(struct ask *a)
{
	(void)a;
}

static const struct json *parse(const char *text)
{
	char why[128];
	const struct json *j = json_parse(&demo.arena, text, strlen(text), why, sizeof(why));
	if (j == NULL)
		fail_msg("%s: %s", why, text);
	return j;
}

bool ask_list(struct demo *d, const char *bearer, const char *path, const char *member,
    void (*take_one)(void *arg, const struct json *element), void *arg)
{
	(void)d, (void)bearer, (void)path, (void)member;
	for (const struct json *e = parse(ledger_page)->child; e != NULL; e = e->next)
		take_one(arg, e);
	return true;
}

static int start(void **state)
{
	(void)state;
	demo = (struct demo){.name = "test"};
	arena_init(&demo.arena, (size_t)16 << 20);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_release(&demo.arena);
	return 0;
}

// ---- the story ----------------------------------------------------------------------------------

static double distance_km(double lat1, double lon1, double lat2, double lon2)
{
	const double rad = 3.14159265358979 / 180;
	double x = (lon2 - lon1) * rad * cos((lat1 + lat2) / 2 * rad), y = (lat2 - lat1) * rad;
	return 6371 * sqrt(x * x + y * y);
}

static void test_story_numbers(void **state)
{
	int units = 0, tokenized = 0, fans = 0;
	(void)state;
	for (int c = 0; c < STORY_CITIES; c++) {
		const struct story_city *s = &STORY_CITY[c];
		units += s->quantity;
		tokenized += s->tokenized;
		assert_int_equal(s->first_fan, fans + 1);
		fans += s->fans;
		assert_true(s->fans > s->tokenized);
		assert_int_equal(story_city_of_fan(s->first_fan), c);
		assert_int_equal(story_city_of_fan(fans), c);
	}
	assert_int_equal(tokenized, 120);
	assert_int_equal(units - tokenized, 60);
	assert_int_equal(fans, STORY_FANS);
	assert_int_equal(story_city_of_fan(0), STORY_NOBODY);
	assert_int_equal(story_city_of_fan(STORY_FANS + 1), STORY_NOBODY);
}

static void test_story_places(void **state)
{
	(void)state;
	for (int i = 0; i < STORY_HUBS; i++) {
		const struct story_hub *h = &STORY_HUB[i];
		for (int c = 0; c < STORY_CITIES; c++) {
			double km =
			    distance_km(h->lat, h->lon, STORY_CITY[c].lat, STORY_CITY[c].lon);
			if (h->city == c)
				assert_true(km < 6); // around the venue
			else
				assert_true(km > 200); // the warehouse, and the other city
		}
	}
}

// No token is sent home twice, and there is more on the shelves than is ordered.
static void test_story_deliveries(void **state)
{
	int ordered[STORY_CITIES + 1] = {0}, shelved[STORY_CITIES + 1] = {0};
	(void)state;
	for (int i = 0; i < STORY_DELIVERIES; i++) {
		const struct story_delivery *o = &STORY_DELIVERY[i];
		for (int k = 0; k < i; k++)
			assert_false(o->holder > 0 && STORY_DELIVERY[k].city == o->city &&
				     STORY_DELIVERY[k].holder == o->holder);
		assert_int_equal(o->holder > 0, o->city != STORY_NOBODY);
		for (int c = 0; c < STORY_CITIES; c++)
			ordered[c] += o->prints[c] + (c == o->city);
		ordered[STORY_CITIES] += o->totes;
		assert_true(strlen(o->postal_code) == 5 && o->lat > 47 && o->lat < 55);
	}
	for (int i = 0; i < STORY_HUBS; i++) {
		for (int c = 0; c < STORY_CITIES; c++)
			shelved[c] += STORY_HUB[i].prints[c] - STORY_HUB[i].damaged;
		shelved[STORY_CITIES] += STORY_HUB[i].totes;
	}
	for (int c = 0; c <= STORY_CITIES; c++)
		assert_true(ordered[c] > 0 && shelved[c] >= ordered[c]);
}

// ---- the ledger ---------------------------------------------------------------------------------

#define ENTRY(index, kind, prev, data)                                                             \
	"{\"index\":" #index ",\"at\":\"x\",\"kind\":\"" kind "\",\"subject\":\"" SUBJECT          \
	"\",\"prev\":" prev ",\"data\":" data "}"
#define TOKEN "{\"drop_id\":\"" DROP_BERLIN "\",\"serial\":1}"
#define SALE                                                                                       \
	"{\"lines\":[{\"drop_id\":\"" DROP_HAMBURG                                                 \
	"\",\"quantity\":3},{\"drop_id\":null,\"quantity\":9}]}"

static void replay(struct ledger_facts *l, const char *page)
{
	ledger_page = page;
	assert_true(facts_ledger(&demo, l));
}

static void test_ledger_sums(void **state)
{
	struct ledger_facts l;
	(void)state;
	replay(&l, "[" ENTRY(0, "token.issued", "null", TOKEN) "," ENTRY(1, "token.cancelled", "0",
		       TOKEN) "," ENTRY(2, "token.issued", "1", TOKEN) "," ENTRY(3,
		       "token.redeemed", "2", TOKEN) "," ENTRY(4, "sale.recorded", "null",
		       SALE) "," ENTRY(5, "order.routed", "null", "{}") "]");
	assert_int_equal(l.size, 6);
	assert_true(l.dense && l.linked);
	assert_int_equal(l.issued[BERLIN], 2);
	assert_int_equal(l.cancelled[BERLIN], 1);
	assert_int_equal(l.redeemed[BERLIN], 1);
	assert_int_equal(l.sold[BERLIN], 0);
	assert_int_equal(l.sold[HAMBURG], 3);
	assert_int_equal(l.order_count, 1);
	assert_int_equal(ledger_count(&l, "token.issued"), 2);
	assert_int_equal(ledger_count(&l, "case.opened"), 0);
}

static void test_ledger_gaps(void **state)
{
	static const struct {
		const char *page;
		bool dense, linked;
	} cases[] = {
	    {"[]", true, true}, {"[" ENTRY(1, "x", "null", "{}") "]", false, true},
	    {"[" ENTRY(0, "x", "null", "{}") "," ENTRY(2, "x", "0", "{}") "]", false, true},
	    {"[" ENTRY(0, "x", "null", "{}") "," ENTRY(0, "x", "null", "{}") "]", false, true},
	    {"[" ENTRY(0, "x", "0", "{}") "]", true, false},
	    {"[" ENTRY(0, "x", "-1", "{}") "]", true, false},
	    {"[" ENTRY(
		 0, "x", "null", "{}") ",{\"index\":1,\"kind\":\"x\",\"subject\":\"" DROP_BERLIN
				       "\",\"prev\":0,\"data\":{}}]",
		true, false}, // about another thing
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct ledger_facts l;
		replay(&l, cases[i].page);
		if (l.dense != cases[i].dense || l.linked != cases[i].linked)
			fail_msg("%s", cases[i].page);
	}
}

// ---- reasons ------------------------------------------------------------------------------------

#define CANDIDATE(id, km, verdict)                                                                 \
	"{\"hub_id\":\"" id "\",\"name\":\"Hub " id "\",\"distance_m\":" #km                       \
	"000,\"verdict\":\"" verdict "\"}"

static void test_reasons(void **state)
{
	static const struct {
		const char *candidates, *why;
	} cases[] = {
	    {"[" CANDIDATE("x", 1, "chosen") "," CANDIDATE("a", 2, "lost_on:closest") "]", ""},
	    {"[" CANDIDATE("x", 3, "chosen") "," CANDIDATE("a", 2, "no_stock") "]",
		"Hub a is nearer (2.0 km) but did not have it all"},
	    {"[" CANDIDATE("a", 2, "no_capacity") "," CANDIDATE("b", 1, "no_stock") "," CANDIDATE(
		 "x", 3, "chosen") "]",
		"Hub b is nearer (1.0 km) but did not have it all"},
	    {"[" CANDIDATE("a", 2, "failed_before") "," CANDIDATE("b", 1, "no_stock") "," CANDIDATE(
		 "x", 3, "chosen") "]",
		"Hub a is nearer (2.0 km) but had it damaged"},
	    {"[" CANDIDATE("a", 2, "out_of_radius") "," CANDIDATE(
		 "b", 1, "out_of_radius") "," CANDIDATE("x", 300, "chosen") "]",
		"none of the 2 nearer hubs goes that far"},
	    {"[" CANDIDATE("a", 1, "lost_on:promise_met") "," CANDIDATE("x", 3, "chosen") "]",
		"Hub a is nearer (1.0 km) but came second"},
	    {"[" CANDIDATE("a", 1, "chosen") "]", ""}, // not the hub in question
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(
		    parcel_why(&demo, parse(cases[i].candidates), "x"), cases[i].why);
}

// ---- checks -------------------------------------------------------------------------------------

static void count_kinds(struct ledger_facts *l, const char *kind, int count)
{
	l->kinds[l->kind_count++] = (struct kind_count){kind, count};
	l->size += count;
}

static struct facts sound(void)
{
	struct facts f = {.case_count = 1,
	    .orders = 3,
	    .fulfilled = 3,
	    .routings = 4,
	    .units_ordered = 5,
	    .units_shipped = 4,
	    .units_backordered = 1,
	    .keys = 2,
	    .events = 2,
	    .products = 3,
	    .drops = 2,
	    .hubs = 9,
	    .devices = 5,
	    .enrolled = 5,
	    .uploads = 8,
	    .lists_handed_over = 2};
	for (int c = 0; c < STORY_CITIES; c++) {
		f.city[c] = (struct city_facts){.quantity = 15,
		    .tokenized = 10,
		    .held = 0,
		    .issued = 8,
		    .redeemed = 6,
		    .available = 2,
		    .walk_in = 5,
		    .walk_in_sold = 5,
		    .admissions = 7,
		    .redemptions = 6,
		    .walk_in_oversold = 1,
		    .asked = 12,
		    .won = 9,
		    .sold_out = 2,
		    .limited = 1,
		    .cancelled = 1};
		f.ledger.issued[c] = 9;
		f.ledger.cancelled[c] = 1;
		f.ledger.redeemed[c] = 6;
		f.ledger.sold[c] = 6;
	}
	f.ledger.dense = f.ledger.linked = true;
	count_kinds(&f.ledger, "creator.created", 1);
	count_kinds(&f.ledger, "key.created", 2);
	count_kinds(&f.ledger, "event.created", 2);
	count_kinds(&f.ledger, "product.created", 3);
	count_kinds(&f.ledger, "drop.created", 2);
	count_kinds(&f.ledger, "hub.created", 9);
	count_kinds(&f.ledger, "device.created", 5);
	count_kinds(&f.ledger, "device.enrolled", 5);
	count_kinds(&f.ledger, "device.uploaded", 8);
	count_kinds(&f.ledger, "token.redeemed", 12);
	count_kinds(&f.ledger, "order.rerouted", 1);
	count_kinds(&f.ledger, "order.fulfilled", 3);
	count_kinds(&f.ledger, "picklist.handed_over", 2);
	count_kinds(&f.ledger, "case.opened", 2);
	count_kinds(&f.ledger, "case.withdrawn", 1);
	return f;
}

static size_t failures(const struct facts *f)
{
	struct check checks[CHECKS_MAX];
	size_t count = facts_check(f, checks), failed = 0;
	for (size_t i = 0; i < count; i++)
		failed += !checks[i].passed;
	return failed;
}

static void test_sound(void **state)
{
	struct facts f = sound();
	(void)state;
	assert_int_equal(failures(&f), 0);
}

// One number off by one, each alone, and it shows.
static void test_each_number_counts(void **state)
{
	static const struct {
		const char *name;
		size_t at;
	} numbers[] = {
#define CITY(m) {"city." #m, offsetof(struct facts, city[1].m)}
#define WHOLE(m)                                                                                   \
	{                                                                                          \
#m, offsetof(struct facts, m)                                                      \
	}
	    CITY(quantity),
	    CITY(tokenized),
	    CITY(held),
	    CITY(issued),
	    CITY(redeemed),
	    CITY(available),
	    CITY(walk_in),
	    CITY(redemptions),
	    CITY(walk_in_oversold),
	    CITY(asked),
	    CITY(won),
	    CITY(sold_out),
	    CITY(limited),
	    CITY(cancelled),
	    WHOLE(fulfilled),
	    WHOLE(routings),
	    WHOLE(units_ordered),
	    WHOLE(units_shipped),
	    WHOLE(units_backordered),
	    WHOLE(keys),
	    WHOLE(events),
	    WHOLE(products),
	    WHOLE(drops),
	    WHOLE(hubs),
	    WHOLE(devices),
	    WHOLE(enrolled),
	    WHOLE(uploads),
	    WHOLE(lists_handed_over),
	    WHOLE(ledger.cancelled[0]),
	    WHOLE(ledger.redeemed[0]),
	    WHOLE(ledger.sold[0]),
	    WHOLE(ledger.kinds[3].count),
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		struct facts f = sound();
		++*(int *)((char *)&f + numbers[i].at);
		if (failures(&f) == 0)
			fail_msg("one more %s goes unnoticed", numbers[i].name);
	}
}

static void test_ledger_faults_count(void **state)
{
	(void)state;
	struct facts f = sound();
	f.ledger.dense = false;
	assert_int_equal(failures(&f), 1);
	f = sound();
	f.ledger.linked = false;
	assert_int_equal(failures(&f), 1);
	f = sound();
	f.ledger.size++;
	assert_int_equal(failures(&f), 1);
	f = sound();
	f.case_count++;
	assert_int_equal(failures(&f), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_story_numbers),
	    cmocka_unit_test(test_story_places),
	    cmocka_unit_test(test_story_deliveries),
	    cmocka_unit_test(test_ledger_sums),
	    cmocka_unit_test(test_ledger_gaps),
	    cmocka_unit_test(test_reasons),
	    cmocka_unit_test(test_sound),
	    cmocka_unit_test(test_each_number_counts),
	    cmocka_unit_test(test_ledger_faults_count),
	};
	return cmocka_run_group_tests(tests, start, end);
}
