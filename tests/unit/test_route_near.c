// SPDX-License-Identifier: Apache-2.0
//
// Places: distances are those of the ellipsoid, the bounds hold, and a search finds what looking at
// every place finds, wherever the places are.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/routing/near.c"

static uint64_t seed = 20260101;

#include "random.h"

// Published values: a degree of the equator and of the meridian, pole to pole, and the nearly
// antipodal pair on which Vincenty's method does not converge.
static void test_distance(void **state)
{
	(void)state;
	static const struct {
		double lat1, lon1, lat2, lon2, metres;
	} CASES[] = {
	    {0, 0, 0, 1, 111319.4908},
	    {0, 0, 1, 0, 110574.3886},
	    {90, 0, -90, 123, 20003931.4586},
	    {0, 0, 0.5, 179.5, 19936288.5790},
	    {0, 179.5, 0, -179.5, 111319.4908}, // over the antimeridian
	    {89.9, 0, 89.9, 180, 22338.7955},	// over the pole
	    {52.52, 13.405, 52.52, 13.405, 0},
	    {90, 10, 90, -170, 0}, // a pole has every longitude
	    {10, 180, 10, -180, 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		double d =
		    near_distance_m(CASES[i].lat1, CASES[i].lon1, CASES[i].lat2, CASES[i].lon2);

		if (fabs(d - CASES[i].metres) > 0.001)
			fail_msg("case %zu: %.4f m, not %.4f m", i, d, CASES[i].metres);
	}
}

// A distance is between its bounds: what pruning stands on. Random pairs, half of them
// near each other, some at the poles, the antimeridian and almost opposite.
static void test_bound(void **state)
{
	(void)state;
	for (int i = 0; i < 20000; i++) {
		double lat1 = random_unit() * 180 - 90, lon1 = random_unit() * 360 - 180, lat2,
		       lon2;
		double a[3], b[3];

		if (i % 7 == 0)
			lat1 = i % 2 ? 90 : -90;
		if (i % 11 == 0)
			lon1 = 180;
		lat2 = i % 2 ? random_unit() * 180 - 90 : lat1 + (random_unit() - 0.5) * 0.01;
		lon2 = i % 2 ? random_unit() * 360 - 180 : lon1 + (random_unit() - 0.5) * 0.01;
		if (i % 5 == 0) {
			lat2 = -lat1 + (random_unit() - 0.5) * 0.5;
			lon2 = lon1 - 180 + (random_unit() - 0.5);
		}
		lat2 = lat2 > 90 ? 90 : lat2 < -90 ? -90 : lat2;
		lon2 = lon2 > 180 ? lon2 - 360 : lon2 < -180 ? lon2 + 360 : lon2;
		near_normal(lat1, lon1, a);
		near_normal(lat2, lon2, b);
		double d = near_distance_m(lat1, lon1, lat2, lon2), chord2 = near_chord2(a, b);

		if (near_least_m(chord2) > d || near_most_m(chord2) < d || near_reach(d) < chord2)
			fail_msg("(%.9f %.9f) (%.9f %.9f): %.6f not within %.6f and %.6f", lat1,
			    lon1, lat2, lon2, d, near_least_m(chord2), near_most_m(chord2));
	}
}

// ---- searching ----------------------------------------------------------------------------------

#define MANY 10000

// How places lie: all over the earth, in clusters, on few spots, at the antimeridian, around the poles,
// on a grid of equal coordinates, all the same.
enum { ALL_OVER, CLUSTERS, SPOTS, ANTIMERIDIAN, POLES, GRID, SAME, LAYOUTS };

static void a_place(int layout, double *lat, double *lon)
{
	double a = random_unit(), b = random_unit(), c = random_unit(), d = random_unit();

	*lat = a * 180 - 90;
	*lon = b * 360 - 180;
	if (layout == CLUSTERS) {
		*lat = floor(a * 5) * 30 - 60 + (c - 0.5) * 0.01;
		*lon = floor(b * 5) * 60 - 120 + (d - 0.5) * 0.01;
	} else if (layout == SPOTS) {
		*lat = floor(a * 3) * 40 - 40;
		*lon = floor(b * 3) * 100 - 100;
	} else if (layout == ANTIMERIDIAN) {
		*lon = a < 0.2 ? 180 : a < 0.4 ? -180 : b < 0.5 ? 180 - c * 0.1 : c * 0.1 - 180;
		*lat = d * 170 - 85;
	} else if (layout == POLES) {
		*lat = (a < 0.5 ? -1 : 1) * (c < 0.1 ? 90 : 90 - c * 0.1);
	} else if (layout == GRID) {
		*lat = floor(a * 18) * 10 - 80;
		*lon = floor(b * 36) * 10 - 180;
	} else if (layout == SAME) {
		*lat = 52.52;
		*lon = 13.405;
	}
}

struct search {
	size_t seen;
	uint32_t place;
	double chord2;
	double last_limit;
};

static double see(void *arg, uint32_t place, double chord2)
{
	struct search *s = arg;

	assert_true(chord2 <= s->last_limit);
	s->seen++;
	if (chord2 < s->chord2) {
		s->chord2 = chord2;
		s->place = place;
	}
	return s->last_limit = s->chord2;
}

static double see_all(void *arg, uint32_t place, double chord2)
{
	(void)chord2;
	((uint8_t *)arg)[place]++;
	return NEAR_EVERYWHERE;
}

// The nearest by its chord is found, and found by looking at few; a walk without a limit shows every
// place once; one with a limit all that are within.
static void test_walk(void **state)
{
	(void)state;
	static struct near_node nodes[MANY];
	static uint8_t shown[MANY];
	static const size_t counts[] = {0, 1, 2, 3, 16, 17, 1000, MANY};
	size_t seen = 0, searches = 0;
	uint64_t first_seed = seed;

	for (int layout = 0; layout < LAYOUTS; layout++) {
		for (size_t k = 0; k < ARRAY_LEN(counts); k++) {
			size_t count = counts[k];

			for (size_t i = 0; i < count; i++) {
				double lat, lon;

				a_place(layout, &lat, &lon);
				nodes[i].place = (uint32_t)i;
				near_normal(lat, lon, nodes[i].at);
			}
			near_build(nodes, count);
			for (int n = 0; n < 40; n++) {
				struct search s = {.chord2 = 9, .last_limit = NEAR_EVERYWHERE};
				double lat, lon, here[3], best = 9, reach = random_unit() * 0.1;
				size_t within = 0;

				a_place(n % 2 ? layout : ALL_OVER, &lat, &lon);
				near_normal(lat, lon, here);
				for (size_t i = 0; i < count; i++)
					best = fmin(best, near_chord2(here, nodes[i].at));
				near_walk(nodes, count, here, NEAR_EVERYWHERE, see, &s);
				if (s.chord2 > best || s.chord2 < best)
					fail_msg("seed %llu, layout %d, %zu places: %g, not %g",
					    (unsigned long long)first_seed, layout, count, s.chord2,
					    best);
				if (count == MANY && layout == ALL_OVER) {
					seen += s.seen;
					searches++;
				}
				memset(shown, 0, sizeof(shown));
				near_walk(nodes, count, here, NEAR_EVERYWHERE, see_all, shown);
				for (size_t i = 0; i < count; i++)
					assert_int_equal(shown[i], 1);
				s = (struct search){.chord2 = reach, .last_limit = reach};
				for (size_t i = 0; i < count; i++)
					within += near_chord2(here, nodes[i].at) < reach;
				near_walk(nodes, count, here, reach, see, &s);
				assert_int_equal(s.seen > 0, within > 0);
			}
		}
	}
	assert_true(seen < searches * 100); // of 10,000
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_distance),
	    cmocka_unit_test(test_bound),
	    cmocka_unit_test(test_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
