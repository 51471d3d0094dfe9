// SPDX-License-Identifier: Apache-2.0
//
// A growing byte buffer with a sticky `failed` flag: writers need no error branches, the reader
// checks once. A failed buffer keeps what it had and ignores further writes. A buffer may stand on
// memory of its caller: {.data, .cap, .bytes_max below cap}; then it never grows, and nobody
// releases it.
#ifndef ROADSHOW_BUF_H
#define ROADSHOW_BUF_H

#include "base/base.h"

struct buf {
	uint8_t *data; // owned; NUL follows data[len] whenever data is not NULL
	size_t len;
	size_t cap;
	size_t bytes_max; // growth past it sets `failed`
	bool failed;
};

void buf_init(struct buf *b, size_t bytes_max);
void buf_release(struct buf *b);
void buf_clear(struct buf *b); // keeps the memory, clears `failed`

void buf_put(struct buf *b, const void *data, size_t len);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_put_be32(struct buf *b, uint32_t v);
void buf_put_be64(struct buf *b, uint64_t v);
// Room for `len` more bytes that the caller fills, then counts with b->len += …; NULL when failed.
uint8_t *buf_reserve(struct buf *b, size_t len);
// The bytes as text; "" when empty.
const char *buf_text(const struct buf *b);

#endif
