// SPDX-License-Identifier: Apache-2.0
//
// The nodes belong to the caller; nothing is allocated. Depth is that of a balanced tree, whatever the
// places are.

#include "routing/near.h"

#include <geodesic.h>
#include <math.h>

#define WGS84_A 6378137.0
#define WGS84_F (1 / 298.257223563)
#define RADIANS (3.14159265358979323846 / 180)

void near_normal(double lat, double lon, double out[3])
{
	double phi = lat * RADIANS, lambda = lon * RADIANS;

	out[0] = cos(phi) * cos(lambda);
	out[1] = cos(phi) * sin(lambda);
	out[2] = sin(phi);
}

double near_chord2(const double a[3], const double b[3])
{
	double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];

	return x * x + y * y + z * z;
}

// A chord keeps its digits for near places, where a dot product loses them.
static double angle_of(double chord2)
{
	double half = sqrt(chord2) / 2;

	return 2 * asin(half > 1 ? 1 : half);
}

double near_least_m(double chord2)
{
	double metres = NEAR_R_MIN * angle_of(chord2) - NEAR_SLACK_M;

	return metres > 0 ? metres : 0;
}

double near_most_m(double chord2)
{
	return NEAR_R_MAX * angle_of(chord2) + NEAR_SLACK_M;
}

// A chord is no longer than its angle.
double near_reach(double metres)
{
	double angle = (fmax(metres, 0) + 2 * NEAR_SLACK_M) / NEAR_R_MIN;

	return angle < 2 ? angle * angle : NEAR_EVERYWHERE;
}

double near_distance_m(double lat1, double lon1, double lat2, double lon2)
{
	static struct geod_geodesic wgs84;
	static bool ready;
	double metres = 0;

	if (!ready) {
		geod_init(&wgs84, WGS84_A, WGS84_F);
		ready = true;
	}
	geod_inverse(&wgs84, lat1, lon1, lat2, lon2, &metres, NULL, NULL);
	return nearbyint(metres * (1 / NEAR_UNIT_M)) / (1 / NEAR_UNIT_M);
}

// ---- building -----------------------------------------------------------------------------------

static uint32_t widest_axis(const struct near_node *nodes, size_t from, size_t to)
{
	uint32_t widest = 0;
	double width = -1;

	for (uint32_t axis = 0; axis < 3; axis++) {
		double low = INFINITY, high = -INFINITY;

		for (size_t i = from; i < to; i++) {
			low = fmin(low, nodes[i].at[axis]);
			high = fmax(high, nodes[i].at[axis]);
		}
		if (high - low > width) {
			width = high - low;
			widest = axis;
		}
	}
	return widest;
}

static void swap(struct near_node *a, struct near_node *b)
{
	struct near_node t = *a;

	*a = *b;
	*b = t;
}

// Quickselect: what is before nodes[k] is not greater on the axis, what is behind it not less.
static void select_middle(struct near_node *nodes, size_t from, size_t to, size_t k, uint32_t axis)
{
	while (to - from > 1) {
		double pivot = nodes[from + (to - 1 - from) / 2].at[axis];
		size_t i = from, j = to - 1;

		for (;;) {
			while (nodes[i].at[axis] < pivot)
				i++;
			while (nodes[j].at[axis] > pivot)
				j--;
			if (i >= j)
				break;
			swap(&nodes[i++], &nodes[j--]);
		}
		if (k <= j)
			to = j + 1;
		else
			from = j + 1;
	}
}

static void build(struct near_node *nodes, size_t from, size_t to)
{
	while (to - from > 1) {
		size_t middle = from + (to - from) / 2;
		uint32_t axis = widest_axis(nodes, from, to);

		select_middle(nodes, from, to, middle, axis);
		nodes[middle].axis = axis;
		build(nodes, from, middle);
		from = middle + 1;
	}
}

void near_build(struct near_node *nodes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		nodes[i].axis = 0;
	build(nodes, 0, count);
}

// ---- searching ----------------------------------------------------------------------------------

struct walk {
	const struct near_node *nodes;
	const double *here;
	double limit;
	near_see *see;
	void *arg;
};

// `off` is how far the range lies from here along each axis at least, `least` the sum of the squares.
static void walk_range(struct walk *w, size_t from, size_t to, const double off[3], double least)
{
	double own[3] = {off[0], off[1], off[2]};

	while (from < to && least <= w->limit) {
		size_t middle = from + (to - from) / 2;
		const struct near_node *n = &w->nodes[middle];
		double aside = w->here[n->axis] - n->at[n->axis], chord2;
		bool below = aside < 0;

		walk_range(w, below ? from : middle + 1, below ? middle : to, own, least);
		chord2 = near_chord2(w->here, n->at);
		if (chord2 <= w->limit)
			w->limit = fmin(w->limit, w->see(w->arg, n->place, chord2));
		least += aside * aside - own[n->axis] * own[n->axis]; // the far half
		own[n->axis] = aside;
		if (below)
			from = middle + 1;
		else
			to = middle;
	}
}

void near_walk(const struct near_node *nodes, size_t count, const double here[3], double limit,
    near_see *see, void *arg)
{
	struct walk w = {nodes, here, limit, see, arg};

	walk_range(&w, 0, count, (const double[3]){0, 0, 0}, 0);
}
