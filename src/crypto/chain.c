// SPDX-License-Identifier: Apache-2.0
//
// Pure: spans point into the caller's body.
#include "crypto/chain.h"

#include <string.h>

struct digest chain_start(const struct digest *thumbprint)
{
	static const char domain[] = "roadshow-device/v1"; // its NUL belongs to it
	uint8_t text[sizeof(domain) + DIGEST_LEN];

	memcpy(text, domain, sizeof(domain));
	memcpy(text + sizeof(domain), thumbprint->b, DIGEST_LEN);
	return digest_sha256(text, sizeof(text));
}

struct digest chain_next(struct span line)
{
	return digest_sha256(line.ptr, line.len);
}

struct chain_lines chain_lines_of(struct span body)
{
	return (struct chain_lines){.rest = body};
}

// Takes one line off, empty or not; false when nothing is left.
static bool take_line(struct chain_lines *l, struct span *line)
{
	const char *newline = NULL;

	if (l->rest.len == 0)
		return false;
	newline = memchr(l->rest.ptr, '\n', l->rest.len);
	*line = l->rest;
	if (newline == NULL) {
		l->rest.len = 0;
	} else {
		line->len = (size_t)(newline - l->rest.ptr);
		l->rest.ptr = newline + 1;
		l->rest.len -= line->len + 1;
	}
	l->number++;
	return true;
}

bool chain_line(struct chain_lines *l, struct span *line)
{
	while (take_line(l, line))
		if (line->len > 0)
			return true;
	return false;
}

size_t chain_count(struct span body)
{
	struct chain_lines l = chain_lines_of(body);
	struct span line;
	size_t n = 0;

	while (chain_line(&l, &line))
		n++;
	return n;
}
