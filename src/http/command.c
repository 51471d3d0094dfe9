// SPDX-License-Identifier: Apache-2.0
//
// p is made twice, as text: without the route's members by call_command_json(), then with them in
// front, in the call's arena.
#include "http/command.h"

#define MORE_BYTES_MAX 65536

static struct span merged(struct call *c, const struct buf *more, struct span p)
{
	struct span result = {NULL, 0};
	struct buf b;

	buf_init(&b, more->len + p.len + 2);
	buf_put(&b, more->data, more->len);
	buf_putc(&b, ',');
	buf_put(&b, p.ptr + 1, p.len - 1); // without its '{'
	if (!b.failed)
		result.ptr = arena_strndup(&c->arena, buf_text(&b), b.len);
	result.len = result.ptr != NULL ? b.len : 0;
	buf_release(&b);
	return result;
}

bool command_bind(struct call *c, struct db_item *item,
    bool (*more)(struct call *c, struct json_out *w, const void *arg), const void *arg)
{
	struct span p = call_command_json(c);
	struct json_out w;
	struct buf b;
	bool ok;

	buf_init(&b, MORE_BYTES_MAX);
	w = json_to(&b);
	json_open(&w, '{');
	ok = more(c, &w, arg);
	if (ok) {
		p = p.ptr == NULL || b.failed ? (struct span){NULL, 0} : merged(c, &b, p);
		item->values[call_bind_caller(c, item)] = (struct db_value){.text = p};
		ok = p.ptr != NULL;
		if (!ok)
			call_problem(c, 413, "body_too_large", "The request is too large.", NULL);
	}
	buf_release(&b);
	return ok;
}
