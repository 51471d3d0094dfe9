// SPDX-License-Identifier: Apache-2.0
//
// Parsing is strict about shape, because the text comes from our own function: anything unexpected
// makes the whole snapshot NULL and the call fails, rather than ranking on half of it.

#include "routing/snapshot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TIME_MAX (INT64_MAX / 2) // room for what is added to a time

static const char *const kind_names[] = {
    [HUB_MICRO] = "micro_hub", [HUB_WAREHOUSE] = "warehouse", [HUB_VENUE] = "venue"};
static const char *const service_names[] = {
    [SERVICE_PICKUP] = "pickup",
    [SERVICE_SAME_DAY] = "same_day",
    [SERVICE_NEXT_DAY] = "next_day",
    [SERVICE_STANDARD] = "standard",
};

static bool get_number(const struct json *object, const char *key, double *out)
{
	const struct json *v = json_get(object, key);

	if (!v || (v->type != JSON_INT && v->type != JSON_NUMBER))
		return false;
	*out = v->number;
	return true;
}

// A number, or `otherwise` for null and absent.
static bool get_optional(const struct json *object, const char *key, double otherwise, double *out)
{
	const struct json *v = json_get(object, key);

	*out = otherwise;
	return !v || v->type == JSON_NULL || get_number(object, key, out);
}

static const struct json *get_typed(const struct json *object, const char *key, enum json_type type)
{
	const struct json *v = json_get(object, key);

	return v && v->type == type ? v : NULL;
}

// ---- policy -------------------------------------------------------------------------------------

static bool parse_rules(const struct json *rules, struct route_policy *p)
{
	if (!rules || rules->count > ROUTE_RULES_MAX)
		return false;
	p->rule_count = 0;
	for (const struct json *r = rules->child; r; r = r->next) {
		if (r->type != JSON_STRING ||
		    !route_rule_parse(r->text.ptr, r->text.len, &p->rules[p->rule_count]))
			return false;
		p->rule_count++;
	}
	return true;
}

static bool parse_bands(const struct json *bands, struct route_policy *p)
{
	double days;

	if (!bands || bands->count > ROUTE_BANDS_MAX)
		return false;
	p->band_count = 0;
	for (const struct json *b = bands->child; b; b = b->next) {
		struct route_band *band = &p->bands[p->band_count++];

		if (b->type != JSON_OBJECT ||
		    !get_optional(b, "up_to_m", INFINITY, &band->up_to_m) ||
		    !get_number(b, "days", &days) || !(days >= 0 && days <= 365))
			return false;
		band->days = (int32_t)days;
	}
	return true;
}

static bool parse_travel(const struct json *travel, struct route_policy *p)
{
	double overhead_s;

	if (!travel || !parse_bands(get_typed(travel, "bands", JSON_ARRAY), p) ||
	    !get_number(travel, "local_m", &p->local_m) ||
	    !get_number(travel, "local_km_h", &p->local_km_h) ||
	    !get_number(travel, "local_overhead_s", &overhead_s))
		return false;
	p->local_overhead_s = overhead_s >= 0 && overhead_s <= 86400 ? (int32_t)overhead_s : 0;
	return p->local_km_h >= 1 && p->local_m >= 0;
}

// Limits of tearing an order apart; a member that is absent stays.
static bool parse_splits(const struct json *draft, struct route_policy *p)
{
	const struct json *partial = json_get(draft, "partial");
	int64_t shipments = json_get_int(draft, "shipments_max", (int64_t)p->shipments_max);

	if (partial && partial->type != JSON_BOOL)
		return false;
	p->partial = partial ? partial->boolean : p->partial;
	p->shipments_max = (size_t)shipments;
	return shipments >= 1 && shipments <= ROUTE_CANDIDATES_MAX &&
	       get_optional(draft, "split_min_amount", p->split_min_amount, &p->split_min_amount);
}

bool route_policy_apply(const struct json *draft, struct route_policy *p)
{
	const struct json *rules = json_get(draft, "rules"), *travel = json_get(draft, "travel");

	p->version = json_get_int(draft, "version", p->version);
	return (!rules || parse_rules(get_typed(draft, "rules", JSON_ARRAY), p)) &&
	       (!travel || parse_travel(get_typed(draft, "travel", JSON_OBJECT), p)) &&
	       parse_splits(draft, p) &&
	       get_optional(draft, "distance_max_m", INFINITY,
		   json_get(draft, "distance_max_m") ? &p->distance_max_m : &(double){0}) &&
	       get_optional(draft, "cost_max", INFINITY,
		   json_get(draft, "cost_max") ? &p->cost_max : &(double){0});
}

bool route_policy_parse(const struct json *policy, struct route_policy *p)
{
	memset(p, 0, sizeof(*p));
	p->distance_max_m = INFINITY;
	p->cost_max = INFINITY;
	p->shipments_max = 3; // as roadshow.route_policy_default() says
	p->partial = true;
	return json_get(policy, "rules") && json_get(policy, "travel") &&
	       route_policy_apply(policy, p);
}

// ---- hubs ---------------------------------------------------------------------------------------

bool route_kind_parse(struct span name, enum route_kind *kind)
{
	for (size_t i = 0; i < ARRAY_LEN(kind_names); i++) {
		if (span_eq(name, kind_names[i])) {
			*kind = (enum route_kind)i;
			return true;
		}
	}
	return false;
}

static bool parse_wave(const struct json *row, struct route_wave *w)
{
	int64_t v[5];
	const struct json *x = row->child;

	if (row->type != JSON_ARRAY || row->count != ARRAY_LEN(v))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(v); i++, x = x->next) {
		if (x->type != JSON_INT)
			return false;
		v[i] = x->integer;
	}
	if (v[0] < 0 || v[1] < 0 || v[2] < 0 || v[3] < v[2] || v[3] > INT32_MAX || v[4] < v[1] ||
	    v[4] > TIME_MAX)
		return false;
	*w = (struct route_wave){v[0], v[1], (int32_t)v[2], (int32_t)v[3], v[4]};
	return true;
}

static bool parse_waves(struct arena *a, const struct json *rows, struct route_hub *h)
{
	struct route_wave *waves;

	if (!rows)
		return false;
	waves = arena_alloc(a, (rows->count + 1) * sizeof(*waves));
	if (!waves)
		return false;
	h->waves = waves;
	for (const struct json *row = rows->child; row; row = row->next)
		if (!parse_wave(row, &waves[h->wave_count++]))
			return false;
	return true;
}

// "12,0,4": one number for each SKU.
static bool parse_stock(struct arena *a, struct span text, size_t sku_count, struct route_hub *h)
{
	int32_t *stock = arena_alloc(a, (sku_count + 1) * sizeof(*stock));
	int64_t units;

	if (!stock || !text.ptr)
		return false;
	h->stock = stock;
	for (size_t i = 0; i < sku_count; i++) {
		const char *comma = memchr(text.ptr, ',', text.len);
		size_t len = comma ? (size_t)(comma - text.ptr) : text.len;

		if (!str_int64((struct span){text.ptr, len}, &units) || units < 0 ||
		    units > INT32_MAX || (comma != NULL) != (i + 1 < sku_count))
			return false;
		stock[i] = (int32_t)units;
		len += comma != NULL;
		text = (struct span){text.ptr + len, text.len - len};
	}
	return text.len == 0;
}

static bool parse_hub(struct route_snapshot *s, const struct json *doc, struct route_hub *h)
{
	const struct json *active = get_typed(doc, "active", JSON_BOOL);
	const struct json *outage = get_typed(doc, "outage", JSON_BOOL);
	const struct json *event = get_typed(doc, "event_id", JSON_STRING);

	if (!active || !outage || !uuid_parse(json_get_text(doc, "id"), &h->id) ||
	    !route_kind_parse(json_get_text(doc, "kind"), &h->kind) ||
	    (event && !uuid_parse(event->text, &h->event)) || !get_number(doc, "lat", &h->lat) ||
	    !get_number(doc, "lon", &h->lon) ||
	    !get_optional(doc, "radius_m", INFINITY, &h->radius_m) ||
	    !get_optional(doc, "cost_per_order", 0, &h->cost_per_order) ||
	    !get_optional(doc, "cost_per_km", 0, &h->cost_per_km))
		return false;
	if (fabs(h->lat) > 90 || fabs(h->lon) > 180)
		return false;
	h->active = active->boolean;
	h->outage = outage->boolean;
	h->day_end_us = json_get_int(doc, "day_end", 0);
	h->next_day_end_us = json_get_int(doc, "next_day_end", 0);
	return parse_waves(&s->arena, get_typed(doc, "waves", JSON_ARRAY), h) &&
	       parse_stock(&s->arena, json_get_text(doc, "stock"), s->sku_count, h);
}

static bool parse_skus(struct route_snapshot *s, const struct json *skus)
{
	if (!skus)
		return false;
	s->skus = arena_alloc(&s->arena, (skus->count + 1) * sizeof(*s->skus));
	if (!s->skus)
		return false;
	for (const struct json *k = skus->child; k; k = k->next) {
		char *copy = k->type == JSON_STRING
				 ? arena_strndup(&s->arena, k->text.ptr, k->text.len)
				 : NULL;

		if (!copy)
			return false;
		s->skus[s->sku_count++] = (struct span){copy, k->text.len};
	}
	return true;
}

static int compare_spans(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	size_t len = x->len < y->len ? x->len : y->len;
	int by_bytes = memcmp(x->ptr, y->ptr, len);

	return by_bytes != 0 ? by_bytes : (x->len > y->len) - (x->len < y->len);
}

// Searching needs them in the order of bytes, without doubles.
static bool skus_are_sorted(const struct route_snapshot *s)
{
	for (size_t i = 1; i < s->sku_count; i++)
		if (compare_spans(&s->skus[i - 1], &s->skus[i]) >= 0)
			return false;
	return true;
}

static bool fill(struct route_snapshot *s, const struct json *doc)
{
	const struct json *policy = get_typed(doc, "policy", JSON_OBJECT);
	const struct json *hubs = get_typed(doc, "hubs", JSON_ARRAY);
	struct near_node *nodes;

	s->version = json_get_int(doc, "version", -1);
	if (!policy || !hubs || s->version < 0 || !route_policy_parse(policy, &s->policy) ||
	    !parse_skus(s, get_typed(doc, "skus", JSON_ARRAY)) || !skus_are_sorted(s))
		return false;
	s->hubs = arena_alloc(&s->arena, (hubs->count + 1) * sizeof(*s->hubs));
	nodes = arena_alloc(&s->arena, (hubs->count + 1) * sizeof(*nodes));
	if (!s->hubs || !nodes)
		return false;
	for (const struct json *h = hubs->child; h; h = h->next)
		if (h->type != JSON_OBJECT || !parse_hub(s, h, &s->hubs[s->hub_count++]))
			return false;
	route_index(&s->index, s->hubs, nodes, s->hub_count);
	return true;
}

struct route_snapshot *snapshot_parse(struct span text)
{
	struct route_snapshot *s = calloc(1, sizeof(*s));
	struct arena scratch;
	char error[128];
	struct json *doc;

	if (!s)
		return NULL;
	arena_init(&scratch, SNAPSHOT_BYTES_MAX);
	arena_init(&s->arena, SNAPSHOT_BYTES_MAX);
	doc = json_parse(&scratch, text.ptr, text.len, error, sizeof(error));
	if (!doc || doc->type != JSON_OBJECT || !fill(s, doc)) {
		snapshot_release(s);
		s = NULL;
	}
	arena_release(&scratch);
	return s;
}

void snapshot_release(struct route_snapshot *s)
{
	if (!s)
		return;
	arena_release(&s->arena);
	free(s);
}

size_t snapshot_sku(const struct route_snapshot *s, struct span sku)
{
	const struct span *found =
	    s->sku_count == 0 ? NULL
			      : bsearch(&sku, s->skus, s->sku_count, sizeof(sku), compare_spans);

	return found ? (size_t)(found - s->skus) : ROUTE_SKU_NONE;
}

// The waves and the stock of a snapshot's hubs are in its own arena; for readers they are const.
void snapshot_take(
    struct route_snapshot *s, const struct route_candidate *chosen, const struct route_request *r)
{
	const struct route_hub *h = chosen->hub;
	struct route_wave *waves = (struct route_wave *)(uintptr_t)h->waves;
	int32_t *stock = (int32_t *)(uintptr_t)h->stock;

	ASSERT(h >= s->hubs && h < s->hubs + s->hub_count && chosen->lines_short == 0);
	for (size_t i = 0; i < h->wave_count; i++)
		if (waves[i].cut_off_us == chosen->cut_off_us && waves[i].free > 0)
			waves[i].free--;
	for (size_t i = 0; i < r->line_count; i++)
		stock[r->lines[i].sku] -= r->lines[i].quantity;
}

bool route_service_parse(struct span name, enum route_service *service)
{
	for (size_t i = 0; i < ARRAY_LEN(service_names); i++) {
		if (span_eq(name, service_names[i])) {
			*service = (enum route_service)i;
			return true;
		}
	}
	return false;
}

void route_omitted_write(struct json_out *w, const struct route_ranking *ranking)
{
	json_key(w, "omitted");
	json_open(w, '{');
	for (int v = 0; v < VERDICT_COUNT; v++)
		if (ranking->omitted[v] > 0)
			json_kv_int(w,
			    v == VERDICT_LOST ? "lost" : route_verdict_name((enum route_verdict)v),
			    (int64_t)ranking->omitted[v]);
	json_close(w, '}');
}

void route_ranking_write(struct json_out *w, const struct route_ranking *ranking)
{
	json_key(w, "candidates");
	json_open(w, '[');
	for (size_t i = 0; i < ranking->count; i++) {
		const struct route_candidate *c = &ranking->list[i];

		json_open(w, '{');
		json_kv_uuid(w, "hub_id", &c->hub->id);
		json_key(w, "distance_m");
		json_put_number(w, c->distance_m);
		json_kv_int(w, "travel_s", c->travel_s);
		json_close(w, '}');
	}
	json_close(w, ']');
	route_omitted_write(w, ranking);
}
