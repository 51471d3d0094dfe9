// SPDX-License-Identifier: Apache-2.0
//
// A ledger entry as it is written (docs/formats.md, "Ledger entry"), read strictly: for those who
// follow a ledger and believe nothing. Pure.
#ifndef ROADSHOW_CLI_ENTRY_H
#define ROADSHOW_CLI_ENTRY_H

#include "base/ids.h"
#include "json/json.h"

#define ENTRIES_MAX ((uint64_t)50000000) // of one ledger that a command follows
#define ENTRY_AT_MAX 31

struct entry {
	uint64_t index;
	struct span kind, at; // `at` is at most ENTRY_AT_MAX bytes
	struct uuid subject;
	const struct json *prev; // JSON_NULL or JSON_INT
	const struct json *data; // an object
};

// Everything in *out lives in the arena. False with one line in `error`.
bool entry_read(
    struct arena *arena, struct span text, struct entry *out, struct buf *error) MUST_CHECK;

// Members of the data. False when the member is missing or no UUID.
bool entry_uuid(const struct entry *e, const char *member, struct uuid *out) MUST_CHECK;

#endif
