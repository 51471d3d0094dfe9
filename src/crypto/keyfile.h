// SPDX-License-Identifier: Apache-2.0
//
// Files that hold keys: how they are named, read and created. Used by keyring.c and seal.c; the
// rule of names stands in crypto/keys.h.
#ifndef ROADSHOW_KEYFILE_H
#define ROADSHOW_KEYFILE_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"

#define KEYFILE_BYTES_MAX 4096
#define KEYFILE_COUNT_MAX 16 // per use

enum keyfile_state { KEYFILE_ACTIVE, KEYFILE_NEXT, KEYFILE_OLD };

struct keyfile {
	const char *path;
	enum keyfile_state state;
	bool open_to_others; // by its mode; whoever holds a secret in it must refuse
	struct span content;
};

// Gets one file, in the order of labels; false, with `error` written, stops the reading.
typedef bool keyfile_taker(void *arg, const struct keyfile *f, struct buf *error);

// Gives every `<use>-<label>[.next|.old]<suffix>` of the directory to `take`, and sees to it that
// exactly one is active. `suffix` is ".pem" or ".key". Contents are wiped after each call.
bool keyfiles_read(const char *dir, const char *use, const char *suffix, keyfile_taker *take,
    void *arg, struct buf *error) MUST_CHECK;
// A new file of mode 0600, synced; never overwrites.
bool keyfile_create(const char *path, struct span content, struct buf *error) MUST_CHECK;

#endif
