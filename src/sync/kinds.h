// SPDX-License-Identifier: Apache-2.0
//
// What an event may say, kind by kind: which members it has, and what of them goes on to the database
// (`f` of p_run, see sync.h). Pure.
#ifndef ROADSHOW_SYNC_KINDS_H
#define ROADSHOW_SYNC_KINDS_H

#include "base/arena.h"
#include "base/base.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "json/json.h"

#define KIND_SALE_LINES_MAX 50
#define KIND_TOTALS_MAX 50
#define KIND_SEQ_MAX ((INT64_C(1) << 53) - 1) // what every JSON reader keeps exactly

// What events are read with.
struct kind_reader;
// Opens the JWE of a consent event and writes the members of its `f` (sync/consents.h). NULL, or what is
// wrong, with its code in *code; the text lives as long as `scratch`.
typedef const char *kind_opener(const struct kind_reader *r, struct span jwe, struct arena *scratch,
    struct json_out *w, const char **code);
struct kind_reader {
	const struct keyring *tokens;	// that tokens are checked with
	const struct keyring *consents; // that devices encrypt to
	struct uuid creator;		// whose device it is
	struct uuid device;
	kind_opener *open;
};

struct kind;
// The kind of that name, or NULL.
const struct kind *kind_find(struct span name);

// Writes the members of `f` into the open object of `w`. NULL, or what is wrong with the event, with its
// code in *code: then what was written is worth nothing. `scratch` is the event's own memory.
const char *kind_put(const struct kind *k, const struct json *event, const struct kind_reader *r,
    struct arena *scratch, struct json_out *w, const char **code) MUST_CHECK;

// RFC 8259 integers within bounds, and text without control characters.
bool kind_get_int(
    const struct json *object, const char *key, int64_t min, int64_t max, int64_t *out) MUST_CHECK;
bool kind_is_word(struct span s); // a-z, 0-9, _; up to 32

#endif
