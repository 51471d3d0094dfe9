// SPDX-License-Identifier: Apache-2.0
//
// The chapters before the doors open: the creator and its keys, the partners, the two evenings with
// their drops, and the hubs with what is on their shelves.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/demo_play.h"
#include "cli/demo_story.h"

#define HOUR_US ((int64_t)3600 * 1000000)

static void put_money(struct json_out *w, const char *key, int amount)
{
	json_key(w, key);
	json_open(w, '{');
	json_kv_int(w, "amount", amount);
	json_kv_text(w, "currency", STORY_CURRENCY);
	json_close(w, '}');
}

static void put_number(struct json_out *w, const char *key, double value)
{
	json_key(w, key);
	json_put_number(w, value);
}

// A time relative to the run's start, so that a repeated call has the same body.
static void put_time(const struct demo *d, struct json_out *w, const char *key, int64_t after_us)
{
	json_key(w, key);
	json_put_time(w, noted_number(d, "started_us") + after_us);
}

// ---- the creator --------------------------------------------------------------------------------

// POSTs and notes the answer's id and, where there is one, its API key.
static bool make(struct demo *d, struct ask *a, const char *note)
{
	json_close(&a->w, '}');
	const struct json *made = ask_for(d, a);
	if (made == NULL)
		return false;
	const char *key = text_of(d, made, "api_key");
	take_note(d, text_of(d, made, "id"), "%s.id", note);
	if (key[0] != 0)
		take_note(d, key, "%s.key", note);
	return true;
}

static bool make_creator(struct demo *d)
{
	struct ask a;
	ask_begin(&a, "POST", getenv("ROADSHOW_OPERATOR_KEY"), "/v1/creators");
	ask_key(d, &a, "creator");
	json_open(&a.w, '{');
	json_kv_text(&a.w, "slug", d->name);
	json_kv_text(&a.w, "name", STORY_CREATOR);
	json_close(&a.w, '}');
	bool sent = ask_all(d, &a, 1);
	if (sent && strcmp(ask_problem(d, &a), "slug_taken") == 0) {
		buf_printf(&d->why,
		    "there is a creator \"%s\" already, and the notes of its demo are "
		    "gone; play another one with --fresh NAME",
		    d->name);
		sent = false;
	}
	const struct json *made = sent ? ask_answer(d, &a) : NULL;
	if (made != NULL) {
		take_note(d, text_of(d, made, "id"), "creator.id");
		take_note(d, text_of(d, made, "api_key"), "creator.key");
	}
	ask_release(&a);
	return made != NULL;
}

bool demo_found(struct demo *d)
{
	struct ask a;
	if (!make_creator(d))
		return false;
	ask_begin(&a, "POST", noted(d, "creator.key"), "/v1/keys");
	ask_key(d, &a, "storefront");
	json_open(&a.w, '{');
	json_kv_text(&a.w, "role", "storefront");
	json_kv_text(&a.w, "name", "Shop window");
	if (!make(d, &a, "storefront"))
		return false;
	for (int i = 0; i < STORY_PARTNERS; i++) {
		ask_begin(&a, "POST", getenv("ROADSHOW_OPERATOR_KEY"), "/v1/partners");
		ask_key(d, &a, "partner-%s", STORY_PARTNER[i].slug);
		json_open(&a.w, '{');
		json_kv_text(&a.w, "name", STORY_PARTNER[i].name);
		if (!make(d, &a, STORY_PARTNER[i].slug))
			return false;
	}
	buf_printf(
	    &d->gist, "%s, with a shop window and %d partners", STORY_CREATOR, STORY_PARTNERS);
	return true;
}

// ---- the two evenings ---------------------------------------------------------------------------

static bool make_product(struct demo *d, const char *sku, const char *title, int price)
{
	struct ask a;
	ask_begin(&a, "POST", noted(d, "creator.key"), "/v1/products");
	ask_key(d, &a, "product-%s", sku);
	json_open(&a.w, '{');
	json_kv_text(&a.w, "sku", sku);
	json_kv_text(&a.w, "title", title);
	put_money(&a.w, "price", price);
	return make(d, &a, sku);
}

static bool make_event(struct demo *d, const struct story_city *c)
{
	struct ask a;
	struct buf name;
	buf_init(&name, 256);
	buf_printf(&name, "Kiez Press at %s", c->venue);
	ask_begin(&a, "POST", noted(d, "creator.key"), "/v1/events");
	ask_key(d, &a, "event-%s", c->slug);
	json_open(&a.w, '{');
	json_kv_text(&a.w, "name", buf_text(&name));
	put_time(d, &a.w, "starts_at", -HOUR_US);
	put_time(d, &a.w, "ends_at", 11 * HOUR_US);
	json_kv_text(&a.w, "time_zone", STORY_ZONE);
	json_key(&a.w, "venue");
	json_open(&a.w, '{');
	json_kv_text(&a.w, "name", c->venue);
	put_number(&a.w, "lat", c->lat);
	put_number(&a.w, "lon", c->lon);
	json_kv_text(&a.w, "address", c->address);
	json_close(&a.w, '}');
	buf_release(&name);
	buf_init(&name, 64);
	buf_printf(&name, "event.%s", c->slug);
	bool made = make(d, &a, buf_text(&name));
	buf_release(&name);
	return made;
}

static bool make_drop(struct demo *d, const struct story_city *c)
{
	struct ask a;
	char note[64];
	ask_begin(&a, "POST", noted(d, "creator.key"), "/v1/drops");
	ask_key(d, &a, "drop-%s", c->slug);
	json_open(&a.w, '{');
	json_kv_text(&a.w, "event_id", noted(d, "event.%s.id", c->slug));
	json_kv_text(&a.w, "sku", c->sku);
	json_kv_int(&a.w, "quantity", c->quantity);
	json_kv_int(&a.w, "tokenized", c->tokenized);
	json_kv_text(&a.w, "mode", "fcfs");
	put_time(d, &a.w, "opens_at", -HOUR_US);
	put_time(d, &a.w, "closes_at", 10 * HOUR_US);
	json_kv_int(&a.w, "per_person", 1);
	snprintf(note, sizeof(note), "drop.%s", c->slug);
	return make(d, &a, note);
}

bool demo_stage(struct demo *d)
{
	int units = 0, tokenized = 0;
	if (!make_product(d, STORY_TOTE.sku, STORY_TOTE.title, STORY_TOTE.price))
		return false;
	for (int i = 0; i < STORY_CITIES; i++) {
		const struct story_city *c = &STORY_CITY[i];
		if (!make_product(d, c->sku, c->title, c->price) || !make_event(d, c) ||
		    !make_drop(d, c))
			return false;
		units += c->quantity;
		tokenized += c->tokenized;
	}
	buf_printf(&d->gist, "%s and %s: %d units by token, %d for walk-ins", STORY_CITY[0].name,
	    STORY_CITY[1].name, tokenized, units - tokenized);
	return true;
}

// ---- hubs ---------------------------------------------------------------------------------------

// Parcels leave every three hours, on every day.
static void put_cut_offs(struct json_out *w)
{
	static const char *const TIMES[] = {"07:00", "10:00", "13:00", "16:00", "19:00", "22:00"};
	json_key(w, "cut_offs");
	json_open(w, '[');
	for (int day = 1; day <= 7; day++)
		for (size_t i = 0; i < ARRAY_LEN(TIMES); i++) {
			json_open(w, '{');
			json_kv_int(w, "weekday", day);
			json_kv_text(w, "at", TIMES[i]);
			json_close(w, '}');
		}
	json_close(w, ']');
}

static bool make_hub(struct demo *d, const struct story_hub *h)
{
	struct ask a;
	ask_begin(&a, "POST", noted(d, "creator.key"), "/v1/hubs");
	ask_key(d, &a, "hub-%s", h->slug);
	json_open(&a.w, '{');
	json_kv_text(&a.w, "name", h->name);
	json_kv_text(&a.w, "kind", h->kind);
	put_number(&a.w, "lat", h->lat);
	put_number(&a.w, "lon", h->lon);
	json_kv_text(&a.w, "time_zone", STORY_ZONE);
	json_kv_text(&a.w, "partner_id", noted(d, "%s.id", STORY_PARTNER[h->partner].slug));
	if (h->radius_km > 0)
		json_kv_int(&a.w, "radius_km", h->radius_km);
	if (h->city != STORY_NOBODY)
		json_kv_text(&a.w, "event_id", noted(d, "event.%s.id", STORY_CITY[h->city].slug));
	json_kv_int(&a.w, "capacity", 40);
	json_kv_int(&a.w, "handling_minutes", h->handling_minutes);
	put_cut_offs(&a.w);
	return make(d, &a, h->slug);
}

// The partner counts its own shelves.
static bool fill_shelf(struct demo *d, const struct story_hub *h, const char *sku, int on_hand)
{
	struct ask a;
	if (on_hand == 0)
		return true;
	ask_begin(&a, "PUT", noted(d, "%s.key", STORY_PARTNER[h->partner].slug),
	    "/v1/hubs/%s/stock/%s", noted(d, "%s.id", h->slug), sku);
	json_open(&a.w, '{');
	json_kv_int(&a.w, "on_hand", on_hand);
	json_close(&a.w, '}');
	return ask_for(d, &a) != NULL;
}

bool demo_shelve(struct demo *d)
{
	int micro = 0;
	for (int i = 0; i < STORY_HUBS; i++) {
		const struct story_hub *h = &STORY_HUB[i];
		if (!make_hub(d, h))
			return false;
		for (int c = 0; c < STORY_CITIES; c++)
			if (!fill_shelf(d, h, STORY_CITY[c].sku, h->prints[c]))
				return false;
		if (!fill_shelf(d, h, STORY_TOTE.sku, h->totes))
			return false;
		micro += h->city != STORY_NOBODY;
	}
	buf_printf(&d->gist, "%d micro-hubs around the venues, one warehouse in Kassel", micro);
	return true;
}
