// SPDX-License-Identifier: Apache-2.0
//
// Ranking, in two passes over the hubs so that the exact distance, a microsecond or two each, is
// computed for little more than the hubs that get into the list.
//
// The bound: walking along the surface, its normal turns by at most 1/R_MIN and at least 1/R_MAX a
// metre (R_MIN and R_MAX being the ellipsoid's extreme radii of curvature), so the geodesic between
// two places whose normals are an angle apart is at least R_MIN and at most R_MAX times that angle.
//
// Pass 1 keeps the list of the best by their longest possible distances; its last one is a
// threshold. Pass 2 looks at a hub exactly only when, at its shortest possible distance, it would
// not be behind that threshold. No score and no verdict gets better with distance, so no hub that
// belongs in the list is missed.

#include "routing/rank.h"

#include <geodesic.h>
#include <math.h>
#include <string.h>

#define WGS84_A 6378137.0
#define WGS84_F (1 / 298.257223563)
#define R_MIN 6335439.0 // a (1 - e²), rounded down
#define R_MAX 6399594.0 // a / sqrt(1 - e²), rounded up
#define RADIANS (3.14159265358979323846 / 180)

static const char *const rule_names[RULE_COUNT] = {
    [RULE_EVENT_HUB] = "event_hub",
    [RULE_PROMISE_MET] = "promise_met",
    [RULE_FEWEST_SPLITS] = "fewest_splits",
    [RULE_MICRO_HUB_BEFORE_WAREHOUSE] = "micro_hub_before_warehouse",
    [RULE_CLOSEST] = "closest",
    [RULE_CHEAPEST] = "cheapest",
    [RULE_LEAST_LOADED] = "least_loaded",
};

static const char *const verdict_names[VERDICT_COUNT] = {
    [VERDICT_CHOSEN] = "chosen",
    [VERDICT_LOST] = "lost_on",
    [VERDICT_NO_STOCK] = "no_stock",
    [VERDICT_NO_CAPACITY] = "no_capacity",
    [VERDICT_PAST_CUT_OFF] = "past_cut_off",
    [VERDICT_OUT_OF_RADIUS] = "out_of_radius",
    [VERDICT_TOO_EXPENSIVE] = "too_expensive",
    [VERDICT_NOT_OFFERED] = "not_offered",
    [VERDICT_INACTIVE] = "inactive",
    [VERDICT_OUTAGE] = "outage",
};

const char *route_rule_name(enum route_rule rule)
{
	ASSERT(rule <= RULE_COUNT);
	return rule == RULE_COUNT ? "tie" : rule_names[rule];
}

bool route_rule_parse(const char *name, size_t len, enum route_rule *rule)
{
	for (int i = 0; i < RULE_COUNT; i++) {
		if (strlen(rule_names[i]) == len && memcmp(rule_names[i], name, len) == 0) {
			*rule = (enum route_rule)i;
			return true;
		}
	}
	return false;
}

const char *route_verdict_name(enum route_verdict verdict)
{
	ASSERT(verdict < VERDICT_COUNT);
	return verdict_names[verdict];
}

// ---- geometry -----------------------------------------------------------------------------------

static void normal_at(double lat, double lon, double out[3])
{
	double phi = lat * RADIANS, lambda = lon * RADIANS;

	out[0] = cos(phi) * cos(lambda);
	out[1] = cos(phi) * sin(lambda);
	out[2] = sin(phi);
}

void route_place(struct route_hub *hub)
{
	normal_at(hub->lat, hub->lon, hub->normal);
}

// From the chord, which keeps its digits for near places where a dot product loses them.
static double angle_between(const double a[3], const double b[3])
{
	double dx = a[0] - b[0], dy = a[1] - b[1], dz = a[2] - b[2];
	double half = sqrt(dx * dx + dy * dy + dz * dz) / 2;

	return 2 * asin(half > 1 ? 1 : half);
}

double route_distance_m(double lat1, double lon1, double lat2, double lon2)
{
	static struct geod_geodesic wgs84;
	static bool ready;
	double metres = 0;

	if (!ready) {
		geod_init(&wgs84, WGS84_A, WGS84_F);
		ready = true;
	}
	geod_inverse(&wgs84, lat1, lon1, lat2, lon2, &metres, NULL, NULL);
	return metres;
}

int32_t route_travel_s(const struct route_policy *p, enum route_service service, double distance_m)
{
	if (service == SERVICE_PICKUP)
		return 0;
	if (distance_m <= p->local_m || p->band_count == 0)
		return (int32_t)ceil(distance_m * 3.6 / p->local_km_h) + p->local_overhead_s;
	size_t i = 0;

	while (i + 1 < p->band_count && distance_m > p->bands[i].up_to_m)
		i++;
	return p->bands[i].days * 86400;
}

// ---- one hub ------------------------------------------------------------------------------------

// First wave ahead that has a free slot (any == false) or the first ahead at all; NULL when none.
static const struct route_wave *wave_ahead(const struct route_hub *h, int64_t now_us, bool any)
{
	for (size_t i = 0; i < h->wave_count; i++) {
		const struct route_wave *w = &h->waves[i];

		if (w->cut_off_us > now_us && (any || w->free > 0))
			return w;
	}
	return NULL;
}

static int32_t units_free(const struct route_hub *h, const struct route_line *line)
{
	return line->sku == ROUTE_SKU_NONE ? 0 : h->stock[line->sku];
}

// Lines that the hub cannot fill; *some tells whether it has a unit of anything.
static size_t lines_short(const struct route_hub *h, const struct route_request *r, bool *some)
{
	size_t n = 0;

	*some = false;
	for (size_t i = 0; i < r->line_count; i++) {
		int32_t units = units_free(h, &r->lines[i]);

		n += units < r->lines[i].quantity;
		*some = *some || units > 0;
	}
	return n;
}

static int64_t service_until(const struct route_hub *h, const struct route_request *r)
{
	if (r->service == SERVICE_SAME_DAY)
		return h->day_end_us;
	return r->service == SERVICE_NEXT_DAY ? h->next_day_end_us : 0;
}

static int64_t promise_of(
    const struct route_wave *w, int32_t travel_s, const struct route_request *r)
{
	int64_t at =
	    r->service == SERVICE_PICKUP ? w->pickup_us : w->ready_us + (int64_t)travel_s * 1000000;

	return at > r->not_before_us ? at : r->not_before_us;
}

static double cost_of(const struct route_hub *h, double distance_m)
{
	return h->cost_per_order + h->cost_per_km * distance_m / 1000;
}

// Why the hub cannot ship, or VERDICT_LOST while it still may.
static enum route_verdict verdict_of(const struct route_policy *p, const struct route_request *r,
    const struct route_candidate *c, bool some, const struct route_wave *next)
{
	const struct route_hub *h = c->hub;
	int64_t until = service_until(h, r);

	if (!h->active)
		return VERDICT_INACTIVE;
	if (h->outage)
		return VERDICT_OUTAGE;
	if (c->distance_m > h->radius_m || c->distance_m > p->distance_max_m)
		return VERDICT_OUT_OF_RADIUS;
	if (cost_of(h, c->distance_m) > p->cost_max)
		return VERDICT_TOO_EXPENSIVE;
	if (r->service == SERVICE_PICKUP && h->kind == HUB_WAREHOUSE)
		return VERDICT_NOT_OFFERED;
	if (!some)
		return VERDICT_NO_STOCK;
	if (!next)
		return VERDICT_PAST_CUT_OFF;
	if (c->promise_us == 0)
		return VERDICT_NO_CAPACITY;
	if (until != 0 && c->promise_us > until)
		return promise_of(next, c->travel_s, r) <= until ? VERDICT_NO_CAPACITY
								 : VERDICT_PAST_CUT_OFF;
	return VERDICT_LOST;
}

static double score_promise(const struct route_request *r, const struct route_candidate *c)
{
	int64_t until = service_until(c->hub, r);

	if (until == 0 || (r->needed_by_us != 0 && r->needed_by_us < until))
		until = r->needed_by_us;
	if (until == 0)
		return NAN;
	return c->promise_us > until ? 1 : 0;
}

static double score_of(enum route_rule rule, const struct route_request *r,
    const struct route_candidate *c, const struct route_wave *w)
{
	const struct route_hub *h = c->hub;

	switch (rule) {
	case RULE_EVENT_HUB:
		return uuid_is_nil(&r->event) ? NAN : uuid_eq(&r->event, &h->event) ? 0 : 1;
	case RULE_PROMISE_MET:
		return score_promise(r, c);
	case RULE_FEWEST_SPLITS:
		return (double)c->lines_short;
	case RULE_MICRO_HUB_BEFORE_WAREHOUSE:
		return h->kind == HUB_WAREHOUSE ? 1 : 0;
	case RULE_CLOSEST:
		return c->distance_m;
	case RULE_CHEAPEST:
		return cost_of(h, c->distance_m);
	case RULE_LEAST_LOADED:
		return w ? (double)(w->capacity - w->free) / w->capacity : NAN;
	case RULE_COUNT:
		break;
	}
	ASSERT(!"a rule of the table");
	return NAN;
}

// The hub as a candidate if it were this far away.
static void look_at(const struct route_policy *p, const struct route_hub *h,
    const struct route_request *r, double distance_m, struct route_candidate *c)
{
	const struct route_wave *w = wave_ahead(h, r->now_us, false);
	bool some;

	memset(c, 0, sizeof(*c));
	c->hub = h;
	c->lost_on = RULE_COUNT;
	c->distance_m = distance_m;
	c->travel_s = route_travel_s(p, r->service, distance_m);
	c->lines_short = lines_short(h, r, &some);
	if (w) {
		c->cut_off_us = w->cut_off_us;
		c->capacity_free = w->free;
		c->promise_us = promise_of(w, c->travel_s, r);
	}
	c->verdict = verdict_of(p, r, c, some, wave_ahead(h, r->now_us, true));
	for (size_t i = 0; i < p->rule_count; i++)
		c->scores[i] = score_of(p->rules[i], r, c, w);
}

// ---- order --------------------------------------------------------------------------------------

int route_compare_scores(const double *a, const double *b, size_t count, size_t *rule)
{
	for (size_t i = 0; i < count; i++) {
		if (isnan(a[i]) || isnan(b[i]) || !(a[i] < b[i] || a[i] > b[i]))
			continue;
		if (rule)
			*rule = i;
		return a[i] < b[i] ? -1 : 1;
	}
	if (rule)
		*rule = count;
	return 0;
}

// Those that may ship before the others; then scores, or distance; then the id, so that the order
// does not depend on the order of the hubs.
static int compare(
    const struct route_policy *p, const struct route_candidate *a, const struct route_candidate *b)
{
	int ships = (a->verdict != VERDICT_LOST) - (b->verdict != VERDICT_LOST);

	if (ships != 0)
		return ships;
	if (a->verdict == VERDICT_LOST) {
		int by_score = route_compare_scores(a->scores, b->scores, p->rule_count, NULL);

		if (by_score != 0)
			return by_score;
	}
	if (a->distance_m < b->distance_m || a->distance_m > b->distance_m)
		return a->distance_m < b->distance_m ? -1 : 1;
	return uuid_cmp(&a->hub->id, &b->hub->id);
}

// Keeps the list sorted; the worst makes room when it is full. False when c did not get in.
static bool insert(
    const struct route_policy *p, struct route_ranking *out, const struct route_candidate *c)
{
	size_t at = out->count;

	if (at == ROUTE_CANDIDATES_MAX) {
		at--;
		if (compare(p, c, &out->list[at]) >= 0)
			return false;
	} else {
		out->count++;
	}
	for (; at > 0 && compare(p, c, &out->list[at - 1]) < 0; at--)
		out->list[at] = out->list[at - 1];
	out->list[at] = *c;
	return true;
}

// Says who ships and on which rule the others lost.
static void judge(const struct route_policy *p, struct route_ranking *out)
{
	struct route_candidate *chosen = NULL;
	size_t rule;

	for (size_t i = 0; i < out->count && !chosen; i++)
		if (out->list[i].verdict == VERDICT_LOST && out->list[i].lines_short == 0)
			chosen = &out->list[i];
	if (!chosen && out->count > 0 && out->list[0].verdict == VERDICT_LOST)
		chosen = &out->list[0];
	if (!chosen)
		return;
	chosen->verdict = VERDICT_CHOSEN;
	for (size_t i = 0; i < out->count; i++) {
		struct route_candidate *c = &out->list[i];

		if (c->verdict != VERDICT_LOST)
			continue;
		if (chosen->lines_short == 0 && c->lines_short > 0)
			c->verdict = VERDICT_NO_STOCK;
		(void)route_compare_scores(chosen->scores, c->scores, p->rule_count, &rule);
		c->lost_on = rule < p->rule_count ? p->rules[rule] : RULE_COUNT;
	}
}

void route_rank(const struct route_policy *policy, const struct route_hub *hubs, size_t count,
    const struct route_request *request, struct route_ranking *out)
{
	struct route_candidate c, threshold;
	double here[3];
	bool full;

	ASSERT(policy->rule_count <= ROUTE_RULES_MAX && policy->band_count <= ROUTE_BANDS_MAX);
	memset(out, 0, sizeof(*out));
	normal_at(request->lat, request->lon, here);
	for (size_t i = 0; i < count; i++) {
		look_at(policy, &hubs[i], request, R_MAX * angle_between(here, hubs[i].normal), &c);
		(void)insert(policy, out, &c);
	}
	full = out->count == ROUTE_CANDIDATES_MAX && count > out->count;
	threshold = out->list[full ? out->count - 1 : 0];
	out->count = 0;
	out->considered = count;
	for (size_t i = 0; i < count; i++) {
		const struct route_hub *h = &hubs[i];

		look_at(policy, h, request, R_MIN * angle_between(here, h->normal), &c);
		if (full && compare(policy, &c, &threshold) > 0) {
			out->omitted[c.verdict]++;
			continue;
		}
		look_at(policy, h, request,
		    route_distance_m(request->lat, request->lon, h->lat, h->lon), &c);
		if (full && out->count == ROUTE_CANDIDATES_MAX &&
		    compare(policy, &c, &out->list[out->count - 1]) < 0)
			out->omitted[out->list[out->count - 1].verdict]++;
		else if (full && out->count == ROUTE_CANDIDATES_MAX)
			out->omitted[c.verdict]++;
		(void)insert(policy, out, &c);
	}
	judge(policy, out);
}
