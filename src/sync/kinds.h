// SPDX-License-Identifier: Apache-2.0
//
// What an event may say, kind by kind: which members it has, and what of them goes on to the database
// (`f` of p_run, see sync.h). Pure.
#ifndef ROADSHOW_SYNC_KINDS_H
#define ROADSHOW_SYNC_KINDS_H

#include "base/arena.h"
#include "base/base.h"
#include "crypto/keys.h"
#include "json/json.h"

#define KIND_SALE_LINES_MAX 50
#define KIND_TOTALS_MAX 50
#define KIND_SEQ_MAX ((INT64_C(1) << 53) - 1) // what every JSON reader keeps exactly

struct kind;
// The kind of that name, or NULL.
const struct kind *kind_find(struct span name);

// Writes the members of `f` into the open object of `w`. NULL, or what is wrong with the event: then
// what was written is worth nothing. `scratch` is the event's own memory.
const char *kind_put(const struct kind *k, const struct json *event, const struct keyring *tokens,
    struct arena *scratch, struct json_out *w) MUST_CHECK;

// RFC 8259 integers within bounds, and text without control characters.
bool kind_get_int(
    const struct json *object, const char *key, int64_t min, int64_t max, int64_t *out) MUST_CHECK;
bool kind_is_word(struct span s); // a-z, 0-9, _; up to 32

#endif
