// SPDX-License-Identifier: Apache-2.0
//
// The chapter of the partners: each asks its hubs for work, picks, packs and hands over, until there
// is nothing left. One finds a damaged print; what it cannot deliver goes to another hub.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/demo_play.h"
#include "cli/demo_story.h"

#define ROUNDS_MAX 6 // a short pick makes work for another hub
#define LISTS_MAX 20
#define LEASE_S 900
#define PARCEL_G 400

struct work {
	const struct story_hub *hub;
	const char *bearer;
	const char *id; // of the pick list
	int number;     // of the hub's lists, from 0
	int64_t fencing;
	const struct json *list;
};

static void begin_step(struct demo *d, const struct work *k, struct ask *a, const char *step)
{
	ask_begin(a, "POST", k->bearer, "/v1/picklists/%s/%s", k->id, step);
	ask_key(d, a, "%s-%s-%d", step, k->hub->slug, k->number);
	json_open(&a->w, '{');
	json_kv_int(&a->w, "fencing", k->fencing);
}

static bool end_step(struct demo *d, struct ask *a, const struct json **answer)
{
	json_close(&a->w, '}');
	*answer = ask_for(d, a);
	return *answer != NULL;
}

// Leases the hub's next list. True with k->list NULL when there is none.
static bool claim_list(struct demo *d, struct work *k)
{
	struct ask a;
	ask_begin(&a, "POST", k->bearer, "/v1/hubs/%s/picklists/claim",
	    noted(d, "%s.id", k->hub->slug));
	ask_key(d, &a, "picklist-%s-%d", k->hub->slug, k->number);
	json_open(&a.w, '{');
	json_kv_int(&a.w, "lease_s", LEASE_S);
	json_close(&a.w, '}');
	bool ok = ask_all(d, &a, 1);
	k->list = NULL;
	if (ok && a.answer.status != 204) {
		k->list = ask_answer(d, &a);
		ok = k->list != NULL;
	}
	ask_release(&a);
	if (k->list != NULL) {
		const struct json *lease = json_get(k->list, "lease");
		k->id = text_of(d, k->list, "id");
		k->fencing = lease != NULL ? json_get_int(lease, "fencing", 0) : 0;
	}
	return ok;
}

// Everything that is asked for, but what is damaged.
static bool pick(struct demo *d, const struct work *k, const struct json **picked)
{
	struct ask a;
	int damaged = k->number == 0 ? k->hub->damaged : 0;
	begin_step(d, k, &a, "pick");
	json_key(&a.w, "lines");
	json_open(&a.w, '[');
	const struct json *lines = json_get(k->list, "lines");
	for (const struct json *l = lines != NULL ? lines->child : NULL; l != NULL; l = l->next) {
		bool print = strcmp(text_of(d, l, "sku"), STORY_TOTE.sku) != 0;
		int quantity = number_of(l, "quantity");
		int less = print && damaged < quantity ? damaged : 0;
		json_open(&a.w, '{');
		json_kv_text(&a.w, "sku", text_of(d, l, "sku"));
		json_kv_int(&a.w, "picked", quantity - less);
		json_close(&a.w, '}');
		damaged -= less;
	}
	json_close(&a.w, ']');
	return end_step(d, &a, picked);
}

// One parcel for each order that still has something in it.
static bool pack(struct demo *d, const struct work *k, const struct json *picked)
{
	struct ask a;
	const struct json *packed;
	begin_step(d, k, &a, "pack");
	json_key(&a.w, "parcels");
	json_open(&a.w, '[');
	const struct json *orders = json_get(picked, "orders");
	for (const struct json *o = orders != NULL ? orders->child : NULL; o != NULL; o = o->next) {
		if (strcmp(text_of(d, o, "state"), "picking") != 0)
			continue;
		json_open(&a.w, '{');
		json_kv_text(&a.w, "order_id", text_of(d, o, "order_id"));
		json_kv_int(&a.w, "weight_g", PARCEL_G);
		json_close(&a.w, '}');
	}
	json_close(&a.w, ']');
	return end_step(d, &a, &packed);
}

static bool hand_over(struct demo *d, const struct work *k)
{
	struct ask a;
	const struct json *done;
	begin_step(d, k, &a, "hand-over");
	json_kv_text(&a.w, "name", k->hub->city != STORY_NOBODY ? "cargo bike" : "parcel service");
	return end_step(d, &a, &done);
}

static bool fulfil_list(struct demo *d, const struct work *k)
{
	struct ask a;
	const struct json *answer, *picked;
	begin_step(d, k, &a, "heartbeat");
	if (!end_step(d, &a, &answer) || !pick(d, k, &picked))
		return false;
	if (strcmp(text_of(d, picked, "state"), "cancelled") == 0)
		return true; // all of it was damaged
	return pack(d, k, picked) && hand_over(d, k);
}

// All lists that the hub has now; *lists counts the hub's lists over all rounds.
static bool work_off(struct demo *d, const struct story_hub *h, int *lists)
{
	struct work k = {.hub = h, .bearer = noted(d, "%s.key", STORY_PARTNER[h->partner].slug)};
	for (; *lists < LISTS_MAX; (*lists)++) {
		k.number = *lists;
		if (!claim_list(d, &k))
			return false;
		if (k.list == NULL)
			return true;
		if (!fulfil_list(d, &k))
			return false;
	}
	buf_printf(&d->why, "%s has more pick lists than there can be", h->name);
	return false;
}

bool demo_fulfil(struct demo *d)
{
	int lists[STORY_HUBS] = {0}, total = 0;
	for (int round = 0, before = -1; round < ROUNDS_MAX && total != before; round++) {
		before = total;
		for (int i = 0; i < STORY_HUBS; i++) {
			int had = lists[i];
			if (!work_off(d, &STORY_HUB[i], &lists[i]))
				return false;
			total += lists[i] - had;
		}
	}
	buf_printf(&d->gist, "%d pick lists leased, picked, packed and handed over", total);
	return true;
}
