// SPDX-License-Identifier: Apache-2.0
//
// Replays the creator's ledger: every change there ever was, in order, added up without looking at
// anything else.
#include <stdlib.h>
#include <string.h>

#include "cli/demo_facts.h"

static void count_kind(struct demo *d, struct ledger_facts *l, const char *kind)
{
	for (size_t i = 0; i < l->kind_count; i++) {
		if (strcmp(l->kinds[i].kind, kind) == 0) {
			l->kinds[i].count++;
			return;
		}
	}
	if (l->kind_count == FACT_KINDS_MAX)
		return;
	const char *copy = arena_strndup(&d->arena, kind, strlen(kind));
	ASSERT(copy != NULL);
	l->kinds[l->kind_count++] = (struct kind_count){copy, 1};
}

int ledger_count(const struct ledger_facts *l, const char *kind)
{
	for (size_t i = 0; i < l->kind_count; i++)
		if (strcmp(l->kinds[i].kind, kind) == 0)
			return l->kinds[i].count;
	return 0;
}

static int city_of_drop(struct demo *d, const struct json *data)
{
	struct span id = json_get_text(data, "drop_id");
	for (int c = 0; c < STORY_CITIES; c++)
		if (id.ptr != NULL && span_eq(id, noted(d, "drop.%s.id", STORY_CITY[c].slug)))
			return c;
	return STORY_NOBODY;
}

// An entry names the one before it about the same thing, which must be there.
static bool is_linked(
    const struct ledger_facts *l, const struct json *entry, const struct uuid *subject)
{
	const struct json *prev = json_get(entry, "prev");
	if (prev == NULL || prev->type == JSON_NULL)
		return true;
	return prev->type == JSON_INT && prev->integer >= 0 && prev->integer < l->size &&
	       uuid_eq(&l->subjects[prev->integer], subject);
}

static void take_sale(struct demo *d, struct ledger_facts *l, const struct json *data)
{
	const struct json *lines = json_get(data, "lines");
	for (const struct json *x = lines != NULL ? lines->child : NULL; x != NULL; x = x->next) {
		int city = city_of_drop(d, x);
		if (city != STORY_NOBODY)
			l->sold[city] += number_of(x, "quantity");
	}
}

void ledger_take(struct demo *d, struct ledger_facts *l, const struct json *entry)
{
	struct uuid subject;
	const char *kind = text_of(d, entry, "kind");
	const struct json *data = json_get(entry, "data");
	int city = data != NULL ? city_of_drop(d, data) : STORY_NOBODY;
	l->dense = l->dense && json_get_int(entry, "index", -1) == l->size;
	if (!uuid_parse(json_get_text(entry, "subject"), &subject) || l->size == FACT_LEDGER_MAX) {
		l->linked = false;
		return;
	}
	l->linked = l->linked && is_linked(l, entry, &subject);
	l->subjects[l->size++] = subject;
	count_kind(d, l, kind);
	if (strcmp(kind, "sale.recorded") == 0)
		take_sale(d, l, data);
	bool placed = strcmp(kind, "order.routed") == 0 || strcmp(kind, "order.backordered") == 0;
	if (placed && l->order_count < FACT_ORDERS_MAX)
		l->orders[l->order_count++] = subject;
	if (city == STORY_NOBODY)
		return;
	l->issued[city] += strcmp(kind, "token.issued") == 0;
	l->cancelled[city] +=
	    strcmp(kind, "token.cancelled") == 0 || strcmp(kind, "token.forfeited") == 0;
	l->redeemed[city] += strcmp(kind, "token.redeemed") == 0;
}

struct taking {
	struct demo *d;
	struct ledger_facts *l;
};

static void take(void *arg, const struct json *entry)
{
	struct taking *t = arg;
	ledger_take(t->d, t->l, entry);
}

bool facts_ledger(struct demo *d, struct ledger_facts *l)
{
	struct taking t = {d, l};
	*l = (struct ledger_facts){.dense = true, .linked = true};
	l->subjects = calloc(FACT_LEDGER_MAX, sizeof(*l->subjects));
	ASSERT(l->subjects != NULL);
	bool ok = ask_list(d, noted(d, "creator.key"), "/v1/ledger", "entries", take, &t);
	free(l->subjects);
	l->subjects = NULL;
	return ok;
}
