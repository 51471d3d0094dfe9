// SPDX-License-Identifier: Apache-2.0
//
// A small table, searched from the start: 64 comparisons of 16 bytes are less than one hash. The
// table owns its snapshots.

#include "orders/context.h"

#include "base/clock.h"

static struct entry {
	struct uuid creator;
	struct route_snapshot *snapshot; // NULL: the row is free
	int64_t read_mono_ms;		 // when the database was last asked for all of it
	int64_t used_mono_ms;
	bool stale;
} table[CONTEXT_CREATORS_MAX];

static struct entry *find(const struct uuid *creator)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (table[i].snapshot && uuid_eq(&table[i].creator, creator))
			return &table[i];
	return NULL;
}

// A free row, or the one that was not used for longest.
static struct entry *make_room(void)
{
	struct entry *oldest = &table[0];

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (!table[i].snapshot)
			return &table[i];
		if (table[i].used_mono_ms < oldest->used_mono_ms)
			oldest = &table[i];
	}
	return oldest;
}

const struct route_snapshot *context_find(const struct uuid *creator)
{
	struct entry *e = find(creator);

	if (!e)
		return NULL;
	e->used_mono_ms = clock_mono_ms();
	return e->snapshot;
}

int64_t context_known(const struct uuid *creator)
{
	struct entry *e = find(creator);
	int64_t now = clock_mono_ms();

	if (!e)
		return -1;
	if (now - e->read_mono_ms < (e->stale ? CONTEXT_STALE_MS : CONTEXT_AGE_MS_MAX))
		return e->snapshot->version;
	e->read_mono_ms = now;
	return -1;
}

void context_take(const struct uuid *creator, const struct route_candidate *chosen,
    const struct route_request *request)
{
	struct entry *e = find(creator);

	ASSERT(e);
	snapshot_take(e->snapshot, chosen, request);
}

void context_stale(const struct uuid *creator)
{
	struct entry *e = find(creator);

	if (e)
		e->stale = true;
}

bool context_store(const struct uuid *creator, struct span text)
{
	struct route_snapshot *snapshot = snapshot_parse(text);
	struct entry *e = find(creator);

	if (!e && !snapshot)
		return false;
	if (!e)
		e = make_room();
	snapshot_release(e->snapshot);
	*e = (struct entry){*creator, snapshot, clock_mono_ms(), clock_mono_ms(), false};
	return snapshot != NULL;
}
