// SPDX-License-Identifier: Apache-2.0
//
// An upload as a stranger may write it, as sent and as gzip: what is made of it is one JSON object
// whose lines lie in the body, in order, with the hashes of their bytes, and a chain that holds has
// consecutive numbers.
#include <stdlib.h>
#include <string.h>

#include "sync/kinds.c"
#include "sync/sync.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(struct span body, const struct json *l, int64_t *from)
{
	int64_t at = json_get_int(l, "a", -1), len = json_get_int(l, "n", -1);
	struct digest hash, told;

	ASSERT(at >= *from && len > 0 && (size_t)(at + len) <= body.len);
	*from = at + len;
	hash = digest_sha256(body.ptr + at, (size_t)len);
	ASSERT(str_hex_decode(json_get_text(l, "h"), told.b, sizeof(told.b)));
	ASSERT(digest_equal(&hash, &told));
	ASSERT((json_get(l, "e") == NULL) == (json_get(l, "t") != NULL));
	ASSERT(json_get(l, "e") != NULL || json_get(l, "k") != NULL);
	ASSERT(json_get(l, "f") != NULL && json_get(l, "f")->type == JSON_OBJECT);
}

static void check_run(struct span body, const struct buf *out)
{
	struct arena a;
	const struct json *run;
	char why[160];
	int64_t from = 0;
	size_t count;

	arena_init(&a, 256u << 20);
	run = json_parse(&a, out->data, out->len, why, sizeof(why));
	ASSERT(run != NULL && run->type == JSON_OBJECT);
	count = json_get(run, "lines")->count;
	ASSERT(count >= 1);
	ASSERT(count + (size_t)json_get_int(run, "stray", -1) <= chain_count(body));
	for (const struct json *l = json_get(run, "lines")->child; l != NULL; l = l->next)
		check_line(body, l, &from);
	arena_release(&a);
}

static void read_body(struct span body, const struct keyring *ring)
{
	struct arena a;
	struct buf out;

	arena_init(&a, 64u << 20);
	buf_init(&out, 64u << 20);
	if (sync_read(&a, body, ring, &out) == SYNC_OK)
		check_run(body, &out);
	buf_release(&out);
	arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct keyring *ring;
	struct span body = {(const char *)data, size};
	struct buf plain;

	if (ring == NULL)
		ring = keyring_of(key_generate(KEY_P256));
	read_body(body, ring);
	buf_init(&plain, SYNC_BODY_BYTES_MAX + (1u << 17));
	if (sync_inflate(body, &plain)) {
		ASSERT(plain.len <= SYNC_BODY_BYTES_MAX);
		read_body((struct span){buf_text(&plain), plain.len}, ring);
	}
	buf_release(&plain);
	return 0;
}
