// SPDX-License-Identifier: Apache-2.0
//
// First the best, then who is needed: looked for in the list, and among all hubs only when the list ends
// before those that may ship do. When the best have everything, as nearly always, nothing is walked
// again.

#include "routing/shortlist.h"

#include <math.h>
#include <string.h>

struct shortlist {
	const struct route_policy *policy;
	const struct route_index *index;
	const struct route_request *request;
	struct route_ranking *out; // the best, not judged yet
	struct route_candidate needed[ROUTE_CANDIDATES_MAX];
	size_t count;
	bool whole;						    // somebody ships all of it
	const struct route_hub *shippers[2 * ROUTE_CANDIDATES_MAX]; // of whom no more is looked for
	size_t shipper_count;
	int32_t left[ROUTE_LINES_MAX]; // units of each line that are looked for
};

static double distance_of(const struct route_request *r, const struct route_hub *h)
{
	return near_distance_m(r->lat, r->lon, h->lat, h->lon);
}

static bool is_needed(const struct shortlist *x, const struct route_hub *h)
{
	for (size_t i = 0; i < x->count; i++)
		if (x->needed[i].hub == h)
			return true;
	return false;
}

// False: there is no place for it.
static bool need(struct shortlist *x, const struct route_candidate *c)
{
	if (is_needed(x, c->hub))
		return true;
	if (x->count == ROUTE_CANDIDATES_MAX)
		return false;
	x->needed[x->count++] = *c;
	return true;
}

static bool ships(const struct shortlist *x, const struct route_hub *h)
{
	for (size_t i = 0; i < x->shipper_count; i++)
		if (x->shippers[i] == h)
			return true;
	return false;
}

// ---- who has what -------------------------------------------------------------------------------

static bool has_all(const void *arg, const struct route_hub *h)
{
	const struct shortlist *x = arg;
	const struct route_request *r = x->request;

	for (size_t i = 0; i < r->line_count; i++)
		if (route_units(h, &r->lines[i]) < r->lines[i].quantity)
			return false;
	return !ships(x, h);
}

static bool has_some(const void *arg, const struct route_hub *h)
{
	const struct shortlist *x = arg;
	const struct route_request *r = x->request;

	for (size_t i = 0; i < r->line_count; i++)
		if (x->left[i] > 0 && route_units(h, &r->lines[i]) > 0)
			return !ships(x, h);
	return false;
}

static bool some_left(const struct shortlist *x)
{
	for (size_t i = 0; i < x->request->line_count; i++)
		if (x->left[i] > 0)
			return true;
	return false;
}

static void take(struct shortlist *x, const struct route_hub *h)
{
	for (size_t i = 0; i < x->request->line_count; i++) {
		int32_t has = route_units(h, &x->request->lines[i]);

		x->left[i] -= has < x->left[i] ? has : x->left[i];
	}
}

// No more is looked for of the lines that the hub has some of.
static void drop_lines(struct shortlist *x, const struct route_hub *h)
{
	for (size_t i = 0; i < x->request->line_count; i++)
		if (route_units(h, &x->request->lines[i]) > 0)
			x->left[i] = 0;
}

// ---- looking ------------------------------------------------------------------------------------

// The best that may ship and is wanted.
static bool next_best(const struct shortlist *x, route_wants *wants, struct route_candidate *c)
{
	const struct route_ranking *r = x->out;

	for (size_t i = 0; i < r->count && r->list[i].verdict == VERDICT_LOST; i++) {
		if (wants(x, r->list[i].hub)) {
			*c = r->list[i];
			return true;
		}
	}
	return r->list[r->count - 1].verdict == VERDICT_LOST &&
	       route_best(x->policy, x->index, x->request, wants, x, c);
}

// Of those that have no slot, or no wave in time.
struct blocked {
	const struct shortlist *x;
	route_wants *wants;
	bool earliest; // by their promises; else by distance
	bool found;
	struct route_candidate best;
};

static bool is_blocked(enum route_verdict verdict)
{
	return verdict == VERDICT_NO_CAPACITY || verdict == VERDICT_PAST_CUT_OFF;
}

static bool before(const struct blocked *b, const struct route_candidate *c)
{
	if (b->earliest)
		return c->promise_us != 0 && (!b->found || c->promise_us < b->best.promise_us);
	return !b->found || route_compare(b->x->policy, c, &b->best) < 0;
}

static double see_blocked(void *arg, uint32_t place, double chord2)
{
	struct blocked *b = arg;
	const struct shortlist *x = b->x;
	const struct route_hub *h = &x->index->hubs[place];
	struct route_candidate c;

	if (b->wants(x, h)) {
		route_look(x->policy, h, x->request, near_least_m(chord2), &c);
		if (before(b, &c)) {
			route_look(x->policy, h, x->request, distance_of(x->request, h), &c);
			if (is_blocked(c.verdict) && before(b, &c)) {
				b->best = c;
				b->found = true;
			}
		}
	}
	return b->found && !b->earliest ? near_reach(b->best.distance_m) : NEAR_EVERYWHERE;
}

static bool next_blocked(
    const struct shortlist *x, route_wants *wants, bool earliest, struct route_candidate *c)
{
	struct blocked b = {.x = x, .wants = wants, .earliest = earliest};
	double here[3];

	near_normal(x->request->lat, x->request->lon, here);
	near_walk(x->index->nodes, x->index->count, here, NEAR_EVERYWHERE, see_blocked, &b);
	if (b.found)
		*c = b.best;
	return b.found;
}

// ---- who is needed ------------------------------------------------------------------------------

static bool need_shipper(struct shortlist *x, const struct route_candidate *c)
{
	if (!need(x, c))
		return false;
	x->shippers[x->shipper_count++] = c->hub;
	return true;
}

// Who ships all or who share, without those before. Leaves in `left` what nobody ships.
static void need_shippers(struct shortlist *x)
{
	const struct route_request *r = x->request;
	struct route_candidate c;

	for (size_t i = 0; i < r->line_count; i++)
		x->left[i] = r->lines[i].quantity;
	if (next_best(x, has_all, &c)) {
		(void)need_shipper(x, &c);
		x->whole = true;
		memset(x->left, 0, sizeof(x->left));
		return;
	}
	for (size_t n = 0; n < x->policy->shipments_max && next_best(x, has_some, &c); n++) {
		if (!need_shipper(x, &c))
			break;
		take(x, c.hub);
	}
}

// Whatever they look like: they get back what they hold.
static void need_kept(struct shortlist *x)
{
	const struct route_request *r = x->request;
	struct route_candidate c;

	for (size_t i = 0; r->kept_count > 0 && i < x->index->count; i++) {
		const struct route_hub *h = &x->index->hubs[i];

		if (!route_has_id(r->kept, r->kept_count, &h->id))
			continue;
		route_look(x->policy, h, r, distance_of(r, h), &c);
		(void)need(x, &c);
	}
}

static void need_reasons(struct shortlist *x)
{
	const struct route_request *r = x->request;
	bool day_wanted =
	    !r->day_is_wish && (r->service == SERVICE_SAME_DAY || r->service == SERVICE_NEXT_DAY);
	struct route_candidate c;

	// Those that share may not be allowed to: what an order must be worth for that is not known here.
	if (day_wanted && !x->whole && next_blocked(x, has_all, true, &c))
		(void)need(x, &c);
	while (some_left(x) && next_best(x, has_some, &c) && need(x, &c))
		drop_lines(x, c.hub);
	while (some_left(x) && next_blocked(x, has_some, false, &c) && need(x, &c))
		drop_lines(x, c.hub);
}

static bool is_listed(const struct route_ranking *out, const struct route_hub *h)
{
	for (size_t i = 0; i < out->count; i++)
		if (out->list[i].hub == h)
			return true;
	return false;
}

// The last of those that are not needed make room.
static void make_room(struct shortlist *x)
{
	struct route_ranking *out = x->out;

	for (size_t i = 0; i < x->count; i++) {
		size_t last = out->count - 1;

		if (is_listed(out, x->needed[i].hub))
			continue;
		while (is_needed(x, out->list[last].hub))
			last--;
		out->count--;
		memmove(&out->list[last], &out->list[last + 1],
		    (out->count - last) * sizeof(out->list[0]));
		route_insert(x->policy, out, ROUTE_CANDIDATES_MAX, &x->needed[i]);
	}
}

// ---- those that are not in the list -------------------------------------------------------------

static bool depends_on_distance(
    const struct route_policy *p, const struct route_hub *h, const struct route_request *r)
{
	return !isinf(h->radius_m) || !isinf(p->distance_max_m) || !isinf(p->cost_max) ||
	       r->service == SERVICE_SAME_DAY || r->service == SERVICE_NEXT_DAY;
}

// The exact distance only where the bounds leave a doubt.
static enum route_verdict verdict_of(
    const struct shortlist *x, const struct near_node *n, const double here[3])
{
	const struct route_hub *h = &x->index->hubs[n->place];
	const struct route_request *r = x->request;
	double chord2;
	enum route_verdict verdict;

	if (!depends_on_distance(x->policy, h, r))
		return route_verdict_at(x->policy, h, r, 0);
	chord2 = near_chord2(here, n->at);
	verdict = route_verdict_at(x->policy, h, r, near_least_m(chord2));
	if (route_verdict_at(x->policy, h, r, near_most_m(chord2)) != verdict)
		verdict = route_verdict_at(x->policy, h, r, distance_of(r, h));
	return verdict;
}

static void count_omitted(struct shortlist *x)
{
	struct route_ranking *out = x->out;
	double here[3];

	near_normal(x->request->lat, x->request->lon, here);
	for (size_t i = 0; i < x->index->count; i++)
		out->omitted[verdict_of(x, &x->index->nodes[i], here)]++;
	for (size_t i = 0; i < out->count; i++) // these were counted too
		out->omitted[out->list[i].verdict]--;
}

void route_shortlist(const struct route_policy *policy, const struct route_index *index,
    const struct route_request *request, struct route_ranking *out)
{
	struct shortlist x = {.policy = policy, .index = index, .request = request, .out = out};

	ASSERT(request->line_count <= ROUTE_LINES_MAX);
	route_list(policy, index, request, ROUTE_CANDIDATES_MAX, out);
	if (index->count > out->count) {
		need_shippers(&x);
		need_kept(&x);
		need_reasons(&x);
		need_shippers(&x);
		make_room(&x);
		count_omitted(&x);
	}
	route_judge(policy, out);
}
