// SPDX-License-Identifier: Apache-2.0
//
// Who ships what: whole before torn apart, in order, as far as the policy lets it; and over random
// networks no unit is shipped that is not there, none is lost, and nobody ships who may not.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../../src/routing/share.c"

#define HUBS 4
#define LINES 2

static uint64_t seed = 20260101;

static uint32_t random_below(uint32_t n) // xorshift64*
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (uint32_t)((seed * UINT64_C(2685821657736338717)) >> 33) % n;
}

struct network {
	struct route_policy policy;
	struct route_line lines[LINES];
	struct route_request request;
	int32_t stock[HUBS][LINES];
	struct route_hub hubs[HUBS];
	struct route_ranking ranking;
	struct route_shares shares;
};

// Candidates in the order of the hubs, with what they are short of.
static void set(struct network *n, const int32_t wanted[LINES], const int32_t stock[HUBS][LINES])
{
	*n = (struct network){.policy = {.shipments_max = 3, .partial = true}};
	n->request.lines = n->lines;
	n->request.line_count = LINES;
	n->ranking.count = HUBS;
	for (size_t l = 0; l < LINES; l++)
		n->lines[l] = (struct route_line){l, wanted[l]};
	for (size_t i = 0; i < HUBS; i++) {
		struct route_candidate *c = &n->ranking.list[i];

		memcpy(n->stock[i], stock[i], sizeof(n->stock[i]));
		n->hubs[i].stock = n->stock[i];
		c->hub = &n->hubs[i];
		c->verdict = VERDICT_LOST;
		for (size_t l = 0; l < LINES; l++)
			c->lines_short += stock[i][l] < wanted[l];
	}
}

static void share(struct network *n, double amount)
{
	route_share(&n->policy, &n->request, &n->ranking, amount, &n->shares);
}

static size_t place(const struct network *n, size_t pick)
{
	return (size_t)(n->shares.list[pick].candidate - n->ranking.list);
}

static void test_rules(void **state)
{
	(void)state;
	static const int32_t wanted[] = {3, 2};
	static const int32_t stock[HUBS][LINES] = {{1, 1}, {2, 0}, {3, 2}, {9, 9}};
	struct network n;

	set(&n, wanted, stock);
	share(&n, 0); // the first that has everything, though others were before it
	assert_int_equal(n.shares.count, 1);
	assert_int_equal(place(&n, 0), 2);
	assert_true(n.shares.whole);

	n.ranking.list[2].verdict = VERDICT_NO_CAPACITY;
	n.ranking.list[3].verdict = VERDICT_OUT_OF_RADIUS;
	share(&n, 0); // torn apart in order, and one unit of the second line waits
	assert_int_equal(n.shares.count, 2);
	assert_int_equal(n.shares.list[0].units[0], 1);
	assert_int_equal(n.shares.list[1].units[0], 2);
	assert_int_equal(n.shares.left[0], 0);
	assert_int_equal(n.shares.left[1], 1);
	assert_false(n.shares.whole);

	n.policy.partial = false;
	share(&n, 0); // not in part
	assert_int_equal(n.shares.count, 0);
	assert_int_equal(n.shares.left[0], 3);

	n.policy.partial = true;
	n.policy.split_min_amount = 100;
	share(&n, 99); // not worth it
	assert_int_equal(n.shares.count, 1);
	share(&n, 100);
	assert_int_equal(n.shares.count, 2);
}

static void test_random(void **state)
{
	(void)state;
	uint64_t first_seed = seed;

	for (int round = 0; round < 20000; round++) {
		int32_t wanted[LINES], stock[HUBS][LINES];
		struct network n;

		for (size_t l = 0; l < LINES; l++) {
			wanted[l] = 1 + (int32_t)random_below(5);
			for (size_t i = 0; i < HUBS; i++)
				stock[i][l] = (int32_t)random_below(5);
		}
		set(&n, wanted, stock);
		n.policy.shipments_max = 1 + random_below(4);
		n.policy.partial = random_below(2);
		for (size_t i = 0; i < HUBS; i++)
			if (random_below(3) == 0)
				n.ranking.list[i].verdict = VERDICT_PAST_CUT_OFF;
		share(&n, 0);
		assert_true(n.shares.count <= n.policy.shipments_max);
		for (size_t l = 0; l < LINES; l++) {
			int32_t sum = n.shares.left[l];

			for (size_t i = 0; i < n.shares.count; i++) {
				const struct route_pick *p = &n.shares.list[i];

				assert_true(
				    p->units[l] >= 0 && p->units[l] <= p->candidate->hub->stock[l]);
				assert_int_equal(p->candidate->verdict, VERDICT_LOST);
				sum += p->units[l];
			}
			if (sum != wanted[l])
				fail_msg("seed %llu, round %d: %d of %d units",
				    (unsigned long long)first_seed, round, sum, wanted[l]);
			assert_true(!n.shares.whole || n.shares.left[l] == 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rules),
	    cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
