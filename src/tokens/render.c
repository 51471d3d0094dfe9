// SPDX-License-Identifier: Apache-2.0
//
// Walks the answer's tree: an object with a member `jwt` is a token. The tree is as deep as json_parse()
// lets it be.
#include "tokens/render.h"

#include "base/log.h"
#include "tokens/holder.h"
#include "tokens/tokens.h"

#define TOKENS_MAX 1024 // in one answer: a page of a list, each with one; a claim has at most 20

static void put_jwt(struct json_out *w, const struct json *token, const struct json *jwt)
{
	struct buf text;

	buf_init(&text, JWS_LEN_MAX);
	tokens_put_answer_jwt(&text, token, jwt);
	w->buf->failed |= text.failed;
	json_put_text(w, buf_text(&text));
	buf_release(&text);
}

static void put_link(
    struct json_out *w, const struct call *c, const struct json *token, bool has_text)
{
	int64_t version = json_get_int(token, "version", 0);
	struct uuid id;

	if ((c->caller.role == ROLE_CREATOR || has_text) && version > 0 &&
	    uuid_parse(json_get_text(token, "id"), &id))
		holder_put_url(w, &c->caller.creator, &id, version);
	else
		json_kv_text(w, "holder_url", NULL);
}

static void put_value(struct json_out *w, const struct call *c, const struct json *v);

static void put_object(struct json_out *w, const struct call *c, const struct json *object)
{
	const struct json *jwt = json_get(object, "jwt");

	json_open(w, '{');
	for (const struct json *m = object->child; m != NULL; m = m->next) {
		json_key_span(w, m->key);
		if (m == jwt && m->type == JSON_OBJECT)
			put_jwt(w, object, m);
		else
			put_value(w, c, m);
	}
	if (jwt != NULL)
		put_link(w, c, object, jwt->type == JSON_OBJECT);
	json_close(w, '}');
}

static void put_value(struct json_out *w, const struct call *c, const struct json *v)
{
	if (v->type == JSON_OBJECT) {
		put_object(w, c, v);
	} else if (v->type == JSON_ARRAY) {
		json_open(w, '[');
		for (const struct json *m = v->child; m != NULL; m = m->next)
			put_value(w, c, m);
		json_close(w, ']');
	} else {
		json_put_tree(w, v);
	}
}

void tokens_render(struct call *c, const struct db_row *row)
{
	struct span body = db_text(row, 1);
	const struct json *answer;
	struct json_out w;
	struct buf out;
	char why[128];

	buf_init(&out, body.len * 2 + (size_t)2 * TOKENS_MAX * JWS_LEN_MAX);
	answer = json_parse(&c->arena, body.ptr, body.len, why, sizeof(why));
	if (answer != NULL) {
		w = json_to(&out);
		put_value(&w, c, answer);
	}
	if (answer != NULL && !out.failed) {
		call_command_headers(c, row);
		call_answer_json(c, (int)db_int(row, 0), (struct span){buf_text(&out), out.len});
	} else {
		log_error("a token cannot be rendered: %s", answer == NULL ? why : "too large");
		call_problem(c, 500, "internal_error", "Something went wrong on our side.", NULL);
	}
	buf_release(&out);
}

void tokens_render_private(struct call *c, const struct db_row *row)
{
	call_set_header(c, "cache-control", "no-store");
	tokens_render(c, row);
}
