// SPDX-License-Identifier: Apache-2.0
//
// An upload as a stranger may write it, as sent and as gzip: the lines that are made of it lie in the
// body, in order, with the hashes of their bytes, and what is told of them is JSON.
#include <stdlib.h>
#include <string.h>

#include "sync/kinds.c"
#include "sync/sync.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_json(struct span text)
{
	struct arena a;
	const struct json *v;
	char why[160];

	arena_init(&a, 256u << 20);
	v = json_parse(&a, text.ptr, text.len, why, sizeof(why));
	ASSERT(v != NULL && v->type == JSON_OBJECT);
	arena_release(&a);
}

static void check_line(struct span body, const struct sync_line *l, size_t *from)
{
	struct digest hash;

	ASSERT(l->at >= *from && l->len > 0 && l->at + l->len <= body.len);
	*from = l->at + l->len;
	hash = digest_sha256(body.ptr + l->at, l->len);
	ASSERT(l->hash.len == DIGEST_LEN && memcmp(hash.b, l->hash.ptr, DIGEST_LEN) == 0);
	ASSERT(l->error != NULL || l->kind.ptr != NULL);
	check_json(l->fields);
}

static void check_run(struct span body, const struct sync_reader *r)
{
	size_t from = 0;

	ASSERT(sync_lines(r) >= 1);
	ASSERT(sync_lines(r) + r->strays <= chain_count(body));
	for (size_t i = 0; i < sync_lines(r); i++) {
		struct sync_line l = sync_line(r, i);

		check_line(body, &l, &from);
	}
}

// What a consent says is read in fuzz_jwe.c.
static const char *open_none(const struct kind_reader *r, struct span jwe, struct arena *scratch,
    struct json_out *w, const char **code)
{
	(void)r;
	(void)scratch;
	*code = "undecryptable";
	json_kv_int(w, "length", (int64_t)jwe.len);
	return jwe.len % 2 == 0 ? NULL : "it does not open";
}

static void read_body(struct span body, const struct keyring *ring)
{
	const struct kind_reader with = {.tokens = ring, .open = open_none};
	enum sync_result why;
	struct sync_reader *r;
	struct arena a;
	struct buf out;

	arena_init(&a, 64u << 20);
	buf_init(&out, 1u << 16);
	r = sync_begin(&a, body, &with, &why);
	while (r != NULL && sync_step(r, SYNC_EVENTS_MAX))
		continue;
	if (r != NULL && sync_end(r, &out) == SYNC_OK) {
		check_json((struct span){buf_text(&out), out.len});
		check_run(body, r);
	}
	sync_release(r);
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
