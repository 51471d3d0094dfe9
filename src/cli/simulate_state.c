// SPDX-License-Identifier: Apache-2.0
//
// The books are small: what was taken of a SKU at a hub, and of a wave. They are looked up by hub, found
// by bisection of the hubs' ids, then along the hub's own lists.

#include "cli/simulate_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "routing/share.h"
#include "routing/snapshot.h"

#define SKU_BYTES_MAX 64
#define WAVES_MAX 64 // that a decision looks at

enum side { THEN, NOW, SIDES };

struct taken_units {
	char sku[SKU_BYTES_MAX + 1];
	int64_t units[SIDES];
};

struct wave {
	struct route_wave is; // free: by none of the orders
	int64_t slots[SIDES];
};

struct hub {
	struct route_hub is;
	struct wave *waves; // by cut-off
	size_t wave_count;
	struct taken_units *skus;
	size_t sku_count;
};

struct simulation {
	struct route_policy policy;
	struct hub *hubs; // by id
	size_t hub_count;
	size_t at; // the hub that was told last
	int64_t orders, moved, unlike;
	struct simulate_sums sums[SIDES];
};

// An order with what was known of its candidates.
struct deciding {
	struct route_request request;
	struct route_line lines[ROUTE_LINES_MAX];
	char skus[ROUTE_LINES_MAX][SKU_BYTES_MAX + 1];
	double amount;
	struct route_policy policy; // of then
	size_t count;
	struct known {
		size_t hub; // of the simulation
		double distance_m;
		int32_t units[ROUTE_LINES_MAX];
		struct route_wave wave; // cut_off_us 0: none had a slot
		int64_t day_end_us, next_day_end_us;
		bool active, outage, chosen;
	} list[ROUTE_CANDIDATES_MAX];
};

// Never NULL: who runs out of memory ends.
static void *grow(void *list, size_t count, size_t size)
{
	void *bigger = list;

	if ((count & (count - 1)) == 0) // 0, 1, 2, 4, … are full
		bigger = realloc(list, (count ? count * 2 : 1) * size);
	ASSERT(bigger);
	return bigger;
}

struct simulation *simulate_new(const struct route_policy *policy)
{
	struct simulation *s = calloc(1, sizeof(*s));

	ASSERT(s);
	s->policy = *policy;
	return s;
}

void simulate_release(struct simulation *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->hub_count; i++) {
		free(s->hubs[i].waves);
		free(s->hubs[i].skus);
	}
	free(s->hubs);
	free(s);
}

// ---- the books ----------------------------------------------------------------------------------

// Where the hub is, or belongs.
static size_t place_of(const struct simulation *s, const struct uuid *id)
{
	size_t low = 0, high = s->hub_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (uuid_cmp(&s->hubs[middle].is.id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool simulate_at(struct simulation *s, const struct uuid *hub)
{
	size_t at = place_of(s, hub);

	if (at == s->hub_count || !uuid_eq(&s->hubs[at].is.id, hub))
		return false;
	s->at = at;
	return true;
}

void simulate_hub(struct simulation *s, const struct route_hub *h)
{
	size_t at = place_of(s, &h->id);

	s->hubs = grow(s->hubs, s->hub_count, sizeof(*s->hubs));
	memmove(&s->hubs[at + 1], &s->hubs[at], (s->hub_count - at) * sizeof(*s->hubs));
	s->hubs[at] = (struct hub){.is = *h};
	s->hub_count++;
	s->at = at;
}

// The hub's wave of this cut-off; made when there is none: waves that passed empty are dropped.
static struct wave *wave_of(struct hub *h, const struct route_wave *is)
{
	size_t at = h->wave_count;

	while (at > 0 && h->waves[at - 1].is.cut_off_us >= is->cut_off_us)
		at--;
	if (at < h->wave_count && h->waves[at].is.cut_off_us == is->cut_off_us)
		return &h->waves[at];
	h->waves = grow(h->waves, h->wave_count, sizeof(*h->waves));
	memmove(&h->waves[at + 1], &h->waves[at], (h->wave_count - at) * sizeof(*h->waves));
	h->waves[at] = (struct wave){.is = *is};
	h->wave_count++;
	return &h->waves[at];
}

void simulate_wave(struct simulation *s, const struct route_wave *wave)
{
	ASSERT(s->at < s->hub_count);
	(void)wave_of(&s->hubs[s->at], wave);
}

static struct taken_units *units_of(struct hub *h, const char *sku)
{
	for (size_t i = 0; i < h->sku_count; i++)
		if (strcmp(h->skus[i].sku, sku) == 0)
			return &h->skus[i];
	h->skus = grow(h->skus, h->sku_count, sizeof(*h->skus));
	h->skus[h->sku_count] = (struct taken_units){.units = {0}};
	memcpy(h->skus[h->sku_count].sku, sku, strlen(sku) + 1);
	return &h->skus[h->sku_count++];
}

// ---- reading an order ---------------------------------------------------------------------------

static bool read_ints(const struct json *x, size_t count, int64_t *out)
{
	for (size_t i = 0; i < count; i++, x = x->next) {
		if (!x || x->type != JSON_INT)
			return false;
		out[i] = x->integer;
	}
	return true;
}

static const struct json *nth(const struct json *list, size_t n)
{
	const struct json *x = list->type == JSON_ARRAY ? list->child : NULL;

	for (; x && n > 0; n--)
		x = x->next;
	return x;
}

static bool read_units(const struct json *list, struct known *k, size_t count)
{
	int64_t units[ROUTE_LINES_MAX];

	if (list->type != JSON_ARRAY || list->count != count ||
	    !read_ints(list->child, count, units))
		return false;
	for (size_t i = 0; i < count; i++)
		k->units[i] = (int32_t)units[i];
	return true;
}

// [hub, distance_m, [units], free, cut-off, ready, pickup, day end, next day end, verdict]
static bool read_known(struct simulation *s, const struct json *row, struct deciding *d)
{
	struct known *k = &d->list[d->count];
	const struct json *distance = nth(row, 1), *verdict = nth(row, 9);
	struct uuid id;
	int64_t v[6];

	if (!verdict || verdict->type != JSON_STRING || row->child->type != JSON_STRING ||
	    !uuid_parse(row->child->text, &id) || !simulate_at(s, &id) ||
	    (distance->type != JSON_INT && distance->type != JSON_NUMBER) ||
	    !read_units(nth(row, 2), k, d->request.line_count) || !read_ints(nth(row, 3), 6, v))
		return false;
	k->hub = s->at;
	k->distance_m = distance->number;
	k->wave = (struct route_wave){.free = (int32_t)v[0],
	    .capacity = v[0] > 0 ? (int32_t)v[0] : 1,
	    .cut_off_us = v[1],
	    .ready_us = v[2],
	    .pickup_us = v[3]};
	k->day_end_us = v[4];
	k->next_day_end_us = v[5];
	k->active = !span_eq(verdict->text, "inactive");
	k->outage = span_eq(verdict->text, "outage");
	k->chosen = span_eq(verdict->text, "chosen");
	d->count++;
	return true;
}

static bool read_lines(const struct json *lines, struct deciding *d)
{
	struct route_request *r = &d->request;

	if (!lines || lines->type != JSON_ARRAY || lines->count > ROUTE_LINES_MAX)
		return false;
	for (const struct json *l = lines->child; l; l = l->next) {
		struct span sku = json_get_text(l, "sku");

		if (!sku.ptr || sku.len > SKU_BYTES_MAX)
			return false;
		memcpy(d->skus[r->line_count], sku.ptr, sku.len);
		d->skus[r->line_count][sku.len] = '\0';
		d->lines[r->line_count] =
		    (struct route_line){r->line_count, (int32_t)json_get_int(l, "quantity", 0)};
		r->line_count++;
	}
	r->lines = d->lines;
	return true;
}

static bool read_order(struct simulation *s, const struct json *doc, struct deciding *d)
{
	struct route_request *r = &d->request;
	struct span event = json_get_text(doc, "event_id");
	const struct json *hubs = json_get(doc, "hubs"), *policy = json_get(doc, "policy");

	d->count = 0;
	*r = (struct route_request){.now_us = json_get_int(doc, "at", 0),
	    .not_before_us = json_get_int(doc, "not_before", 0),
	    .needed_by_us = json_get_int(doc, "needed_by", 0)};
	d->amount = (double)json_get_int(doc, "amount", 0);
	if (!policy || !route_policy_parse(policy, &d->policy) || !hubs ||
	    hubs->type != JSON_ARRAY || hubs->count > ROUTE_CANDIDATES_MAX ||
	    !route_service_parse(json_get_text(doc, "service"), &r->service) ||
	    (event.ptr && !uuid_parse(event, &r->event)) || !read_lines(json_get(doc, "lines"), d))
		return false;
	for (const struct json *h = hubs->child; h; h = h->next)
		if (h->type != JSON_ARRAY || !read_known(s, h, d))
			return false;
	return true;
}

// ---- deciding -----------------------------------------------------------------------------------

// A candidate as it is on this side: as recorded, and what this side took less than the other.
struct candidate {
	struct route_wave waves[WAVES_MAX];
	int32_t stock[ROUTE_LINES_MAX];
};

// `shares` points into the ranking, that into the hubs, those into the candidates.
struct decision {
	struct candidate candidates[ROUTE_CANDIDATES_MAX];
	struct route_hub hubs[ROUTE_CANDIDATES_MAX];
	struct route_ranking ranking;
	struct route_shares shares;
};

static int32_t clamp(int64_t n)
{
	return n < 0 ? 0 : n > INT32_MAX ? INT32_MAX : (int32_t)n;
}

// Earlier waves than the recorded one were full then; later ones have what nobody of these orders takes.
static int64_t slots_free(const struct wave *w, const struct known *k, enum side side)
{
	int64_t less = w->slots[THEN] - w->slots[side];

	if (w->is.cut_off_us == k->wave.cut_off_us)
		return k->wave.free + less;
	if (k->wave.cut_off_us == 0 || w->is.cut_off_us < k->wave.cut_off_us)
		return less;
	return w->is.free - w->slots[side];
}

static void put_waves(struct route_hub *h, struct hub *own, const struct known *k,
    struct candidate *c, enum side side, int64_t now_us)
{
	if (k->wave.cut_off_us != 0)
		(void)wave_of(own, &k->wave);
	h->wave_count = 0;
	h->waves = c->waves;
	for (size_t i = 0; i < own->wave_count && h->wave_count < WAVES_MAX; i++) {
		const struct wave *w = &own->waves[i];
		struct route_wave is = w->is;

		if (is.cut_off_us <= now_us)
			continue;
		if (is.cut_off_us == k->wave.cut_off_us) {
			is.ready_us = k->wave.ready_us;
			is.pickup_us = k->wave.pickup_us;
		}
		is.free = clamp(slots_free(w, k, side));
		is.capacity = is.capacity > is.free ? is.capacity : is.free;
		c->waves[h->wave_count++] = is;
	}
}

static void decide(struct simulation *s, const struct deciding *d,
    const struct route_policy *policy, enum side side, struct decision *out)
{
	const struct route_request *r = &d->request;
	double distances_m[ROUTE_CANDIDATES_MAX];

	for (size_t i = 0; i < d->count; i++) {
		const struct known *k = &d->list[i];
		struct hub *own = &s->hubs[k->hub];
		struct candidate *c = &out->candidates[i];
		struct route_hub *h = &out->hubs[i];

		*h = own->is;
		h->active = k->active;
		h->outage = k->outage;
		h->day_end_us = k->day_end_us;
		h->next_day_end_us = k->next_day_end_us;
		h->stock = c->stock;
		for (size_t l = 0; l < r->line_count; l++) {
			const struct taken_units *t = units_of(own, d->skus[l]);

			c->stock[l] = clamp(k->units[l] + t->units[THEN] - t->units[side]);
		}
		put_waves(h, own, k, c, side, r->now_us);
		distances_m[i] = k->distance_m;
	}
	route_rank_known(policy, out->hubs, distances_m, d->count, r, &out->ranking);
	route_share(policy, r, &out->ranking, d->amount, &out->shares);
	if (!out->shares.whole &&
	    (r->service == SERVICE_SAME_DAY || r->service == SERVICE_NEXT_DAY))
		out->shares.count = 0; // the day was a condition: it is refused
}

// ---- counting -----------------------------------------------------------------------------------

static int64_t deadline_of(const struct deciding *d, const struct route_hub *h)
{
	const struct route_request *r = &d->request;
	int64_t until = r->service == SERVICE_SAME_DAY	 ? h->day_end_us
			: r->service == SERVICE_NEXT_DAY ? h->next_day_end_us
							 : 0;

	return until == 0 || (r->needed_by_us != 0 && r->needed_by_us < until) ? r->needed_by_us
									       : until;
}

static void count(
    struct simulate_sums *sums, const struct deciding *d, const struct route_shares *shares)
{
	int64_t waiting = 0, all = 0;
	bool late = shares->count == 0 && d->request.needed_by_us != 0;

	for (size_t l = 0; l < d->request.line_count; l++)
		all += d->lines[l].quantity;
	waiting = all;
	for (size_t i = 0; i < shares->count; i++) {
		const struct route_candidate *c = shares->list[i].candidate;
		int64_t deadline = deadline_of(d, c->hub);

		for (size_t l = 0; l < d->request.line_count; l++)
			waiting -= shares->list[i].units[l];
		sums->distance_m += c->distance_m;
		sums->cost += c->hub->cost_per_order + c->hub->cost_per_km * c->distance_m / 1000;
		late = late || (deadline != 0 && c->promise_us > deadline);
	}
	sums->shipments += (int64_t)shares->count;
	sums->units_waiting += waiting;
	sums->late += late;
	if (waiting == all)
		sums->none++;
	else if (waiting > 0)
		sums->partial++;
	else if (shares->count > 1)
		sums->split++;
	else
		sums->whole++;
}

// Writes into the book of this side what the order took.
static void book(struct simulation *s, const struct deciding *d, const struct route_shares *shares,
    enum side side)
{
	for (size_t i = 0; i < shares->count; i++) {
		const struct route_pick *pick = &shares->list[i];
		bool there = simulate_at(s, &pick->candidate->hub->id);
		struct hub *h = &s->hubs[s->at];

		ASSERT(there);
		wave_of(h, &(struct route_wave){.cut_off_us = pick->candidate->cut_off_us})
		    ->slots[side]++;
		for (size_t l = 0; l < d->request.line_count; l++)
			units_of(h, d->skus[l])->units[side] += pick->units[l];
	}
}

// Which of the candidates ship: a bit each.
static unsigned ships(
    const struct simulation *s, const struct deciding *d, const struct route_shares *shares)
{
	unsigned bits = 0;

	for (size_t i = 0; i < shares->count; i++)
		for (size_t k = 0; k < d->count; k++)
			if (uuid_eq(&s->hubs[d->list[k].hub].is.id,
				&shares->list[i].candidate->hub->id))
				bits |= 1u << k;
	return bits;
}

bool simulate_order(struct simulation *s, const struct json *doc)
{
	static struct deciding d; // large
	static struct decision then, now;
	unsigned recorded = 0;

	if (!read_order(s, doc, &d))
		return false;
	for (size_t k = 0; k < d.count; k++)
		recorded |= (unsigned)d.list[k].chosen << k;
	decide(s, &d, &d.policy, THEN, &then);
	decide(s, &d, &s->policy, NOW, &now);
	s->orders++;
	s->unlike += ships(s, &d, &then.shares) != recorded;
	s->moved += ships(s, &d, &now.shares) != ships(s, &d, &then.shares);
	count(&s->sums[THEN], &d, &then.shares);
	count(&s->sums[NOW], &d, &now.shares);
	book(s, &d, &then.shares, THEN);
	book(s, &d, &now.shares, NOW);
	return true;
}

const struct simulate_sums *simulate_then(const struct simulation *s)
{
	return &s->sums[THEN];
}

const struct simulate_sums *simulate_now(const struct simulation *s)
{
	return &s->sums[NOW];
}

int64_t simulate_orders(const struct simulation *s)
{
	return s->orders;
}

int64_t simulate_moved(const struct simulation *s)
{
	return s->moved;
}

int64_t simulate_unlike(const struct simulation *s)
{
	return s->unlike;
}
