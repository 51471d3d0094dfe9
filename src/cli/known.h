// SPDX-License-Identifier: Apache-2.0
//
// What a reader of a ledger knows by id: a hash table from an id and a number to a value, seeded, so
// that nobody can write a ledger that makes it slow. And arrays that grow. For commands that end when
// memory does: lack of it panics.
#ifndef ROADSHOW_CLI_KNOWN_H
#define ROADSHOW_CLI_KNOWN_H

#include "base/base.h"
#include "base/ids.h"

struct known;

struct known *known_new(void);
void known_release(struct known *k); // NULL is fine

// The value, or NULL when there is none; valid until the next known_put().
uint64_t *known_find(const struct known *k, const struct uuid *id, int64_t number);
// Adds it, or gives it another value.
void known_put(struct known *k, const struct uuid *id, int64_t number, uint64_t value);

// Room for one more element behind `count` of them; *cap counts those that there is room for. The
// caller frees what is returned.
void *known_grown(void *array, size_t count, size_t *cap, size_t each) MUST_CHECK;

#endif
