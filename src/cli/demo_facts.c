// SPDX-License-Identifier: Apache-2.0
//
// Asks how things stand: drops, doors, cases, and how many of everything there are.
#include "cli/demo_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *creator(const struct demo *d)
{
	return noted(d, "creator.key");
}

// ---- cities -------------------------------------------------------------------------------------

static bool take_drop(struct demo *d, int city, struct city_facts *f)
{
	struct ask a;
	ask_begin(
	    &a, "GET", creator(d), "/v1/drops/%s", noted(d, "drop.%s.id", STORY_CITY[city].slug));
	const struct json *drop = ask_for(d, &a);
	const struct json *counts = drop != NULL ? json_get(drop, "counts") : NULL;
	if (counts == NULL)
		return false;
	f->quantity = number_of(drop, "quantity");
	f->tokenized = number_of(counts, "tokenized");
	f->walk_in = number_of(counts, "walk_in");
	f->held = number_of(counts, "held");
	f->issued = number_of(counts, "issued");
	f->redeemed = number_of(counts, "redeemed");
	f->available = number_of(counts, "available");
	f->walk_in_sold = number_of(counts, "walk_in_sold");
	return true;
}

static bool take_doors(struct demo *d, int city, struct city_facts *f)
{
	struct ask a;
	ask_begin(&a, "GET", creator(d), "/v1/events/%s/attendance",
	    noted(d, "event.%s.id", STORY_CITY[city].slug));
	const struct json *seen = ask_for(d, &a);
	f->admissions = number_of(seen, "admissions");
	f->redemptions = number_of(seen, "redemptions");
	f->refusals = number_of(seen, "refusals");
	f->walk_in_oversold = number_of(seen, "walk_in_oversold");
	return seen != NULL;
}

// What the fans were told when they claimed: no list of the service has refusals.
static void take_fans(const struct demo *d, int city, struct city_facts *f)
{
	static const char *const attempts[] = {"claim", "greedy", "again"};
	const struct story_city *c = &STORY_CITY[city];
	for (int fan = c->first_fan; fan < c->first_fan + c->fans; fan++) {
		for (size_t i = 0; i < ARRAY_LEN(attempts); i++) {
			const char *outcome = noted(d, "fan.%d.%s", fan, attempts[i]);
			f->asked += outcome[0] != 0;
			f->won += strcmp(outcome, "issued") == 0;
			f->sold_out += strcmp(outcome, "sold_out") == 0;
			f->limited += strcmp(outcome, "limit_reached") == 0;
		}
		const char *state = noted(d, "fan.%d.state", fan);
		f->cancelled += strncmp(state, "cancelled", 9) == 0;
		f->delivered += strcmp(state, "delivery") == 0;
	}
}

static int city_of(const struct demo *d, const char *what, const char *id)
{
	for (int c = 0; c < STORY_CITIES; c++)
		if (strcmp(noted(d, "%s.%s.id", what, STORY_CITY[c].slug), id) == 0)
			return c;
	return STORY_NOBODY;
}

// ---- cases --------------------------------------------------------------------------------------

struct taking {
	struct demo *d;
	struct facts *f;
};

static const char *device_name(const struct demo *d, const char *id)
{
	for (int i = 0; i < STORY_DEVICES; i++)
		if (strcmp(noted(d, "device.%s.id", STORY_DEVICE[i].slug), id) == 0)
			return STORY_DEVICE[i].name;
	return "another device";
}

// One sentence about a case.
static const char *tell_case(struct demo *d, const struct json *k)
{
	char text[200];
	const struct json *data = json_get(k, "data"), *first = json_get(data, "first");
	const char *kind = text_of(d, k, "kind");
	int serial = number_of(data, "serial");
	if (strcmp(kind, "already_redeemed") == 0)
		snprintf(text, sizeof(text), "token %d was let in %d times; %s was first", serial,
		    number_of(data, "scans"),
		    device_name(d, first != NULL ? text_of(d, first, "device_id") : ""));
	else if (strcmp(kind, "cancelled") == 0)
		snprintf(text, sizeof(text),
		    "token %d was let in, though given back while the door was offline", serial);
	else if (strcmp(kind, "oversold") == 0)
		snprintf(text, sizeof(text),
		    "the till sold %d more than the %d there were for walk-ins",
		    number_of(data, "units_short"), number_of(data, "walk_in"));
	else
		snprintf(text, sizeof(text), "%d facts disagree", number_of(k, "facts"));
	const char *copy = arena_strndup(&d->arena, text, strlen(text));
	ASSERT(copy != NULL);
	return copy;
}

static void take_case(void *arg, const struct json *k)
{
	struct taking *t = arg;
	if (t->f->case_count == FACT_CASES_MAX)
		return;
	t->f->cases[t->f->case_count++] = (struct case_fact){
	    .kind = text_of(t->d, k, "kind"),
	    .state = text_of(t->d, k, "state"),
	    .text = tell_case(t->d, k),
	    .city = city_of(t->d, "event", text_of(t->d, k, "event_id")),
	};
}

// ---- how many -----------------------------------------------------------------------------------

static void count_one(void *arg, const struct json *element)
{
	(void)element;
	++*(int *)arg;
}

static void count_device(void *arg, const struct json *device)
{
	struct facts *f = arg;
	const struct json *enrolled_at = json_get(device, "enrolled_at");
	f->devices++;
	f->enrolled += enrolled_at != NULL && enrolled_at->type == JSON_STRING;
	f->uploads += number_of(device, "uploads");
}

static bool count_things(struct demo *d, struct facts *f)
{
	char path[128];
	const struct {
		const char *path, *member;
		int *count;
	} lists[] = {
	    {"/v1/keys", "keys", &f->keys},
	    {"/v1/events", "events", &f->events},
	    {"/v1/products", "products", &f->products},
	    {"/v1/drops", "drops", &f->drops},
	    {"/v1/hubs", "hubs", &f->hubs},
	    {"/v1/picklists?state=handed_over", "picklists", &f->lists_handed_over},
	};
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (!ask_list(
			d, creator(d), lists[i].path, lists[i].member, count_one, lists[i].count))
			return false;
	for (int c = 0; c < STORY_CITIES; c++) {
		snprintf(path, sizeof(path), "/v1/events/%s/devices",
		    noted(d, "event.%s.id", STORY_CITY[c].slug));
		if (!ask_list(d, creator(d), path, "devices", count_device, f))
			return false;
	}
	return true;
}

bool facts_gather(struct demo *d, struct facts *f)
{
	struct taking t = {d, f};
	*f = (struct facts){0};
	for (int c = 0; c < STORY_CITIES; c++) {
		if (!take_drop(d, c, &f->city[c]) || !take_doors(d, c, &f->city[c]))
			return false;
		take_fans(d, c, &f->city[c]);
	}
	return ask_list(d, creator(d), "/v1/cases", "cases", take_case, &t) && count_things(d, f) &&
	       facts_ledger(d, &f->ledger) && facts_orders(d, f);
}
