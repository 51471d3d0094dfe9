// SPDX-License-Identifier: Apache-2.0
//
// What JWS and JWE have in common: the compact serialisation (RFC 7515, section 3.1; RFC 7516, section 3.1).
#ifndef ROADSHOW_JOSE_H
#define ROADSHOW_JOSE_H

#include "base/arena.h"
#include "base/base.h"
#include "base/str.h"
#include "json/json.h"

// The `count` parts between the dots, as they stand there. False when there are fewer; further dots stay in
// the last part, which is no base64url then.
bool jose_split(struct span text, struct span *part, size_t count) MUST_CHECK;
// A part's JSON object; NULL when it is none. The decoded bytes stay in the arena.
const struct json *jose_object(struct arena *a, struct span part) MUST_CHECK;

#endif
