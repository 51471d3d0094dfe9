// SPDX-License-Identifier: Apache-2.0
//
// The chapters of the fans: the rush for tokens, second thoughts, and orders for delivery at home.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/demo_play.h"
#include "cli/demo_story.h"

#define GREEDY_AFTER 24 // greedy fans come again after so many others

// ---- claims -------------------------------------------------------------------------------------

// The shop's server claims in its fans' names, with the creator's key: it needs no proof of work.
static void ask_claim(struct demo *d, struct ask *a, int fan, const char *attempt)
{
	char email[40];
	const struct story_city *c = &STORY_CITY[story_city_of_fan(fan)];
	snprintf(email, sizeof(email), "fan-%03d@example.%s", fan, fan % 3 == 0 ? "org" : "com");
	ask_begin(a, "POST", noted(d, "creator.key"), "/v1/drops/%s/claims",
	    noted(d, "drop.%s.id", c->slug));
	ask_key(d, a, "claim-%03d-%s", fan, attempt);
	json_open(&a->w, '{');
	json_key(&a->w, "contact");
	json_open(&a->w, '{');
	json_kv_text(&a->w, "email", email);
	json_close(&a->w, '}');
	json_close(&a->w, '}');
}

// Notes what a claim came to: "issued" with the token, or the problem's code.
static bool note_claim(struct demo *d, const struct ask *a, int fan, const char *attempt)
{
	if (a->answer.status != 201) {
		const char *code = ask_problem(d, a);
		bool known = strcmp(code, "sold_out") == 0 || strcmp(code, "limit_reached") == 0;
		if (!known)
			ask_refused(d, a);
		take_note(d, code, "fan.%d.%s", fan, attempt);
		return known;
	}
	const struct json *body = ask_answer(d, a);
	const struct json *tokens = body != NULL ? json_get(body, "tokens") : NULL;
	if (tokens == NULL || tokens->child == NULL) {
		buf_printf(&d->why, "a claim was answered without a token");
		return false;
	}
	take_note(d, text_of(d, tokens->child, "state"), "fan.%d.%s", fan, attempt);
	take_note(d, text_of(d, tokens->child, "id"), "fan.%d.token", fan);
	take_note(d, text_of(d, tokens->child, "jwt"), "fan.%d.jwt", fan);
	return true;
}

struct claim {
	int fan;
	const char *attempt;
};

static bool send_claims(struct demo *d, const struct claim *claims, size_t count)
{
	struct ask *asks = calloc(count > 0 ? count : 1, sizeof(*asks));
	ASSERT(asks != NULL);
	for (size_t i = 0; i < count; i++)
		ask_claim(d, &asks[i], claims[i].fan, claims[i].attempt);
	bool ok = ask_all(d, asks, count);
	for (size_t i = 0; i < count; i++) {
		ok = ok && note_claim(d, &asks[i], claims[i].fan, claims[i].attempt);
		ask_release(&asks[i]);
	}
	free(asks);
	return ok;
}

// Everybody once, the cities by turns; the greedy a second time, somewhat later.
static size_t line_up(struct claim *claims)
{
	size_t count = 0;
	for (int i = 0; i < STORY_FANS; i++) {
		for (int c = 0; c < STORY_CITIES; c++) {
			if (i < STORY_CITY[c].fans)
				claims[count++] =
				    (struct claim){STORY_CITY[c].first_fan + i, "claim"};
			if (i >= GREEDY_AFTER && i < GREEDY_AFTER + STORY_CITY[c].greedy)
				claims[count++] = (struct claim){
				    STORY_CITY[c].first_fan + i - GREEDY_AFTER, "greedy"};
		}
	}
	return count;
}

bool demo_rush(struct demo *d)
{
	struct claim claims[2 * STORY_FANS];
	size_t count = line_up(claims);
	int issued = 0;
	if (!send_claims(d, claims, count))
		return false;
	for (size_t i = 0; i < count; i++)
		issued +=
		    strcmp(noted(d, "fan.%d.%s", claims[i].fan, claims[i].attempt), "issued") == 0;
	buf_printf(&d->gist, "%d fans, %zu claims, %u at a time: %d tokens issued", STORY_FANS,
	    count, DEMO_PARALLEL, issued);
	return true;
}

// ---- second thoughts ----------------------------------------------------------------------------

// The n-th of a city's fans, from 1, who holds a token that nothing is planned for yet; 0: nobody.
static int nth_holder(const struct demo *d, const struct story_city *c, int n)
{
	for (int fan = c->first_fan; fan < c->first_fan + c->fans; fan++)
		if (noted(d, "fan.%d.token", fan)[0] != 0 &&
		    noted(d, "fan.%d.state", fan)[0] == 0 && --n == 0)
			return fan;
	return 0;
}

// The n-th of a city's fans who got none; 0: nobody.
static int nth_refused(const struct demo *d, const struct story_city *c, int n)
{
	for (int fan = c->first_fan; fan < c->first_fan + c->fans; fan++)
		if (noted(d, "fan.%d.token", fan)[0] == 0 && --n == 0)
			return fan;
	return 0;
}

static bool cancel(struct demo *d, int fan)
{
	struct ask a;
	ask_begin(&a, "POST", noted(d, "creator.key"), "/v1/tokens/%s/cancel",
	    noted(d, "fan.%d.token", fan));
	ask_key(d, &a, "cancel-%03d", fan);
	if (ask_for(d, &a) == NULL)
		return false;
	take_note(d, "cancelled", "fan.%d.state", fan);
	return true;
}

bool demo_rethink(struct demo *d)
{
	struct claim again[16];
	size_t count = 0;
	int cancelled = 0;
	for (int i = 0; i < STORY_CITIES; i++) {
		const struct story_city *c = &STORY_CITY[i];
		for (int n = 1; n <= c->cancels; n++, cancelled++)
			if (!cancel(d, nth_holder(d, c, 5 * n)))
				return false;
		for (int n = 1; n <= c->second_chances && count < ARRAY_LEN(again); n++)
			again[count++] = (struct claim){nth_refused(d, c, n), "again"};
	}
	if (!send_claims(d, again, count))
		return false;
	buf_printf(
	    &d->gist, "%d gave theirs back, %zu who had got none asked again", cancelled, count);
	return true;
}

// ---- delivery at home ---------------------------------------------------------------------------

static void put_lines(struct ask *a, const struct story_delivery *o)
{
	json_key(&a->w, "lines");
	json_open(&a->w, '[');
	for (int c = 0; c < STORY_CITIES + 1; c++) {
		int quantity = c == STORY_CITIES ? o->totes : o->prints[c];
		if (c == o->city && o->holder > 0)
			quantity = 1;
		if (quantity == 0)
			continue;
		json_open(&a->w, '{');
		json_kv_text(&a->w, "sku", c == STORY_CITIES ? STORY_TOTE.sku : STORY_CITY[c].sku);
		json_kv_int(&a->w, "quantity", quantity);
		json_close(&a->w, '}');
	}
	json_close(&a->w, ']');
}

static void put_ship_to(struct ask *a, const struct story_delivery *o, bool by_postal_code)
{
	json_key(&a->w, "ship_to");
	json_open(&a->w, '{');
	if (by_postal_code) {
		json_kv_text(&a->w, "country", "DE");
		json_kv_text(&a->w, "postal_code", o->postal_code);
	} else {
		json_key(&a->w, "lat");
		json_put_number(&a->w, o->lat);
		json_key(&a->w, "lon");
		json_put_number(&a->w, o->lon);
	}
	json_close(&a->w, '}');
}

// Sends order n; true with the problem's code in `code`, "" when it was placed.
static bool send_order(
    struct demo *d, int n, bool by_postal_code, const char *service, const char **code)
{
	const struct story_delivery *o = &STORY_DELIVERY[n];
	struct ask a;
	ask_begin(&a, "POST", noted(d, "storefront.key"), "/v1/orders");
	ask_key(d, &a, "order-%d-%s-%s", n, by_postal_code ? "code" : "place", service);
	json_open(&a.w, '{');
	put_lines(&a, o);
	put_ship_to(&a, o, by_postal_code);
	json_kv_text(&a.w, "service", service);
	if (o->holder > 0) {
		json_kv_text(&a.w, "token_id", noted(d, "order.%d.token", n));
		json_kv_text(&a.w, "token", noted(d, "order.%d.jwt", n));
	}
	json_close(&a.w, '}');
	bool ok = ask_all(d, &a, 1);
	*code = ok ? ask_problem(d, &a) : "";
	bool expected =
	    strcmp(*code, "unknown_postal_code") == 0 || strcmp(*code, "promise_not_possible") == 0;
	if (ok && !expected) {
		const struct json *made = ask_answer(d, &a);
		ok = made != NULL;
		if (ok) {
			take_note(d, text_of(d, made, "id"), "order.%d.id", n);
			take_note(d, service, "order.%d.service", n);
			take_number(d, by_postal_code, "order.%d.by_code", n);
		}
	}
	ask_release(&a);
	return ok;
}

// A postal code that the service does not know is told as a place; what cannot be there today may
// come tomorrow.
static bool place_order(struct demo *d, int n)
{
	const char *service = STORY_DELIVERY[n].service, *code = "";
	bool by_postal_code = true;
	for (int attempt = 0; attempt < 4; attempt++) {
		if (!send_order(d, n, by_postal_code, service, &code))
			return false;
		if (code[0] == 0)
			return true;
		if (strcmp(code, "unknown_postal_code") == 0)
			by_postal_code = false;
		else
			service = strcmp(service, "same_day") == 0 ? "next_day" : "standard";
	}
	buf_printf(&d->why, "order %d was refused: %s", n, code);
	return false;
}

bool demo_order(struct demo *d)
{
	int of_tokens = 0, by_code = 0;
	for (int n = 0; n < STORY_DELIVERIES; n++) {
		const struct story_delivery *o = &STORY_DELIVERY[n];
		int fan = o->holder > 0 ? nth_holder(d, &STORY_CITY[o->city], o->holder) : 0;
		if (fan > 0) {
			take_note(d, noted(d, "fan.%d.token", fan), "order.%d.token", n);
			take_note(d, noted(d, "fan.%d.jwt", fan), "order.%d.jwt", n);
			take_note(d, "delivery", "fan.%d.state", fan);
			of_tokens++;
		}
		if (!place_order(d, n))
			return false;
		by_code += (int)noted_number(d, "order.%d.by_code", n);
	}
	buf_printf(&d->gist,
	    "%d holders have theirs brought home, the shop sells %d parcels more; %s", of_tokens,
	    STORY_DELIVERIES - of_tokens,
	    by_code > 0 ? "to postal codes" : "to positions, for no postal codes are known");
	return true;
}
