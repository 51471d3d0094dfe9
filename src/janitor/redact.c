// SPDX-License-Identifier: Apache-2.0
//
// Hashes each line and looks it up. Whoever asks owns the hashes and the buffer.
#include "janitor/redact.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "json/json.h"

#define TREE_BYTES_MAX (16u << 20) // of a line of 64 KiB, as src/sync has it

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, DIGEST_LEN);
}

// A stand-in has no kind, so it stays.
static bool may_be_consent(struct span line)
{
	struct arena a;
	char why[160];
	const struct json *e, *kind;
	bool may;

	arena_init(&a, TREE_BYTES_MAX);
	e = json_parse(&a, line.ptr, line.len, why, sizeof(why));
	if (e == NULL || e->type != JSON_OBJECT)
		may = true;
	else if ((kind = json_get(e, "kind")) == NULL)
		may = json_get(e, "redacted") == NULL;
	else
		may = kind->type != JSON_STRING || span_eq(kind->text, "consent");
	arena_release(&a);
	return may;
}

static bool goes(struct span line, const struct digest *hash, const struct redact_wanted *w)
{
	return (w->count > 0 &&
		   bsearch(hash, w->hashes, w->count, sizeof(*w->hashes), by_bytes) != NULL) ||
	       (w->every_consent && may_be_consent(line));
}

static void put_redacted(struct buf *out, const struct digest *hash)
{
	char text[DIGEST_TEXT_LEN + 1];

	digest_text(hash, text);
	buf_printf(out, "{\"redacted\":\"%s\"}", text);
}

size_t redact_lines(struct span text, struct redact_wanted *w, struct buf *out)
{
	size_t gone = 0;

	if (w->count > 0)
		qsort(w->hashes, w->count, sizeof(*w->hashes), by_bytes);
	while (text.len > 0) {
		const char *newline = memchr(text.ptr, '\n', text.len);
		struct span line = {
		    text.ptr, newline != NULL ? (size_t)(newline - text.ptr) : text.len};
		size_t taken = line.len + (newline != NULL);
		struct digest hash = digest_sha256(line.ptr, line.len);

		if (line.len > 0 && goes(line, &hash, w)) {
			put_redacted(out, &hash);
			gone++;
		} else {
			buf_put(out, line.ptr, line.len);
		}
		if (newline != NULL)
			buf_putc(out, '\n');
		text.ptr += taken;
		text.len -= taken;
	}
	return gone;
}

void redact_whole(struct span body, struct buf *out)
{
	struct digest hash = digest_sha256(body.ptr, body.len);

	put_redacted(out, &hash);
}
