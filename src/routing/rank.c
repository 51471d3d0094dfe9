// SPDX-License-Identifier: Apache-2.0
//
// Ranking, in two walks over the hubs around a destination, so that the exact distance, a microsecond
// each, is computed for little more than the hubs that get into the list.
//
// A search for the best of some hubs only (route_best()) passes over the others, and over those that may
// not ship: one that may at its longest distance may at its own.
//
// Walk 1 keeps the list of the best by their longest possible distances; its last one is a threshold.
// Walk 2 looks at a hub exactly only when, at its shortest possible distance, it would not be behind that
// threshold. No score and no verdict gets better with distance, so no hub that belongs in the list is
// missed; and a walk ends where even a hub that is perfect in everything but its distance would be
// behind the last of a full list (reach_of()).

#include "routing/rank.h"

#include <math.h>
#include <string.h>

#define DAY_US (INT64_C(24) * 3600 * 1000000)

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
    [VERDICT_FAILED_BEFORE] = "failed_before",
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

int32_t route_travel_s(const struct route_policy *p, enum route_service service, double distance_m)
{
	if (service == SERVICE_PICKUP)
		return 0;
	if (distance_m <= p->local_m || p->band_count == 0)
		return (int32_t)ceil(distance_m * 3.6 / p->local_km_h) + p->local_overhead_s;
	size_t i = 0;

	while (i + 1 < p->band_count && distance_m > p->bands[i].up_to_m)
		i++;
	return p->bands[i].days * 86400; // no less than driving: such policies are refused
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

// Lines that the hub cannot fill; *some tells whether it has a unit of anything.
static size_t lines_short(const struct route_hub *h, const struct route_request *r, bool *some)
{
	size_t n = 0;

	*some = false;
	for (size_t i = 0; i < r->line_count; i++) {
		int32_t units = route_units(h, &r->lines[i]);

		n += units < r->lines[i].quantity;
		*some = *some || units > 0;
	}
	return n;
}

// The midnight at the hub that the service asks for, counted from the day of the order.
static int64_t service_until(const struct route_hub *h, const struct route_request *r)
{
	bool next = r->service == SERVICE_NEXT_DAY;
	int64_t until = next ? h->next_day_end_us : h->day_end_us;
	int64_t past; // how long before the day that ends there the order was made

	if (until == 0 || (!next && r->service != SERVICE_SAME_DAY))
		return 0;
	past = until - DAY_US - (next ? DAY_US : 0) - r->made_us;
	if (r->made_us != 0 && past > 0)
		until -= (past + DAY_US - 1) / DAY_US * DAY_US;
	return until;
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

bool route_has_id(const struct uuid *ids, size_t count, const struct uuid *id)
{
	for (size_t i = 0; i < count; i++)
		if (uuid_eq(&ids[i], id))
			return true;
	return false;
}

// Why the hub cannot ship, or VERDICT_LOST while it still may.
static enum route_verdict verdict_of(const struct route_policy *p, const struct route_request *r,
    const struct route_candidate *c, bool some, const struct route_wave *next)
{
	const struct route_hub *h = c->hub;
	int64_t until = service_until(h, r);

	if (route_has_id(r->failed, r->failed_count, &h->id))
		return VERDICT_FAILED_BEFORE;
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
	if (!r->day_is_wish && until != 0 && c->promise_us > until)
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

// Whether the hub could ship if it were this far away, and how; all of *c but its scores. Returns the
// wave that would take it.
static const struct route_wave *assess(const struct route_policy *p, const struct route_hub *h,
    const struct route_request *r, double distance_m, struct route_candidate *c)
{
	const struct route_wave *w = wave_ahead(h, r->now_us, false);
	bool some;

	c->hub = h;
	c->lost_on = RULE_COUNT;
	c->distance_m = distance_m;
	c->travel_s = route_travel_s(p, r->service, distance_m);
	c->lines_short = lines_short(h, r, &some);
	c->cut_off_us = w ? w->cut_off_us : 0;
	c->capacity_free = w ? w->free : 0;
	c->promise_us = w ? promise_of(w, c->travel_s, r) : 0;
	c->verdict = verdict_of(p, r, c, some, wave_ahead(h, r->now_us, true));
	return w;
}

void route_look(const struct route_policy *p, const struct route_hub *h,
    const struct route_request *r, double distance_m, struct route_candidate *c)
{
	const struct route_wave *w = assess(p, h, r, distance_m, c);

	for (size_t i = 0; i < p->rule_count; i++)
		c->scores[i] = score_of(p->rules[i], r, c, w);
}

enum route_verdict route_verdict_at(const struct route_policy *p, const struct route_hub *h,
    const struct route_request *r, double distance_m)
{
	struct route_candidate c;

	(void)assess(p, h, r, distance_m, &c);
	return c.verdict;
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
int route_compare(
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

// Keeps the list sorted; the worst makes room when it has `most`.
void route_insert(const struct route_policy *p, struct route_ranking *out, size_t most,
    const struct route_candidate *c)
{
	size_t at = out->count;

	if (at == most) {
		at--;
		if (route_compare(p, c, &out->list[at]) >= 0)
			return;
	} else {
		out->count++;
	}
	for (; at > 0 && route_compare(p, c, &out->list[at - 1]) < 0; at--)
		out->list[at] = out->list[at - 1];
	out->list[at] = *c;
}

// Says who ships and on which rule the others lost.
void route_judge(const struct route_policy *p, struct route_ranking *out)
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

// ---- walking ------------------------------------------------------------------------------------

struct ranking {
	const struct route_policy *policy;
	const struct route_index *index;
	const struct route_request *request;
	route_wants *wants; // NULL: every hub, whether it may ship or not
	const void *arg;
	size_t most;
	struct route_ranking *out;
	struct route_candidate threshold; // of walk 2
	bool bounded;			  // there is one
};

// How far away (metres) a hub that does best by every rule may be to get before `last` by this one:
// INFINITY anywhere, -1 nowhere. False: the next rule decides.
static bool reach_by(const struct ranking *x, enum route_rule rule, double score,
    const struct route_candidate *last, double *reach)
{
	const struct route_index *i = x->index;
	double best = rule == RULE_MICRO_HUB_BEFORE_WAREHOUSE && i->only_warehouses ? 1 : 0;

	if (isnan(score))
		return false;
	if (rule == RULE_CLOSEST) {
		*reach = last->distance_m;
		return true;
	}
	if (rule == RULE_CHEAPEST) {
		best = i->cost_per_order_min;
		if (i->cost_per_km_min > 0) { // a little more, for rounding
			*reach = (score - best) / i->cost_per_km_min * 1000 * (1 + 1e-9);
			return true;
		}
	}
	*reach = best < score ? INFINITY : -1;
	return best < score || best > score;
}

// The squared chord beyond which no hub gets into the list any more.
static double reach_of(const struct ranking *x)
{
	const struct route_candidate *last = &x->out->list[x->most - 1];
	double reach;

	if (x->out->count < x->most || last->verdict != VERDICT_LOST)
		return NEAR_EVERYWHERE;
	for (size_t i = 0; i < x->policy->rule_count; i++)
		if (reach_by(x, x->policy->rules[i], last->scores[i], last, &reach))
			return near_reach(reach);
	return near_reach(last->distance_m);
}

// Whether the candidate is one of those that are looked for.
static bool is_wanted(const struct ranking *x, const struct route_candidate *c)
{
	return !x->wants || c->verdict == VERDICT_LOST;
}

static double see_longest(void *arg, uint32_t place, double chord2)
{
	struct ranking *x = arg;
	const struct route_hub *h = &x->index->hubs[place];
	struct route_candidate c;

	if (x->wants && !x->wants(x->arg, h))
		return reach_of(x);
	route_look(x->policy, h, x->request, near_most_m(chord2), &c);
	if (is_wanted(x, &c))
		route_insert(x->policy, x->out, x->most, &c);
	return reach_of(x);
}

static double see_exactly(void *arg, uint32_t place, double chord2)
{
	struct ranking *x = arg;
	const struct route_request *r = x->request;
	const struct route_hub *h = &x->index->hubs[place];
	struct route_candidate c;

	if (x->wants && !x->wants(x->arg, h))
		return reach_of(x);
	route_look(x->policy, h, r, near_least_m(chord2), &c);
	if (!x->bounded || route_compare(x->policy, &c, &x->threshold) <= 0) {
		route_look(x->policy, h, r, near_distance_m(r->lat, r->lon, h->lat, h->lon), &c);
		if (is_wanted(x, &c))
			route_insert(x->policy, x->out, x->most, &c);
	}
	return reach_of(x);
}

static void walk(struct ranking *x)
{
	const struct route_request *r = x->request;
	double here[3], reach = NEAR_EVERYWHERE;

	ASSERT(
	    x->policy->rule_count <= ROUTE_RULES_MAX && x->policy->band_count <= ROUTE_BANDS_MAX);
	ASSERT(x->most >= 1 && x->most <= ROUTE_CANDIDATES_MAX);
	x->out->count = 0;
	x->out->considered = x->index->count;
	memset(x->out->omitted, 0, sizeof(x->out->omitted));
	near_normal(r->lat, r->lon, here);
	if (x->index->count > x->most) {
		near_walk(x->index->nodes, x->index->count, here, reach, see_longest, x);
		x->bounded = x->out->count == x->most;
		if (x->bounded)
			x->threshold = x->out->list[x->most - 1];
		reach = reach_of(x);
		x->out->count = 0;
	}
	near_walk(x->index->nodes, x->index->count, here, reach, see_exactly, x);
}

void route_list(const struct route_policy *policy, const struct route_index *index,
    const struct route_request *request, size_t most, struct route_ranking *out)
{
	walk(&(struct ranking){
	    .policy = policy, .index = index, .request = request, .most = most, .out = out});
}

bool route_best(const struct route_policy *policy, const struct route_index *index,
    const struct route_request *request, route_wants *wants, const void *arg,
    struct route_candidate *best)
{
	struct route_ranking one;

	walk(&(struct ranking){.policy = policy,
	    .index = index,
	    .request = request,
	    .wants = wants,
	    .arg = arg,
	    .most = 1,
	    .out = &one});
	if (one.count > 0)
		*best = one.list[0];
	return one.count > 0;
}

void route_rank(const struct route_policy *policy, const struct route_index *index,
    const struct route_request *request, size_t most, struct route_ranking *out)
{
	route_list(policy, index, request, most, out);
	route_judge(policy, out);
}

void route_rank_known(const struct route_policy *policy, const struct route_hub *hubs,
    const double *distances_m, size_t count, const struct route_request *request,
    struct route_ranking *out)
{
	struct route_candidate c;

	ASSERT(policy->rule_count <= ROUTE_RULES_MAX && count <= ROUTE_CANDIDATES_MAX);
	out->count = 0;
	out->considered = count;
	memset(out->omitted, 0, sizeof(out->omitted));
	for (size_t i = 0; i < count; i++) {
		route_look(policy, &hubs[i], request, distances_m[i], &c);
		route_insert(policy, out, ROUTE_CANDIDATES_MAX, &c);
	}
	route_judge(policy, out);
}

// ---- only the nearest ---------------------------------------------------------------------------

struct nearest {
	struct ranking x;
	const struct route_hub *hub; // the nearest so far, surely or
	double least_m, most_m;	     // within these
};

static double exactly(const struct route_request *r, const struct route_hub *h)
{
	return near_distance_m(r->lat, r->lon, h->lat, h->lon);
}

static bool ships_from(const struct nearest *n, const struct route_hub *h, double distance_m)
{
	return route_verdict_at(n->x.policy, h, n->x.request, distance_m) == VERDICT_LOST;
}

// The exact distances only of two of which the bounds do not tell the nearer.
static double see_nearest(void *arg, uint32_t place, double chord2)
{
	struct nearest *n = arg;
	const struct route_hub *h = &n->x.index->hubs[place];
	double least_m = near_least_m(chord2), most_m = near_most_m(chord2);

	if (!ships_from(n, h, least_m))
		return near_reach(n->most_m);
	if (!ships_from(n, h, most_m) || (n->hub && most_m >= n->least_m)) {
		least_m = most_m = exactly(n->x.request, h);
		if (n->hub && n->least_m < n->most_m)
			n->least_m = n->most_m = exactly(n->x.request, n->hub);
	}
	if (ships_from(n, h, most_m) && most_m < n->most_m) {
		n->hub = h;
		n->least_m = least_m;
		n->most_m = most_m;
	}
	return near_reach(n->most_m);
}

const struct route_hub *route_nearest(const struct route_policy *policy,
    const struct route_index *index, const struct route_request *request)
{
	struct nearest n = {.x = {.policy = policy, .index = index, .request = request},
	    .least_m = INFINITY,
	    .most_m = INFINITY};
	double here[3];

	near_normal(request->lat, request->lon, here);
	near_walk(index->nodes, index->count, here, NEAR_EVERYWHERE, see_nearest, &n);
	return n.hub;
}

// ---- making ready --------------------------------------------------------------------------------

void route_index(
    struct route_index *index, const struct route_hub *hubs, struct near_node *nodes, size_t count)
{
	*index = (struct route_index){.hubs = hubs,
	    .nodes = nodes,
	    .count = count,
	    .cost_per_order_min = INFINITY,
	    .cost_per_km_min = INFINITY,
	    .only_warehouses = true};
	ASSERT(count <= UINT32_MAX);
	for (size_t i = 0; i < count; i++) {
		const struct route_hub *h = &hubs[i];

		nodes[i].place = (uint32_t)i;
		near_normal(h->lat, h->lon, nodes[i].at);
		index->cost_per_order_min = fmin(index->cost_per_order_min, h->cost_per_order);
		index->cost_per_km_min = fmin(index->cost_per_km_min, h->cost_per_km);
		index->only_warehouses = index->only_warehouses && h->kind == HUB_WAREHOUSE;
	}
	near_build(nodes, count);
}
