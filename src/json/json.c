// SPDX-License-Identifier: Apache-2.0
//
// The reader turns yajl's events into a tree in the caller's arena; nothing of yajl survives
// json_parse(). The writer appends to the caller's buf and owns nothing.
//
// What yajl lets through and this file refuses: duplicate members, overlong or surrogate UTF-8, a
// lone surrogate escape (yajl writes '?'), \u0000 (PostgreSQL's jsonb has no such text), numbers
// past a double's range, and whatever exceeds the limits below.
#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "base/clock.h"

#define MEMBERS_MAX 1024	// of one object
#define MEMBERS_COMPARED_MAX 16 // past it members are sorted to find duplicates
#define NUMBER_BYTES_MAX 64
#define EXPONENT_MAX 400 // past it a double is 0 or infinite, and numeric too long
#define DECIMAL_DIGITS 7
#define DECIMAL_UNIT 10000000 // 10^7
#define DECIMAL_MAX 1e8	      // below, seven decimals are fewer than a double has

struct reader {
	struct arena *arena;
	struct json *open[JSON_DEPTH_MAX]; // containers from the root to the one being filled
	struct json *last[JSON_DEPTH_MAX]; // their newest child
	size_t depth;
	size_t nodes;
	struct json *root;
	struct span key; // of the next value in an object
	char *error;
	size_t error_size;
	size_t error_len;
};

// ---- errors -------------------------------------------------------------------------------------

// Appends what fits; control characters would break the line and become '?'.
static void error_put(struct reader *r, const char *s, size_t len)
{
	for (size_t i = 0; i < len && r->error_len + 1 < r->error_size; i++) {
		uint8_t c = (uint8_t)s[i];
		r->error[r->error_len++] = c < 0x20 || c == 0x7f ? '?' : s[i];
	}
	r->error[r->error_len] = 0;
}

// A text that was cut must not end in half a character.
static void error_end(struct reader *r)
{
	while (r->error_len > 0 && !str_utf8_valid(r->error, r->error_len))
		r->error[--r->error_len] = 0;
}

// Returns what tells yajl to stop.
static int refuse(struct reader *r, const char *reason)
{
	r->error_len = 0;
	error_put(r, reason, strlen(reason));
	return 0;
}

// One reference token of a JSON pointer (RFC 6901).
static void error_put_token(struct reader *r, struct span key)
{
	error_put(r, "/", 1);
	for (size_t i = 0; i < key.len; i++) {
		if (key.ptr[i] == '~')
			error_put(r, "~0", 2);
		else if (key.ptr[i] == '/')
			error_put(r, "~1", 2);
		else
			error_put(r, key.ptr + i, 1);
	}
}

static int refuse_duplicate(struct reader *r, struct span key)
{
	refuse(r, "duplicate member ");
	for (size_t i = 1; i < r->depth; i++) {
		if (r->open[i - 1]->type == JSON_OBJECT) {
			error_put_token(r, r->open[i]->key);
		} else {
			char index[24];
			int len = snprintf(index, sizeof(index), "/%zu", r->open[i - 1]->count - 1);
			error_put(r, index, (size_t)len);
		}
	}
	error_put_token(r, key);
	return 0;
}

// ---- the tree -----------------------------------------------------------------------------------

static struct json *add_node(struct reader *r, enum json_type type)
{
	if (++r->nodes > JSON_NODES_MAX) {
		refuse(r, "too many values");
		return NULL;
	}
	struct json *node = arena_alloc(r->arena, sizeof(*node));
	if (node == NULL) {
		refuse(r, "document too large");
		return NULL;
	}
	node->type = type;
	if (r->depth == 0) {
		r->root = node;
		return node;
	}
	struct json *parent = r->open[r->depth - 1], **last = &r->last[r->depth - 1];
	if (*last == NULL)
		parent->child = node;
	else
		(*last)->next = node;
	*last = node;
	parent->count++;
	node->key = r->key;
	r->key = (struct span){NULL, 0};
	return node;
}

static bool copy(struct reader *r, const void *text, size_t len, struct span *out)
{
	out->ptr = arena_strndup(r->arena, text, len);
	out->len = len;
	return out->ptr != NULL || refuse(r, "document too large") != 0;
}

static int on_null(void *ctx)
{
	return add_node(ctx, JSON_NULL) != NULL;
}

static int on_boolean(void *ctx, int value)
{
	struct json *node = add_node(ctx, JSON_BOOL);
	if (node != NULL)
		node->boolean = value != 0;
	return node != NULL;
}

static bool exponent_in_range(const char *text)
{
	const char *e = strpbrk(text, "eE");
	long exponent = e != NULL ? strtol(e + 1, NULL, 10) : 0;
	return exponent >= -EXPONENT_MAX && exponent <= EXPONENT_MAX;
}

static int on_number(void *ctx, const char *text, size_t len)
{
	struct reader *r = ctx;
	if (len > NUMBER_BYTES_MAX)
		return refuse(r, "number too long");
	struct json *node = add_node(r, JSON_NUMBER);
	if (node == NULL || !copy(r, text, len, &node->text))
		return 0;
	node->number = strtod(node->text.ptr, NULL);
	if (!isfinite(node->number) || !exponent_in_range(node->text.ptr))
		return refuse(r, "number out of range");
	if (str_int64(node->text, &node->integer))
		node->type = JSON_INT;
	return 1;
}

static int on_string(void *ctx, const unsigned char *text, size_t len)
{
	struct json *node = add_node(ctx, JSON_STRING);
	return node != NULL && copy(ctx, text, len, &node->text);
}

static int on_key(void *ctx, const unsigned char *text, size_t len)
{
	struct reader *r = ctx;
	if (r->open[r->depth - 1]->count == MEMBERS_MAX)
		return refuse(r, "too many members in one object");
	return copy(r, text, len, &r->key);
}

static int open_container(struct reader *r, enum json_type type)
{
	if (r->depth == JSON_DEPTH_MAX)
		return refuse(r, "nested too deeply");
	struct json *node = add_node(r, type);
	if (node == NULL)
		return 0;
	r->open[r->depth] = node;
	r->last[r->depth] = NULL;
	r->depth++;
	return 1;
}

static int on_open_object(void *ctx)
{
	return open_container(ctx, JSON_OBJECT);
}

static int on_open_array(void *ctx)
{
	return open_container(ctx, JSON_ARRAY);
}

static int on_close_array(void *ctx)
{
	struct reader *r = ctx;
	r->depth--;
	return 1;
}

// ---- duplicate members --------------------------------------------------------------------------

static int key_cmp(struct span a, struct span b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return memcmp(a.ptr, b.ptr, a.len);
}

static int member_cmp(const void *a, const void *b)
{
	const struct json *const *left = a, *const *right = b;
	return key_cmp((*left)->key, (*right)->key);
}

static const struct json *duplicate_of_few(const struct json *object)
{
	for (const struct json *a = object->child; a != NULL; a = a->next)
		for (const struct json *b = a->next; b != NULL; b = b->next)
			if (key_cmp(a->key, b->key) == 0)
				return b;
	return NULL;
}

static const struct json *duplicate_of_many(const struct json *object)
{
	const struct json *sorted[MEMBERS_MAX];
	size_t count = 0;
	for (const struct json *m = object->child; m != NULL; m = m->next)
		sorted[count++] = m;
	ASSERT(count == object->count);
	qsort(sorted, count, sizeof(void *), member_cmp);
	for (size_t i = 1; i < count; i++)
		if (key_cmp(sorted[i - 1]->key, sorted[i]->key) == 0)
			return sorted[i];
	return NULL;
}

static int on_close_object(void *ctx)
{
	struct reader *r = ctx;
	const struct json *object = r->open[r->depth - 1];
	const struct json *duplicate = object->count <= MEMBERS_COMPARED_MAX
					   ? duplicate_of_few(object)
					   : duplicate_of_many(object);
	if (duplicate != NULL)
		return refuse_duplicate(r, duplicate->key);
	r->depth--;
	return 1;
}

// ---- before yajl --------------------------------------------------------------------------------

static bool read_escape(struct span text, size_t at, unsigned *unit)
{
	uint8_t bytes[2];
	if (text.len - at < 6 || text.ptr[at] != '\\' || text.ptr[at + 1] != 'u' ||
	    !str_hex_decode((struct span){text.ptr + at + 2, 4}, bytes, sizeof(bytes)))
		return false;
	*unit = (unsigned)bytes[0] << 8 | bytes[1];
	return true;
}

// Outside strings a backslash is an error that yajl reports, so all of them can be read alike.
static const char *check_escapes(struct span text)
{
	size_t at = 0;
	const char *slash;
	while (at < text.len && (slash = memchr(text.ptr + at, '\\', text.len - at)) != NULL) {
		unsigned unit, second;
		at = (size_t)(slash - text.ptr);
		if (!read_escape(text, at, &unit)) {
			at += 2;
			continue;
		}
		if (unit == 0)
			return "\\u0000 is not allowed";
		at += 6;
		if (unit < 0xd800 || unit > 0xdfff)
			continue;
		if (unit > 0xdbff || at >= text.len || !read_escape(text, at, &second) ||
		    second < 0xdc00 || second > 0xdfff)
			return "lone surrogate in an escape";
		at += 6;
	}
	return NULL;
}

// ---- reading ------------------------------------------------------------------------------------

// yajl's own words, without its full stop and line ends.
static void explain(struct reader *r, yajl_handle yajl, bool at_end)
{
	unsigned char *message = yajl_get_error(yajl, 0, NULL, 0);
	const char *words = message != NULL ? (const char *)message : "not JSON";
	r->error_len = 0;
	error_put(r, words, strcspn(words, ".\n"));
	if (!at_end) {
		char place[48];
		int len =
		    snprintf(place, sizeof(place), " at byte %zu", yajl_get_bytes_consumed(yajl));
		error_put(r, place, (size_t)len);
	}
	if (message != NULL)
		yajl_free_error(yajl, message);
}

static bool run(struct reader *r, struct span text)
{
	static const yajl_callbacks callbacks = {
	    .yajl_null = on_null,
	    .yajl_boolean = on_boolean,
	    .yajl_number = on_number,
	    .yajl_string = on_string,
	    .yajl_start_map = on_open_object,
	    .yajl_map_key = on_key,
	    .yajl_end_map = on_close_object,
	    .yajl_start_array = on_open_array,
	    .yajl_end_array = on_close_array,
	};
	yajl_handle yajl = yajl_alloc(&callbacks, NULL, r);
	if (yajl == NULL)
		return refuse(r, "no memory") != 0;
	yajl_status status = yajl_parse(yajl, (const unsigned char *)text.ptr, text.len);
	bool at_end = status == yajl_status_ok;
	if (at_end)
		status = yajl_complete_parse(yajl);
	if (status == yajl_status_error)
		explain(r, yajl, at_end);
	yajl_free(yajl);
	return status == yajl_status_ok;
}

struct json *json_parse(
    struct arena *a, const void *text, size_t len, char *error, size_t error_size)
{
	ASSERT(error_size > 0);
	struct reader r = {.arena = a, .error = error, .error_size = error_size};
	struct span in = {text, len};
	error[0] = 0;
	const char *reason = len == 0 ? "empty document" : NULL;
	if (reason == NULL && !str_utf8_valid(text, len))
		reason = "not valid UTF-8";
	if (reason == NULL)
		reason = check_escapes(in);
	if (reason != NULL) {
		refuse(&r, reason);
		return NULL;
	}
	if (!run(&r, in)) {
		error_end(&r);
		return NULL;
	}
	ASSERT(r.root != NULL && r.depth == 0);
	return r.root;
}

const struct json *json_get(const struct json *object, const char *key)
{
	if (object == NULL || object->type != JSON_OBJECT)
		return NULL;
	for (const struct json *m = object->child; m != NULL; m = m->next)
		if (span_eq(m->key, key))
			return m;
	return NULL;
}

struct span json_get_text(const struct json *object, const char *key)
{
	const struct json *m = json_get(object, key);
	return m != NULL && m->type == JSON_STRING ? m->text : (struct span){NULL, 0};
}

int64_t json_get_int(const struct json *object, const char *key, int64_t otherwise)
{
	const struct json *m = json_get(object, key);
	return m != NULL && m->type == JSON_INT ? m->integer : otherwise;
}

// ---- writing ------------------------------------------------------------------------------------

struct json_out json_to(struct buf *b)
{
	return (struct json_out){.buf = b};
}

// The comma before an element or a key; nothing before the value that a key announced.
static void separate(struct json_out *w)
{
	uint32_t bit = 1U << w->depth;
	if (w->after_key)
		w->after_key = false;
	else if (w->depth > 0 && (w->has_items & bit) != 0)
		buf_putc(w->buf, ',');
	w->has_items |= bit;
}

void json_open(struct json_out *w, char bracket)
{
	ASSERT(bracket == '{' || bracket == '[');
	ASSERT(w->depth < 31);
	separate(w);
	buf_putc(w->buf, bracket);
	w->depth++;
	w->has_items &= ~(1U << w->depth);
}

void json_close(struct json_out *w, char bracket)
{
	ASSERT(bracket == '}' || bracket == ']');
	ASSERT(w->depth > 0 && !w->after_key);
	w->depth--;
	buf_putc(w->buf, bracket);
}

static void put_quoted(struct json_out *w, struct span s)
{
	buf_putc(w->buf, '"');
	str_json_escape(w->buf, s);
	buf_putc(w->buf, '"');
}

void json_key_span(struct json_out *w, struct span key)
{
	ASSERT(w->depth > 0 && !w->after_key);
	separate(w);
	put_quoted(w, key);
	buf_putc(w->buf, ':');
	w->after_key = true;
}

void json_key(struct json_out *w, const char *key)
{
	json_key_span(w, span_of(key));
}

void json_put_text(struct json_out *w, const char *s)
{
	json_put_span(w, span_of(s));
}

void json_put_span(struct json_out *w, struct span s)
{
	if (s.ptr == NULL) {
		json_put_null(w);
		return;
	}
	separate(w);
	put_quoted(w, s);
}

// Writes them before `end`; returns where they begin.
static char *put_digits(char *end, uint64_t n)
{
	do
		*--end = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	return end;
}

void json_put_int(struct json_out *w, int64_t v)
{
	char text[24], *end = text + sizeof(text);
	char *p = put_digits(end, v < 0 ? -(uint64_t)v : (uint64_t)v);

	if (v < 0)
		*--p = '-';
	json_put_raw(w, (struct span){p, (size_t)(end - p)});
}

// Numbers of at most seven decimals, which positions and distances are, without a search: a reader of
// these digits gets the number that is nearest to n / 10^7, and that is v. False: v has more.
static bool put_decimal(struct json_out *w, double v)
{
	uint64_t n = (uint64_t)nearbyint(fabs(v) * DECIMAL_UNIT), rest = n % DECIMAL_UNIT;
	char text[32], *end = text + sizeof(text), *p = end;
	int digits = DECIMAL_DIGITS;

	if ((double)n / DECIMAL_UNIT != fabs(v))
		return false;
	if (rest > 0) {
		for (; rest % 10 == 0; rest /= 10)
			digits--;
		for (; digits > 0; digits--, rest /= 10)
			*--p = (char)('0' + rest % 10);
		*--p = '.';
	}
	p = put_digits(p, n / DECIMAL_UNIT);
	if (signbit(v))
		*--p = '-';
	json_put_raw(w, (struct span){p, (size_t)(end - p)});
	return true;
}

void json_put_number(struct json_out *w, double v)
{
	if (!isfinite(v)) {
		json_put_null(w);
		return;
	}
	if (fabs(v) < DECIMAL_MAX && put_decimal(w, v))
		return;
	char text[40];
	snprintf(text, sizeof(text), "%.15g", v);
	if (strtod(text, NULL) != v)
		snprintf(text, sizeof(text), "%.17g", v);
	json_put_raw(w, span_of(text));
}

void json_put_bool(struct json_out *w, bool v)
{
	json_put_raw(w, span_of(v ? "true" : "false"));
}

void json_put_null(struct json_out *w)
{
	json_put_raw(w, span_of("null"));
}

void json_put_uuid(struct json_out *w, const struct uuid *u)
{
	char text[UUID_TEXT_LEN + 1];
	uuid_format(u, text);
	json_put_span(w, (struct span){text, UUID_TEXT_LEN});
}

void json_put_hex(struct json_out *w, const void *data, size_t len)
{
	struct buf text;

	buf_init(&text, len * 2 + 1);
	str_hex(&text, data, len);
	w->buf->failed |= text.failed;
	json_put_span(w, (struct span){buf_text(&text), text.len});
	buf_release(&text);
}

void json_put_time(struct json_out *w, int64_t at_us)
{
	char text[CLOCK_RFC3339_LEN + 1];
	clock_format(at_us, text);
	json_put_span(w, (struct span){text, CLOCK_RFC3339_LEN});
}

void json_put_raw(struct json_out *w, struct span json)
{
	separate(w);
	buf_put(w->buf, json.ptr, json.len);
}

void json_put_tree(struct json_out *w, const struct json *v)
{
	switch (v->type) {
	case JSON_NULL:
		json_put_null(w);
		return;
	case JSON_BOOL:
		json_put_bool(w, v->boolean);
		return;
	case JSON_INT:
	case JSON_NUMBER:
		json_put_raw(w, v->text);
		return;
	case JSON_STRING:
		json_put_span(w, v->text);
		return;
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	}
	json_open(w, v->type == JSON_ARRAY ? '[' : '{');
	for (const struct json *e = v->child; e != NULL; e = e->next) {
		if (v->type == JSON_OBJECT)
			json_key_span(w, e->key);
		json_put_tree(w, e); // the parser bounds the depth
	}
	json_close(w, v->type == JSON_ARRAY ? ']' : '}');
}

void json_kv_text(struct json_out *w, const char *key, const char *s)
{
	json_key(w, key);
	json_put_text(w, s);
}

void json_kv_int(struct json_out *w, const char *key, int64_t v)
{
	json_key(w, key);
	json_put_int(w, v);
}

void json_kv_uuid(struct json_out *w, const char *key, const struct uuid *u)
{
	json_key(w, key);
	json_put_uuid(w, u);
}
