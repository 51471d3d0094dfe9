// SPDX-License-Identifier: Apache-2.0
//
// Any bytes into json_parse(). What is accepted obeys the limits, and written and read again it is
// the same tree; what is refused has a reason on one line.
#include <stdlib.h>
#include <string.h>

#include "json/json.h"

#define CHECK(cond) ((cond) ? (void)0 : abort())
#define ARENA_BYTES ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_tree(const struct json *j, unsigned depth)
{
	bool container = j->type == JSON_ARRAY || j->type == JSON_OBJECT;
	size_t count = 0;
	CHECK(!container || depth < JSON_DEPTH_MAX);
	CHECK(container || j->child == NULL);
	CHECK(j->text.ptr == NULL || str_utf8_valid(j->text.ptr, j->text.len));
	for (const struct json *c = j->child; c != NULL; c = c->next, count++) {
		CHECK((c->key.ptr != NULL) == (j->type == JSON_OBJECT));
		CHECK(j->type != JSON_OBJECT || json_get(j, c->key.ptr) == c);
		check_tree(c, depth + 1);
	}
	CHECK(count == j->count);
}

static void write_tree(struct json_out *w, const struct json *j)
{
	switch (j->type) {
	case JSON_NULL:
		json_put_null(w);
		return;
	case JSON_BOOL:
		json_put_bool(w, j->boolean);
		return;
	case JSON_INT:
		json_put_int(w, j->integer);
		return;
	case JSON_NUMBER:
		json_put_number(w, j->number);
		return;
	case JSON_STRING:
		json_put_span(w, j->text);
		return;
	case JSON_ARRAY:
	case JSON_OBJECT:
		json_open(w, j->type == JSON_ARRAY ? '[' : '{');
		for (const struct json *c = j->child; c != NULL; c = c->next) {
			if (c->key.ptr != NULL)
				json_key(w, c->key.ptr);
			write_tree(w, c);
		}
		json_close(w, j->type == JSON_ARRAY ? ']' : '}');
		return;
	}
}

static void check_same(const struct json *a, const struct json *b)
{
	for (; a != NULL && b != NULL; a = a->next, b = b->next) {
		bool number = a->type == JSON_NUMBER || a->type == JSON_INT;
		CHECK(number ? a->number == b->number : a->type == b->type);
		CHECK(a->type != JSON_INT || a->integer == b->integer);
		CHECK(a->boolean == b->boolean && a->count == b->count);
		CHECK(a->key.ptr == NULL || span_eq(a->key, b->key.ptr));
		CHECK(a->type != JSON_STRING || span_eq(a->text, b->text.ptr));
		check_same(a->child, b->child);
	}
	CHECK(a == NULL && b == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a, again;
	struct buf out;
	char error[64];
	arena_init(&a, ARENA_BYTES);
	arena_init(&again, ARENA_BYTES);
	buf_init(&out, ARENA_BYTES);
	struct json *j = json_parse(&a, data, size, error, sizeof(error));
	if (j == NULL) {
		CHECK(error[0] != 0 && strpbrk(error, "\r\n") == NULL);
		CHECK(str_utf8_valid(error, strlen(error)));
	} else {
		struct json_out w = json_to(&out);
		check_tree(j, 0);
		write_tree(&w, j);
		CHECK(!out.failed && w.depth == 0);
		struct json *k = json_parse(&again, buf_text(&out), out.len, error, sizeof(error));
		CHECK(k != NULL);
		check_same(j, k);
	}
	buf_release(&out);
	arena_release(&again);
	arena_release(&a);
	return 0;
}
