// SPDX-License-Identifier: Apache-2.0
//
// Where hubs are, ready to be searched: a k-d tree over the unit normals of the ellipsoid, in which the
// antimeridian and the poles are nothing special. It knows squared chords between normals only, and
// what they say of the distance.
//
// The bound: walking along the surface, its normal turns by at most 1/NEAR_R_MIN and at least
// 1/NEAR_R_MAX a metre (the ellipsoid's extreme radii of curvature), so the geodesic between two places
// whose normals are an angle apart is at least NEAR_R_MIN and at most NEAR_R_MAX times that angle. The
// slack is for rounding: a distance is off by half of NEAR_UNIT_M, a coordinate of a normal by a nanometre.
#ifndef ROADSHOW_ROUTING_NEAR_H
#define ROADSHOW_ROUTING_NEAR_H

#include "base/base.h"

#define NEAR_R_MIN 6335439.0 // a (1 - e²), rounded down
#define NEAR_R_MAX 6399594.0 // a / sqrt(1 - e²), rounded up
#define NEAR_UNIT_M 1e-4
#define NEAR_SLACK_M NEAR_UNIT_M
#define NEAR_EVERYWHERE 5.0 // a squared chord longer than any

// A place in the tree. The middle of a range divides it along `axis`; the halves do so again.
struct near_node {
	double at[3];
	uint32_t place; // the caller's number
	uint32_t axis;
};

// The unit normal of the ellipsoid there.
void near_normal(double lat, double lon, double out[3]);
double near_chord2(const double a[3], const double b[3]);
// The shortest and the longest that the way between two such places can be.
double near_least_m(double chord2);
double near_most_m(double chord2);
// The squared chord beyond which every place is farther away than this.
double near_reach(double metres);
// Metres along the ellipsoid (C. F. F. Karney, Algorithms for geodesics, 2013), to a tenth of a millimetre:
// what is compared is then what an explanation tells, in few digits.
double near_distance_m(double lat1, double lon1, double lat2, double lon2);

// Puts the nodes in order; `at` and `place` are filled.
void near_build(struct near_node *nodes, size_t count);

// Called for places about as they get farther, with their squared chord; returns the squared chord beyond
// which nothing matters any more. The least of these counts.
typedef double near_see(void *arg, uint32_t place, double chord2);
// Shows `see` every place whose squared chord is not beyond `limit`, which it lowers as it goes.
void near_walk(const struct near_node *nodes, size_t count, const double here[3], double limit,
    near_see *see, void *arg);

#endif
