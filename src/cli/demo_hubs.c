// SPDX-License-Identifier: Apache-2.0
//
// The chapter of the partners: each asks its hubs for work, picks, packs and hands over, until
// there is nothing left. One finds a damaged print; what it cannot deliver goes to another hub.
//
// A lease that ran out while the demo was interrupted is lost; the list is leased again then.
#include <string.h>

#include "cli/demo_play.h"
#include "cli/demo_story.h"

#define ROUNDS_MAX 6 // a short pick makes work for another hub
#define LISTS_MAX 20
#define LEASES_MAX 3 // for one list
#define LEASE_S 900
#define PARCEL_G 400

struct work {
	const struct story_hub *hub;
	const char *bearer;
	const char *id; // of the pick list
	int number;	// of the hub's lists, from 0
	int lease;	// of the list's leases, from 0
	int64_t fencing;
	const struct json *list;
};

enum step { STEP_DONE, STEP_LEASE_LOST, STEP_FAILED };

static void begin_step(struct demo *d, const struct work *k, struct ask *a, const char *step)
{
	ask_begin(a, "POST", k->bearer, "/v1/picklists/%s/%s", k->id, step);
	ask_key(d, a, "%s-%s-%d-%d", step, k->hub->slug, k->number, k->lease);
	json_open(&a->w, '{');
	json_kv_int(&a->w, "fencing", k->fencing);
}

static enum step end_step(struct demo *d, struct ask *a, const struct json **answer)
{
	enum step result = STEP_FAILED;
	json_close(&a->w, '}');
	*answer = NULL;
	if (ask_all(d, a, 1)) {
		if (strcmp(ask_problem(d, a), "lease_lost") == 0)
			result = STEP_LEASE_LOST;
		else if ((*answer = ask_answer(d, a)) != NULL)
			result = STEP_DONE;
	}
	ask_release(a);
	return result;
}

// Leases the hub's next list. True with k->list NULL when there is none.
static bool claim_list(struct demo *d, struct work *k)
{
	struct ask a;
	ask_begin(
	    &a, "POST", k->bearer, "/v1/hubs/%s/picklists/claim", noted(d, "%s.id", k->hub->slug));
	ask_key(d, &a, "picklist-%s-%d-%d", k->hub->slug, k->number, k->lease);
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
static enum step pick(struct demo *d, const struct work *k, const struct json **picked)
{
	struct ask a;
	int damaged = k->number == 0 && k->lease == 0 ? k->hub->damaged : 0;
	begin_step(d, k, &a, "pick");
	json_key(&a.w, "lines");
	json_open(&a.w, '[');
	const struct json *lines = json_get(k->list, "lines");
	for (const struct json *l = lines != NULL ? lines->child : NULL; l != NULL; l = l->next) {
		bool print = strcmp(text_of(d, l, "sku"), STORY_TOTE.sku) != 0;
		int quantity = number_of(l, "quantity") - number_of(l, "short");
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
static enum step pack(struct demo *d, const struct work *k, const struct json *picked)
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

static enum step hand_over(struct demo *d, const struct work *k)
{
	struct ask a;
	const struct json *done;
	begin_step(d, k, &a, "hand-over");
	json_kv_text(&a.w, "name", k->hub->city != STORY_NOBODY ? "cargo bike" : "parcel service");
	return end_step(d, &a, &done);
}

static enum step fulfil_list(struct demo *d, const struct work *k)
{
	struct ask a;
	const struct json *answer, *picked;
	begin_step(d, k, &a, "heartbeat");
	json_kv_int(&a.w, "lease_s", LEASE_S);
	// The steps below say it when the lease is lost; a list that is handed over has none any
	// more.
	if (end_step(d, &a, &answer) == STEP_FAILED)
		return STEP_FAILED;
	enum step result = pick(d, k, &picked);
	if (result != STEP_DONE || strcmp(text_of(d, picked, "state"), "cancelled") == 0)
		return result; // cancelled: all of it was damaged
	result = pack(d, k, picked);
	return result == STEP_DONE ? hand_over(d, k) : result;
}

// Leases the hub's next list and does what it asks for. True with *worked false when there is none.
static bool work_once(struct demo *d, struct work *k, bool *worked)
{
	for (k->lease = 0; k->lease < LEASES_MAX; k->lease++) {
		if (!claim_list(d, k))
			return false;
		*worked = k->list != NULL;
		if (!*worked)
			return true;
		enum step result = fulfil_list(d, k);
		if (result != STEP_LEASE_LOST)
			return result == STEP_DONE;
	}
	buf_printf(&d->why, "%s loses its leases", k->hub->name);
	return false;
}

// All lists that the hub has now; *lists counts the hub's lists over all rounds.
static bool work_off(struct demo *d, const struct story_hub *h, int *lists)
{
	struct work k = {.hub = h, .bearer = noted(d, "%s.key", STORY_PARTNER[h->partner].slug)};
	bool worked = true;
	while (*lists < LISTS_MAX) {
		k.number = *lists;
		if (!work_once(d, &k, &worked))
			return false;
		if (!worked)
			return true;
		++*lists;
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
