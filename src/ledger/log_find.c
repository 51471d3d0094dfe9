// SPDX-License-Identifier: Apache-2.0
//
// A small table of slugs that were found. A creator keeps its slug, so what is found stays true; what
// is not found is asked for again, or a new creator would have to wait.
#include "ledger/log_find.h"

#include <string.h>

#define KNOWN_MAX 1024 // a power of two
#define SLUG_MAX 63

static struct known {
	char slug[SLUG_MAX + 1]; // "": free
	struct uuid creator;
} table[KNOWN_MAX];

const struct db_statement log_find_statement = {
    .name = "log_find",
    .sql = "select api.log_find($2) where $1::uuid is not null",
    .columns = 1,
    .types = {DB_TEXT},
};

struct finding {
	struct db_item item;
	enum db_status status;
	bool is_found;
};

// FNV-1a. A slug that meets another one in its place takes it.
static struct known *place_of(struct span slug)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < slug.len; i++)
		h = (h ^ (uint8_t)slug.ptr[i]) * 16777619u;
	return &table[h & (KNOWN_MAX - 1)];
}

static void on_found(struct db_item *item, const struct db_outcome *outcome)
{
	struct call *c = item->owner;
	struct finding *f = c->prepared;

	f->status = outcome->status;
	f->is_found =
	    outcome->status == DB_OK && outcome->row != NULL && !db_is_null(outcome->row, 0);
	if (f->is_found)
		c->caller.creator = db_uuid(outcome->row, 0);
	call_resume(c);
}

static bool ask(struct call *c, struct span slug)
{
	static const struct uuid nobody;
	struct finding *f = c->prepared = arena_alloc(&c->arena, sizeof(*f));

	if (f == NULL) {
		call_problem(c, 503, "overloaded", "Memory is short; try again soon.", NULL);
		return false;
	}
	f->item.values[0] = (struct db_value){.text = slug};
	f->item.values[0].text.ptr = arena_strndup(&c->arena, slug.ptr, slug.len);
	f->item.values[0].is_null = f->item.values[0].text.ptr == NULL;
	f->item.done = on_found;
	f->item.owner = c;
	call_wait(c);
	db_submit(&log_find_statement, &nobody, &f->item);
	return false;
}

static bool settle(struct call *c, const struct finding *f, struct span slug)
{
	struct known *k = place_of(slug);

	if (f->status != DB_OK) {
		call_database_problem(c, &(struct db_outcome){.status = f->status});
	} else if (!f->is_found) {
		call_problem(c, 404, "not_found", "There is no such log.", NULL);
	} else {
		memcpy(k->slug, slug.ptr, slug.len);
		k->slug[slug.len] = '\0';
		k->creator = c->caller.creator;
	}
	return f->status == DB_OK && f->is_found;
}

bool log_find(struct call *c)
{
	struct span slug = call_param(c, "slug");
	const struct known *k = place_of(slug);

	if (c->prepared != NULL)
		return settle(c, c->prepared, slug);
	if (slug.len > SLUG_MAX) {
		call_problem(c, 404, "not_found", "There is no such log.", NULL);
		return false;
	}
	if (!span_eq(slug, k->slug))
		return ask(c, slug);
	c->caller.creator = k->creator;
	return true;
}
