// SPDX-License-Identifier: Apache-2.0
//
// Opaque list cursors: what a list function calls `next`, signed, so that a client can neither make
// one nor use one list's or creator's cursor on another:
//
//   base64url(HMAC-SHA-256(key, creator id ‖ path ‖ 0 ‖ text)[0..16) ‖ text)
#ifndef ROADSHOW_CURSOR_H
#define ROADSHOW_CURSOR_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/ids.h"
#include "base/str.h"

#define CURSOR_TEXT_MAX 512

void cursor_start(const uint8_t secret[32]);
void cursor_put(struct buf *out, const struct uuid *creator, struct span path, struct span text);
// The text, in the arena; {NULL, 0} when it is not one of ours for this path.
struct span cursor_open(
    struct arena *a, const struct uuid *creator, struct span path, struct span cursor);

#endif
