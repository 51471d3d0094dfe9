// SPDX-License-Identifier: Apache-2.0
//
// Owns a list of blocks from calloc(). Invariants: memory past a block's `used` is still zero,
// because nothing is handed out twice; every object starts at a multiple of ALIGNMENT; used_bytes
// never exceeds bytes_max. The owner of the arena frees everything with arena_release().
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT alignof(max_align_t)
#define BLOCK_BYTES_FIRST ((size_t)2048)
#define BLOCK_BYTES_MAX ((size_t)65536)

struct arena_block {
	struct arena_block *older;
	size_t used;
	size_t size;
	alignas(max_align_t) uint8_t bytes[];
};

void arena_init(struct arena *a, size_t bytes_max)
{
	*a = (struct arena){.bytes_max = bytes_max};
}

void arena_release(struct arena *a)
{
	struct arena_block *block = a->head;
	while (block != NULL) {
		struct arena_block *older = block->older;
		free(block);
		block = older;
	}
	arena_init(a, a->bytes_max);
}

static struct arena_block *block_new(size_t size)
{
	struct arena_block *block = calloc(1, sizeof(*block) + size);
	if (block != NULL)
		block->size = size;
	return block;
}

// A block with room for `bytes`: the newest one, or a fresh one twice its size. What would not fit
// in a usual block gets one of its own behind the head, so the head's room is not lost.
static struct arena_block *block_with_room(struct arena *a, size_t bytes)
{
	struct arena_block *head = a->head;
	if (head != NULL && head->size - head->used >= bytes)
		return head;
	size_t size = head == NULL ? BLOCK_BYTES_FIRST : head->size * 2;
	size = size < BLOCK_BYTES_MAX ? size : BLOCK_BYTES_MAX;
	bool oversize = bytes > size;
	struct arena_block *block = block_new(oversize ? bytes : size);
	if (block == NULL)
		return NULL;
	if (oversize && head != NULL) {
		block->older = head->older;
		head->older = block;
	} else {
		block->older = head;
		a->head = block;
	}
	return block;
}

void *arena_alloc(struct arena *a, size_t bytes)
{
	if (bytes > a->bytes_max)
		return NULL;
	size_t rounded = (bytes + (bytes == 0) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (rounded < bytes || rounded > a->bytes_max - a->used_bytes)
		return NULL;
	struct arena_block *block = block_with_room(a, rounded);
	if (block == NULL)
		return NULL;
	void *out = block->bytes + block->used;
	block->used += rounded;
	a->used_bytes += rounded;
	return out;
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *out = len < SIZE_MAX ? arena_alloc(a, len + 1) : NULL;
	if (out != NULL && len > 0)
		memcpy(out, s, len);
	return out;
}
