// SPDX-License-Identifier: Apache-2.0
//
// An NDJSON body: lines are never empty, hold no newline, lie in order inside the body, and between
// them there is nothing but newlines.
#include <string.h>

#include "crypto/chain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void only_newlines(const char *from, const char *to)
{
	for (; from < to; from++)
		ASSERT(*from == '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span body = {(const char *)data, size};
	struct chain_lines l = chain_lines_of(body);
	const char *at = body.ptr;
	struct span line;
	size_t count = 0;
	size_t number = 0;

	while (chain_line(&l, &line)) {
		(void)chain_next(line);
		ASSERT(line.len > 0 && memchr(line.ptr, '\n', line.len) == NULL);
		ASSERT(line.ptr >= at && line.ptr + line.len <= body.ptr + size);
		only_newlines(at, line.ptr);
		at = line.ptr + line.len;
		ASSERT(l.number > number);
		number = l.number;
		count++;
	}
	only_newlines(at, body.ptr + size);
	ASSERT(chain_count(body) == count);
	return 0;
}
