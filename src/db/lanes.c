// SPDX-License-Identifier: Apache-2.0
//
// Who waits for the database, and whose turn it is. Owns lanes and tenants; items belong to their
// callers, batches to db.c.
//
// A lane holds the items of one statement for one creator; a tenant stands for the creator and knows
// what all its lanes have together. Both exist only while they have something to do.
//
//   idle: does not exist ──an item──▶ READY ──its tenant has its share on the way──▶ HELD
//                                      ▲ │└────────── a batch is formed ──▶ neither    │
//                                      │ └── shares batches ──▶ POOL ── as READY ──▶   │
//                                      └─────────── a batch of the tenant ends ────────┘
//
// Invariants
//  1. lanes.waiting == the sum of all lanes' waiting == the sum of all tenants'.
//  2. A tenant never has more waiting than is left of the queue: whoever floods it fills half of
//     it, a second one half of the rest, and there is always room for one who asks for little.
//  3. A lane that is HELD has a tenant with batches on the way, so it is looked at again.
#include <stdlib.h>

#include "db/internal.h"

#define BUCKETS 4096

static struct {
	struct db_lane *buckets[BUCKETS];
	struct db_tenant *tenants[BUCKETS];
	struct lane_list ready, pool;
	size_t waiting, waiting_max;
} lanes;

void lanes_start(size_t waiting_max)
{
	lanes.waiting_max = waiting_max;
}

size_t lanes_waiting(void)
{
	return lanes.waiting;
}

static size_t bucket_of(const struct db_statement *st, const struct uuid *creator)
{
	uint64_t h = (uint64_t)(uintptr_t)st;

	for (size_t i = 0; i < sizeof(creator->b); i++)
		h = (h ^ creator->b[i]) * UINT64_C(0x100000001b3); // FNV-1a
	return (size_t)(h ^ h >> 29) % BUCKETS;
}

// ---- tenants ------------------------------------------------------------------------------------

static struct db_tenant *tenant_find(const struct uuid *creator)
{
	struct db_tenant *t = lanes.tenants[bucket_of(NULL, creator)];

	while (t != NULL && !uuid_eq(&t->creator, creator))
		t = t->next_in_bucket;
	return t;
}

static struct db_tenant *tenant_take(const struct uuid *creator)
{
	struct db_tenant **bucket = &lanes.tenants[bucket_of(NULL, creator)];
	struct db_tenant *t = tenant_find(creator);

	if (t == NULL && (t = calloc(1, sizeof(*t))) != NULL) {
		t->creator = *creator;
		t->next_in_bucket = *bucket;
		*bucket = t;
	}
	return t;
}

static void tenant_drop_if_idle(struct db_tenant *t)
{
	struct db_tenant **at = &lanes.tenants[bucket_of(NULL, &t->creator)];

	if (t->lanes > 0)
		return;
	while (*at != t)
		at = &(*at)->next_in_bucket;
	*at = t->next_in_bucket;
	free(t);
}

// ---- lanes --------------------------------------------------------------------------------------

static struct db_lane *lane_take(const struct db_statement *st, const struct uuid *creator)
{
	struct db_lane **bucket = &lanes.buckets[bucket_of(st, creator)];
	struct db_tenant *t;
	struct db_lane *l;

	for (l = *bucket; l != NULL; l = l->next_in_bucket)
		if (l->statement == st && uuid_eq(&l->tenant->creator, creator))
			return l;
	t = tenant_take(creator);
	if (t == NULL)
		return NULL;
	l = calloc(1, sizeof(*l));
	if (l == NULL) {
		tenant_drop_if_idle(t);
		return NULL;
	}
	l->statement = st;
	l->tenant = t;
	t->lanes++;
	l->next_in_bucket = *bucket;
	*bucket = l;
	return l;
}

void lane_drop_if_idle(struct db_lane *l)
{
	struct db_tenant *t = l->tenant;
	struct db_lane **at = &lanes.buckets[bucket_of(l->statement, &t->creator)];

	if (l->waiting > 0 || l->batches > 0 || l->listed)
		return;
	while (*at != l)
		at = &(*at)->next_in_bucket;
	*at = l->next_in_bucket;
	free(l);
	t->lanes--;
	tenant_drop_if_idle(t);
}

size_t lanes_waiting_of(const struct uuid *creator)
{
	const struct db_tenant *t = tenant_find(creator);

	return t != NULL ? t->waiting : 0;
}

bool lanes_have_room(const struct uuid *creator)
{
	// What a shared batch gave back may be more than there are places.
	return lanes.waiting < lanes.waiting_max &&
	       lanes_waiting_of(creator) < lanes.waiting_max - lanes.waiting;
}

struct db_lane *lanes_append(
    const struct db_statement *st, const struct uuid *creator, struct db_item *item)
{
	struct db_lane *l = lanes_have_room(creator) ? lane_take(st, creator) : NULL;

	if (l == NULL)
		return NULL;
	item->next = NULL;
	item->lane = l;
	if (l->last != NULL)
		l->last->next = item;
	else
		l->first = item;
	l->last = item;
	l->waiting++;
	l->tenant->waiting++;
	lanes.waiting++;
	return l;
}

struct db_item *lane_pop(struct db_lane *l)
{
	struct db_item *item = l->first;

	l->first = item->next;
	if (l->first == NULL)
		l->last = NULL;
	item->next = NULL;
	l->waiting--;
	l->tenant->waiting--;
	lanes.waiting--;
	return item;
}

void lane_push_back(struct db_lane *l, struct db_item *item)
{
	item->next = l->first;
	l->first = item;
	if (l->last == NULL)
		l->last = item;
	l->waiting++;
	l->tenant->waiting++;
	lanes.waiting++;
}

// ---- whose turn it is ---------------------------------------------------------------------------

static void list_append(struct lane_list *list, struct db_lane *l)
{
	l->listed = true;
	l->next_listed = NULL;
	if (list->last != NULL)
		list->last->next_listed = l;
	else
		list->first = l;
	list->last = l;
}

static struct db_lane *list_pop(struct lane_list *list)
{
	struct db_lane *l = list->first;

	if (l == NULL)
		return NULL;
	list->first = l->next_listed;
	if (list->first == NULL)
		list->last = NULL;
	l->listed = false;
	return l;
}

void lane_ready(struct db_lane *l)
{
	if (!l->listed)
		list_append(&lanes.ready, l);
}

struct db_lane *lanes_next(void)
{
	return list_pop(&lanes.ready);
}

bool lanes_any_ready(void)
{
	return lanes.ready.first != NULL;
}

void lane_pool(struct db_lane *l)
{
	ASSERT(!l->listed);
	list_append(&lanes.pool, l);
}

struct db_lane *lanes_pool_first(void)
{
	return lanes.pool.first;
}

bool lanes_pool_has(size_t items)
{
	size_t n = 0;

	for (const struct db_lane *l = lanes.pool.first; l != NULL && n < items; l = l->next_listed)
		n += l->waiting;
	return n >= items;
}

void lanes_pool_drop(void)
{
	(void)list_pop(&lanes.pool);
}

void lane_hold(struct db_lane *l)
{
	ASSERT(!l->listed && l->tenant->batches > 0);
	list_append(&l->tenant->held, l);
}

void lane_batch_formed(struct db_lane *l)
{
	l->batches++;
	l->tenant->batches++;
}

void lane_batch_ended(struct db_lane *l)
{
	l->batches--;
	l->tenant->batches--;
	for (struct db_lane *held; (held = list_pop(&l->tenant->held)) != NULL;)
		lane_ready(held);
	if (l->waiting > 0)
		lane_ready(l); // behind those that were held: they have waited longer
	else
		lane_drop_if_idle(l);
}

void lanes_each(void (*look)(struct db_lane *l, int64_t now_ms), int64_t now_ms)
{
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct db_lane *l = lanes.buckets[i]; l != NULL; l = l->next_in_bucket)
			look(l, now_ms);
}
