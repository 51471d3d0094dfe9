// SPDX-License-Identifier: Apache-2.0
//
// What this host remembers of each log: the largest checkpoint that it signed or saw. One file for
// each creator, <state_dir>/<creator>.checkpoint, holding the three lines of a checkpoint.
#ifndef ROADSHOW_JANITOR_MEMORY_H
#define ROADSHOW_JANITOR_MEMORY_H

#include "base/base.h"
#include "base/buf.h"
#include "crypto/note.h"

enum memory_result { MEMORY_FOUND, MEMORY_NONE, MEMORY_BROKEN };

// Reads it. MEMORY_BROKEN with one line in `error`: unreadable, or no checkpoint.
enum memory_result memory_read(const char *dir, const char *creator, uint64_t *size,
    struct digest *root, struct buf *error) MUST_CHECK;

enum memory_advanced {
	MEMORY_DURABLE,	    // it is remembered now, or was already
	MEMORY_AHEAD,	    // something larger is, by another janitor of this host
	MEMORY_CONTRADICTS, // another root of the same size is
	MEMORY_FAILED	    // with one line in `error`
};

// Remembers a checkpoint unless what is there forbids it; janitors of one host take turns. The old
// one or the new one is there at any moment.
enum memory_advanced memory_advance(
    const char *dir, const char *creator, const struct checkpoint *c, struct buf *error) MUST_CHECK;

#endif
