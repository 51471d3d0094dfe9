// SPDX-License-Identifier: Apache-2.0
//
// Owns `data` until buf_release(). Invariants: len < cap and len <= bytes_max whenever data is not
// NULL, so the NUL always has room; once `failed` is set only buf_clear() and buf_release() change
// the buffer. Memory that a caller lent is never grown, because bytes_max is below its cap.
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CAP_FIRST ((size_t)128)

void buf_init(struct buf *b, size_t bytes_max)
{
	*b = (struct buf){.bytes_max = bytes_max < SIZE_MAX ? bytes_max : SIZE_MAX - 1};
}

void buf_release(struct buf *b)
{
	free(b->data);
	buf_init(b, b->bytes_max);
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->data != NULL)
		b->data[0] = 0;
}

// Doubling keeps appending linear; the last step stops exactly at bytes_max and its NUL.
static size_t cap_for(const struct buf *b, size_t need)
{
	size_t cap = b->cap > 0 ? b->cap : CAP_FIRST;
	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	return cap < b->bytes_max + 1 ? cap : b->bytes_max + 1;
}

uint8_t *buf_reserve(struct buf *b, size_t len)
{
	if (b->failed || len > b->bytes_max - b->len) {
		b->failed = true;
		return NULL;
	}
	size_t need = b->len + len + 1;
	if (need > b->cap) {
		size_t cap = cap_for(b, need);
		uint8_t *data = realloc(b->data, cap);
		if (data == NULL) {
			b->failed = true;
			return NULL;
		}
		b->data = data;
		b->cap = cap;
	}
	b->data[b->len] = 0;
	b->data[b->len + len] = 0;
	return b->data + b->len;
}

void buf_put(struct buf *b, const void *data, size_t len)
{
	uint8_t *room = buf_reserve(b, len);
	if (room == NULL || len == 0)
		return;
	memcpy(room, data, len);
	b->len += len;
}

void buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	char small[256];
	va_list args, again;
	va_start(args, fmt);
	va_copy(again, args);
	int len = vsnprintf(small, sizeof(small), fmt, args);
	ASSERT(len >= 0);
	size_t bytes = (size_t)len;
	if (bytes < sizeof(small)) {
		buf_put(b, small, bytes);
	} else {
		uint8_t *room = buf_reserve(b, bytes);
		if (room != NULL) {
			vsnprintf((char *)room, bytes + 1, fmt, again);
			b->len += bytes;
		}
	}
	va_end(again);
	va_end(args);
}

static void put_be(struct buf *b, uint64_t v, unsigned bytes)
{
	uint8_t out[8];
	for (unsigned i = 0; i < bytes; i++)
		out[i] = (uint8_t)(v >> (8 * (bytes - 1 - i)));
	buf_put(b, out, bytes);
}

void buf_put_be32(struct buf *b, uint32_t v)
{
	put_be(b, v, 4);
}

void buf_put_be64(struct buf *b, uint64_t v)
{
	put_be(b, v, 8);
}

const char *buf_text(const struct buf *b)
{
	if (b->data == NULL)
		return "";
	// A caller of buf_reserve() may have filled less than it asked for.
	b->data[b->len] = 0;
	return (const char *)b->data;
}
