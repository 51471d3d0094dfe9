// SPDX-License-Identifier: Apache-2.0
//
// Which hub shipped what, and why: from each order and the explanation that is stored with it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/demo_facts.h"

static const struct {
	const char *verdict, *text;
} VERDICTS[] = {
    {"no_stock", "did not have it all"},
    {"out_of_radius", "does not go that far"},
    {"no_capacity", "was full"},
    {"past_cut_off", "could not be in time"},
    {"inactive", "is closed"},
    {"failed_before", "had it damaged"},
    {"not_offered", "does not offer that"},
};

static const char *verdict_text(const char *verdict)
{
	for (size_t i = 0; i < ARRAY_LEN(VERDICTS); i++)
		if (strcmp(VERDICTS[i].verdict, verdict) == 0)
			return VERDICTS[i].text;
	return strncmp(verdict, "lost_on:", 8) == 0 ? "came second" : verdict;
}

static double distance_of(const struct json *candidate)
{
	const struct json *distance = json_get(candidate, "distance_m");
	return distance != NULL ? distance->number : 0;
}

static const struct json *find_candidate(const struct json *candidates, const char *hub_id)
{
	const struct json *c = candidates != NULL ? candidates->child : NULL;
	while (c != NULL && !span_eq(json_get_text(c, "hub_id"), hub_id))
		c = c->next;
	return c;
}

static bool has_verdict(const struct json *candidate, const char *verdict)
{
	return span_eq(json_get_text(candidate, "verdict"), verdict);
}

// Of the candidates that are nearer than the chosen one: how many, how many with this verdict
// (NULL: any), and the nearest of those.
static int count_nearer(const struct json *candidates, const struct json *chosen,
    const char *verdict, const struct json **nearest)
{
	int count = 0;
	*nearest = NULL;
	for (const struct json *c = candidates->child; c != NULL; c = c->next) {
		if (c == chosen || distance_of(c) >= distance_of(chosen) ||
		    (verdict != NULL && !has_verdict(c, verdict)))
			continue;
		count++;
		if (*nearest == NULL || distance_of(c) < distance_of(*nearest))
			*nearest = c;
	}
	return count;
}

const char *parcel_why(struct demo *d, const struct json *candidates, const char *hub_id)
{
	char text[200];
	const struct json *chosen = find_candidate(candidates, hub_id), *nearest, *other;
	int nearer = chosen != NULL ? count_nearer(candidates, chosen, NULL, &nearest) : 0;
	if (nearer == 0)
		return "";
	if (count_nearer(candidates, chosen, "failed_before", &other) > 0)
		nearest = other;
	const char *verdict = text_of(d, nearest, "verdict"), *copy;
	if (nearer > 1 && count_nearer(candidates, chosen, verdict, &other) == nearer)
		snprintf(text, sizeof(text), "none of the %d nearer hubs %s", nearer,
		    strcmp(verdict, "out_of_radius") == 0 ? "goes that far" : "could");
	else
		snprintf(text, sizeof(text), "%s is nearer (%.1f km) but %s",
		    text_of(d, nearest, "name"), distance_of(nearest) / 1000,
		    verdict_text(verdict));
	copy = arena_strndup(&d->arena, text, strlen(text));
	ASSERT(copy != NULL);
	return copy;
}

// The candidates of the last decision that chose this hub.
static const struct json *decision_for(const struct json *routing, const char *hub_id)
{
	const struct json *decisions = json_get(routing, "decisions"), *found = NULL;
	for (const struct json *x = decisions != NULL ? decisions->child : NULL; x != NULL;
	     x = x->next) {
		const struct json *candidates = json_get(x, "candidates");
		const struct json *c = find_candidate(candidates, hub_id);
		if (c != NULL && span_eq(json_get_text(c, "verdict"), "chosen"))
			found = candidates;
	}
	return found;
}

static int hub_number(const struct demo *d, const char *id)
{
	for (int i = 0; i < STORY_HUBS; i++)
		if (strcmp(noted(d, "%s.id", STORY_HUB[i].slug), id) == 0)
			return i;
	return STORY_NOBODY;
}

static int units_of(const struct json *owner, const char *member)
{
	const struct json *lines = json_get(owner, member);
	int units = 0;
	for (const struct json *l = lines != NULL ? lines->child : NULL; l != NULL; l = l->next)
		units += number_of(l, "quantity");
	return units;
}

static int story_order(const struct demo *d, const char *id)
{
	for (int n = 0; n < STORY_DELIVERIES; n++)
		if (strcmp(noted(d, "order.%d.id", n), id) == 0)
			return n;
	return STORY_NOBODY;
}

static void take_order(
    struct demo *d, struct facts *f, const struct json *order, const struct json *routing)
{
	const struct json *shipments = json_get(order, "shipments");
	const struct json *decisions = json_get(routing, "decisions");
	f->orders++;
	f->fulfilled += strcmp(text_of(d, order, "state"), "fulfilled") == 0;
	f->routings += decisions != NULL ? (int)decisions->count : 0;
	f->units_ordered += units_of(order, "lines");
	f->units_backordered += units_of(order, "backordered");
	for (const struct json *s = shipments != NULL ? shipments->child : NULL; s != NULL;
	     s = s->next) {
		const char *hub_id = text_of(d, s, "hub_id");
		f->units_shipped += units_of(s, "lines");
		if (f->parcel_count == FACT_PARCELS_MAX)
			continue;
		f->parcels[f->parcel_count++] = (struct parcel_fact){
		    .hub = hub_number(d, hub_id),
		    .order = story_order(d, text_of(d, order, "id")),
		    .distance_m = distance_of(s),
		    .why = parcel_why(d, decision_for(routing, hub_id), hub_id),
		    .handed_over = strcmp(text_of(d, s, "state"), "handed_over") == 0,
		};
	}
}

bool facts_orders(struct demo *d, struct facts *f)
{
	size_t count = f->ledger.order_count;
	struct ask *asks = calloc(2 * count + 1, sizeof(*asks));
	ASSERT(asks != NULL);
	for (size_t n = 0; n < count; n++) {
		char id[UUID_TEXT_LEN + 1];
		uuid_format(&f->ledger.orders[n], id);
		ask_begin(&asks[2 * n], "GET", noted(d, "creator.key"), "/v1/orders/%s", id);
		ask_begin(
		    &asks[2 * n + 1], "GET", noted(d, "creator.key"), "/v1/orders/%s/routing", id);
	}
	bool ok = ask_all(d, asks, 2 * count);
	for (size_t n = 0; ok && n < count; n++) {
		const struct json *order = ask_answer(d, &asks[2 * n]);
		const struct json *routing = order != NULL ? ask_answer(d, &asks[2 * n + 1]) : NULL;
		ok = routing != NULL;
		if (ok)
			take_order(d, f, order, routing);
	}
	for (size_t i = 0; i < 2 * count; i++)
		ask_release(&asks[i]);
	free(asks);
	return ok;
}
