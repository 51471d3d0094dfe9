// SPDX-License-Identifier: Apache-2.0
//
// What the demo remembers between two runs: names and values, all text, in one JSON file that only
// its owner may read, for there are keys in it. The file changes as a whole or not at all.
#ifndef ROADSHOW_CLI_DEMO_NOTES_H
#define ROADSHOW_CLI_DEMO_NOTES_H

#include "base/base.h"
#include "base/buf.h"

struct notes;

// Reads the file; one that does not exist is empty notes. NULL with one line in `error` when it
// cannot be read or is no such file. notes_close() frees.
struct notes *notes_open(const char *path, struct buf *error) MUST_CHECK;
void notes_close(struct notes *n); // NULL is fine

// "" when there is no such note. Valid until that note is put again or dropped.
const char *notes_get(const struct notes *n, const char *name);
void notes_put(struct notes *n, const char *name, const char *value);
// Forgets every note whose name ends with `suffix`.
void notes_drop(struct notes *n, const char *suffix);

// Writes the file (mode 0600, synced, then renamed over the old one), making its directory when
// that is missing. False with one line in `error`.
bool notes_save(const struct notes *n, struct buf *error) MUST_CHECK;

#endif
