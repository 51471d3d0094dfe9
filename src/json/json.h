// SPDX-License-Identifier: Apache-2.0
//
// JSON (RFC 8259) in and out, over yajl. Reading gives a tree in an arena with strict rules: UTF-8,
// no duplicate members, no comments, depth and size bounded. Writing goes to a buf whose sticky
// `failed` stands for every error.
#ifndef ROADSHOW_JSON_H
#define ROADSHOW_JSON_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/ids.h"
#include "base/str.h"

#define JSON_DEPTH_MAX 16
#define JSON_NODES_MAX 200000

enum json_type {
	JSON_NULL,
	JSON_BOOL,
	JSON_INT,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

struct json {
	enum json_type type;
	struct span key;    // member name, when the parent is an object
	struct span text;   // JSON_STRING: decoded; JSON_INT and JSON_NUMBER: as written
	int64_t integer;    // JSON_INT
	double number;	    // JSON_INT and JSON_NUMBER
	bool boolean;	    // JSON_BOOL
	struct json *child; // first element or member
	struct json *next;  // sibling
	size_t count;	    // of children
};

// The tree, or NULL with a one-line reason in `error` (NUL-terminated, cut to error_size) and, for
// a duplicate member, its JSON pointer. Strings point into the arena.
struct json *json_parse(
    struct arena *a, const void *text, size_t len, char *error, size_t error_size) MUST_CHECK;

const struct json *json_get(const struct json *object, const char *key); // NULL when absent
// Typed reads that yield a default when the member is absent or of another type.
struct span json_get_text(const struct json *object, const char *key); // {NULL, 0}
int64_t json_get_int(const struct json *object, const char *key, int64_t otherwise);

// Writer. A struct json_out remembers where commas belong; keys and values alternate in objects.
struct json_out {
	struct buf *buf;
	unsigned depth;
	uint32_t has_items; // bit per depth
	bool after_key;
};

struct json_out json_to(struct buf *b);
void json_open(struct json_out *w, char bracket);  // '{' or '['
void json_close(struct json_out *w, char bracket); // '}' or ']'
void json_key(struct json_out *w, const char *key);
void json_key_span(struct json_out *w, struct span key); // a key that is not NUL-terminated
void json_put_text(struct json_out *w, const char *s);	 // NULL is written as null, also in a span
void json_put_span(struct json_out *w, struct span s);
void json_put_int(struct json_out *w, int64_t v);
void json_put_number(struct json_out *w, double v); // shortest that reads back; not finite: null
void json_put_bool(struct json_out *w, bool v);
void json_put_null(struct json_out *w);
void json_put_uuid(struct json_out *w, const struct uuid *u);
void json_put_time(struct json_out *w, int64_t at_us);
void json_put_hex(struct json_out *w, const void *data, size_t len); // lower case
void json_put_raw(struct json_out *w, struct span json);	     // already JSON
void json_put_tree(struct json_out *w, const struct json *v);	     // what json_parse() gave
// key and value in one call
void json_kv_text(struct json_out *w, const char *key, const char *s);
void json_kv_int(struct json_out *w, const char *key, int64_t v);
void json_kv_uuid(struct json_out *w, const char *key, const struct uuid *u);

#endif
