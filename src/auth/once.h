// SPDX-License-Identifier: Apache-2.0
//
// Secrets that are made here and shown once: API keys and enrolment codes. The database gets a
// secret's hash, and its text only sealed under a key derived from the server's secret: the sealed
// text is part of the answer that it remembers, so a replay shows the same secret, and a copy of
// the database shows none. The seal's context is the id of what the call makes, which is the
// answer's `id`.
#ifndef ROADSHOW_ONCE_H
#define ROADSHOW_ONCE_H

#include "http/call.h"

// Once per worker, before the first call. May be called again, with another secret.
void once_start(const uint8_t secret[32]);

// Writes the member `key` of p: the text, sealed, in base64url. Sets the buffer's `failed` when it
// is longer than 255 bytes.
void once_put(struct json_out *w, const char *key, const struct call *c, struct span text);

// Answers with a command's row, the member `sealed_<name>` opened as `<name>`. False, with nothing
// answered, when it does not open: the server's secret was changed since.
bool once_render(struct call *c, const struct db_row *row, const char *name) MUST_CHECK;

#endif
