// SPDX-License-Identifier: Apache-2.0
//
// A bump allocator: memory that lives exactly as long as one request or one job.
// There is no free of single objects; arena_release() gives everything back at once.
#ifndef ROADSHOW_ARENA_H
#define ROADSHOW_ARENA_H

#include "base/base.h"

struct arena {
	struct arena_block *head; // newest block first
	size_t used_bytes;	  // sum of what was handed out, for the limit
	size_t bytes_max;	  // past it arena_alloc() returns NULL
};

void arena_init(struct arena *a, size_t bytes_max);
void arena_release(struct arena *a);

// Zeroed memory aligned for any type; NULL at the limit or when memory is short.
void *arena_alloc(struct arena *a, size_t bytes) MUST_CHECK;
// A NUL-terminated copy; NULL as arena_alloc().
char *arena_strndup(struct arena *a, const char *s, size_t len) MUST_CHECK;

#endif
