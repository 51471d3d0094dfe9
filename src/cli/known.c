// SPDX-License-Identifier: Apache-2.0
//
// Open addressing, at most half full; nothing is ever taken out.
#include "cli/known.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"

#define SLOTS_MIN 1024
#define ARRAY_MIN 64

struct slot {
	struct uuid id;
	int64_t number;
	uint64_t value;
	bool is_taken;
};

struct known {
	struct slot *slots;
	size_t slot_count, used; // a power of two
	uint8_t seed[16];
};

struct known *known_new(void)
{
	struct known *k = calloc(1, sizeof(*k));
	ASSERT(k != NULL);
	k->slot_count = SLOTS_MIN;
	k->slots = calloc(k->slot_count, sizeof(*k->slots));
	ASSERT(k->slots != NULL);
	ids_random(k->seed, sizeof(k->seed));
	return k;
}

void known_release(struct known *k)
{
	if (k == NULL)
		return;
	free(k->slots);
	free(k);
}

static size_t hash_of(const struct known *k, const struct uuid *id, int64_t number)
{
	uint8_t text[sizeof(k->seed) + sizeof(*id) + sizeof(number)];
	uint64_t h;
	memcpy(text, k->seed, sizeof(k->seed));
	memcpy(text + sizeof(k->seed), id->b, sizeof(*id));
	memcpy(text + sizeof(k->seed) + sizeof(*id), &number, sizeof(number));
	struct digest d = digest_sha256(text, sizeof(text));
	memcpy(&h, d.b, sizeof(h));
	return (size_t)h;
}

static struct slot *slot_of(const struct known *k, const struct uuid *id, int64_t number)
{
	size_t at = hash_of(k, id, number) & (k->slot_count - 1);
	while (k->slots[at].is_taken &&
	       (k->slots[at].number != number || !uuid_eq(&k->slots[at].id, id)))
		at = (at + 1) & (k->slot_count - 1);
	return &k->slots[at];
}

static void make_room(struct known *k)
{
	struct slot *was = k->slots;
	size_t count = k->slot_count;
	if (k->used * 2 < count)
		return;
	k->slot_count = count * 2;
	k->slots = calloc(k->slot_count, sizeof(*k->slots));
	ASSERT(k->slots != NULL);
	for (size_t i = 0; i < count; i++)
		if (was[i].is_taken)
			*slot_of(k, &was[i].id, was[i].number) = was[i];
	free(was);
}

uint64_t *known_find(const struct known *k, const struct uuid *id, int64_t number)
{
	struct slot *s = slot_of(k, id, number);
	return s->is_taken ? &s->value : NULL;
}

void known_put(struct known *k, const struct uuid *id, int64_t number, uint64_t value)
{
	make_room(k);
	struct slot *s = slot_of(k, id, number);
	k->used += !s->is_taken;
	*s = (struct slot){*id, number, value, true};
}

void *known_grown(void *array, size_t count, size_t *cap, size_t each)
{
	if (count < *cap)
		return array;
	*cap = *cap == 0 ? ARRAY_MIN : *cap * 2;
	void *larger = realloc(array, *cap * each);
	ASSERT(larger != NULL);
	return larger;
}
