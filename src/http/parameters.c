// SPDX-License-Identifier: Apache-2.0
//
// What comes with a request, and what a list gives back.
#include "http/parameters.h"

#include <stdio.h>
#include <string.h>

#include "http/cursor.h"
#include "http/router.h"

#define QUERY_PARAMETERS_MAX 16

static const struct field limit_field = {
    .name = "limit", .type = FIELD_INT, .min = 1, .max = LIST_LIMIT_MAX};

// ---- query --------------------------------------------------------------------------------------

// name=value at *at; moves *at behind it.
static bool next_pair(struct span *rest, struct span *name, struct span *value)
{
	const char *amp, *eq;
	struct span pair;

	if (rest->len == 0)
		return false;
	amp = memchr(rest->ptr, '&', rest->len);
	pair = (struct span){rest->ptr, amp != NULL ? (size_t)(amp - rest->ptr) : rest->len};
	rest->ptr += pair.len + (amp != NULL);
	rest->len -= pair.len + (amp != NULL);
	eq = memchr(pair.ptr, '=', pair.len);
	*name = (struct span){pair.ptr, eq != NULL ? (size_t)(eq - pair.ptr) : pair.len};
	*value =
	    eq != NULL ? (struct span){eq + 1, pair.len - name->len - 1} : (struct span){"", 0};
	return true;
}

// Percent-decoded, '+' as space; {NULL, 0} when malformed.
static struct span decoded(struct call *c, struct span value)
{
	char *plain = arena_strndup(&c->arena, value.ptr, value.len);
	struct span result = {NULL, 0};
	struct buf b;

	if (plain == NULL)
		return result;
	for (char *p = plain; *p != '\0'; p++)
		if (*p == '+')
			*p = ' ';
	buf_init(&b, 8192);
	if (str_percent_decode((struct span){plain, value.len}, &b) && !b.failed) {
		result.ptr = arena_strndup(&c->arena, buf_text(&b), b.len);
		result.len = result.ptr != NULL ? b.len : 0;
	}
	buf_release(&b);
	return result;
}

struct span call_query(struct call *c, const char *name)
{
	struct span rest = c->query, key, value;

	while (next_pair(&rest, &key, &value))
		if (span_eq(key, name))
			return decoded(c, value);
	return (struct span){NULL, 0};
}

static const struct field *query_row(const struct route *r, struct span name)
{
	for (const struct field *f = r->query; f != NULL && f->name != NULL; f++)
		if (span_eq(name, f->name))
			return f;
	if (r->flags & ROUTE_LIST && span_eq(name, "limit"))
		return &limit_field;
	return NULL;
}

static void unknown_parameter(struct field_errors *errors, struct span name)
{
	struct field_error *e = &errors->list[errors->count];

	if (errors->count == FIELD_ERRORS_MAX)
		return;
	errors->count++;
	snprintf(e->pointer, sizeof(e->pointer), "?%.*s", (int)(name.len < 64 ? name.len : 64),
	    name.ptr);
	e->code = "unknown_member";
	snprintf(e->detail, sizeof(e->detail), "This parameter is not known.");
}

// Two readers could each believe another one of them. `name` points into the query.
static bool is_repeated(const struct call *c, struct span name)
{
	struct span rest = c->query, key, value;

	while (next_pair(&rest, &key, &value) && key.ptr != name.ptr)
		if (key.len == name.len && memcmp(key.ptr, name.ptr, name.len) == 0)
			return true;
	return false;
}

static bool check_query(struct call *c)
{
	struct field_errors errors = {.count = 0};
	struct span rest = c->query, name, value;
	size_t seen = 0;

	while (next_pair(&rest, &name, &value)) {
		const struct field *f = query_row(c->route, name);

		if (seen++ == QUERY_PARAMETERS_MAX) {
			call_problem(c, 400, "invalid_request", "Too many query parameters.", NULL);
			return false;
		}
		if (is_repeated(c, name)) {
			call_problem(
			    c, 400, "invalid_request", "A query parameter is given twice.", NULL);
			return false;
		}
		if (c->route->flags & ROUTE_LIST && span_eq(name, "after"))
			continue;
		value = decoded(c, value);
		if (f == NULL || value.ptr == NULL)
			unknown_parameter(&errors, name);
		else if (!field_check_text(f, value, &errors))
			continue;
	}
	for (const struct field *f = c->route->query; f != NULL && f->name != NULL; f++) {
		struct field_error *e = &errors.list[errors.count];

		if (!f->required || call_query(c, f->name).ptr != NULL ||
		    errors.count == FIELD_ERRORS_MAX)
			continue;
		errors.count++;
		snprintf(e->pointer, sizeof(e->pointer), "?%s", f->name);
		e->code = "required";
		snprintf(e->detail, sizeof(e->detail), "This parameter is required.");
	}
	if (errors.count == 0)
		return true;
	call_field_problem(c, &errors);
	return false;
}

static bool check_cursor(struct call *c)
{
	struct span given = call_query(c, "after");

	if (!(c->route->flags & ROUTE_LIST) || given.ptr == NULL || given.len == 0)
		return true;
	c->cursor = cursor_open(&c->arena, &c->caller.creator, c->path, given);
	if (c->cursor.ptr != NULL)
		return true;
	call_problem(c, 400, "invalid_cursor",
	    "`after` takes the value of `next` of an answer of the same path.", NULL);
	return false;
}

// ---- body ---------------------------------------------------------------------------------------

static bool check_size(struct call *c)
{
	size_t max = c->route->body_bytes_max != ROUTE_BODY_MAX_DEFAULT
			 ? c->route->body_bytes_max
			 : (size_t)call_settings()->body_bytes_max;
	char detail[80];

	if (c->body.len <= max)
		return true;
	snprintf(detail, sizeof(detail), "This path takes bodies of up to %zu bytes.", max);
	call_problem(c, 413, "body_too_large", detail, NULL);
	return false;
}

static bool check_content_type(struct call *c)
{
	static const char json[] = "application/json";
	struct span type = call_header(c, "content-type");
	struct span coding = call_header(c, "content-encoding");
	size_t n = sizeof(json) - 1;

	if (coding.ptr == NULL && type.len >= n && strncasecmp(type.ptr, json, n) == 0 &&
	    (type.len == n || type.ptr[n] == ';' || type.ptr[n] == ' '))
		return true;
	call_problem(c, 415, "unsupported_media_type",
	    "Send the body as application/json, without a content coding.", NULL);
	return false;
}

static bool check_json(struct call *c)
{
	struct field_errors errors = {.count = 0};
	char why[200];

	if (!check_content_type(c))
		return false;
	c->json = json_parse(&c->arena, c->body.ptr, c->body.len, why, sizeof(why));
	if (c->json == NULL) {
		call_problem(c, 400, "malformed_json", why, NULL);
		return false;
	}
	if (field_check(c->route->body, c->json, "", &errors))
		return true;
	call_field_problem(c, &errors);
	return false;
}

static bool nothing_required(const struct field *table)
{
	for (const struct field *f = table; f->name != NULL; f++)
		if (f->required)
			return false;
	return true;
}

static bool check_body(struct call *c)
{
	static const struct field nothing[] = {{0}};
	struct field_errors errors = {.count = 0};
	char why[200];

	if (!check_size(c) || c->route->flags & ROUTE_RAW_BODY)
		return c->state != CALL_RENDERED;
	if (c->body.len == 0 && (c->route->body == NULL || nothing_required(c->route->body)))
		return true;
	if (c->route->body != NULL)
		return check_json(c);
	c->json = json_parse(&c->arena, c->body.ptr, c->body.len, why, sizeof(why));
	if (c->json == NULL) {
		call_problem(c, 400, "malformed_json", why, NULL);
		return false;
	}
	if (field_check(nothing, c->json, "", &errors))
		return true;
	call_field_problem(c, &errors);
	return false;
}

bool parameters_check(struct call *c)
{
	return check_query(c) && check_cursor(c) && check_body(c);
}

// ---- p of the command convention ----------------------------------------------------------------

static void put_parameter(struct json_out *w, const struct field *f, struct span value)
{
	int64_t n;

	json_key(w, f->name);
	if (f->type == FIELD_INT && str_int64(value, &n))
		json_put_int(w, n); // "007" is a number here, but none of JSON's
	else if (f->type == FIELD_BOOL)
		json_put_raw(w, value); // checked: true or false
	else
		json_put_span(w, value);
}

static void put_list_parameters(struct call *c, struct json_out *w)
{
	struct span limit = call_query(c, "limit");
	int64_t n = LIST_LIMIT_DEFAULT;

	if (limit.ptr != NULL && !str_int64(limit, &n))
		n = LIST_LIMIT_DEFAULT;
	json_kv_int(w, "limit", n);
	if (c->cursor.ptr != NULL) {
		json_key(w, "after");
		json_put_span(w, c->cursor);
	}
}

static void put_path_parameters(const struct call *c, struct json_out *w)
{
	for (size_t i = 0; i < c->param_count; i++) {
		char name[64];

		snprintf(name, sizeof(name), "%.*s", (int)strcspn(c->param_names[i], ":}"),
		    c->param_names[i]);
		json_key(w, name);
		json_put_span(w, c->params[i]);
	}
}

struct span call_command_json(struct call *c)
{
	struct span if_match = call_header(c, "if-match");
	struct span result = {NULL, 0};
	struct buf b;
	struct json_out w;

	buf_init(&b, (size_t)call_settings()->body_bytes_max * 2 + 65536);
	w = json_to(&b);
	json_open(&w, '{');
	put_path_parameters(c, &w);
	json_kv_uuid(&w, "new_id", &c->new_id);
	for (const struct field *f = c->route->query; f != NULL && f->name != NULL; f++) {
		struct span value = call_query(c, f->name);

		if (value.ptr != NULL)
			put_parameter(&w, f, value);
	}
	if (c->route->flags & ROUTE_LIST)
		put_list_parameters(c, &w);
	if (c->route->flags & ROUTE_IF_MATCH && if_match.ptr != NULL) {
		json_key(&w, "if_match");
		json_put_span(&w, if_match);
	}
	json_key(&w, "body");
	if (c->json != NULL)
		json_put_raw(&w, c->body);
	else
		json_put_raw(&w, span_of("{}"));
	json_close(&w, '}');
	if (!b.failed)
		result.ptr = arena_strndup(&c->arena, buf_text(&b), b.len);
	result.len = result.ptr != NULL ? b.len : 0;
	buf_release(&b);
	return result;
}

// ---- lists --------------------------------------------------------------------------------------

static void set_link(struct call *c, const char *cursor)
{
	struct span limit = call_query(c, "limit");
	struct buf link;

	buf_init(&link, 4096);
	buf_printf(&link, "<%.*s?", (int)c->path.len, c->path.ptr);
	for (const struct field *f = c->route->query; f != NULL && f->name != NULL; f++) {
		struct span value = call_query(c, f->name);

		if (value.ptr != NULL)
			buf_printf(&link, "%s=%.*s&", f->name, (int)value.len, value.ptr);
	}
	if (limit.ptr != NULL)
		buf_printf(&link, "limit=%.*s&", (int)limit.len, limit.ptr);
	buf_printf(&link, "after=%s>; rel=\"next\"", cursor);
	if (!link.failed)
		call_set_header(c, "link", buf_text(&link));
	buf_release(&link);
}

// Behind the string whose opening quote is at `at`.
static size_t past_string(struct span s, size_t at)
{
	for (at++; at < s.len && s.ptr[at] != '"'; at++)
		at += s.ptr[at] == '\\';
	return at < s.len ? at + 1 : s.len;
}

// The string that is the value of the member `next` of an object that the database wrote, with its
// quotes; {NULL, 0} when it is null or absent. The page is not parsed: it may have more values than
// json_parse() takes.
static struct span next_of(struct span body)
{
	static const char key[] = "\"next\":";
	unsigned depth = 0;

	for (size_t at = 0, end; at < body.len; at = end) {
		char c = body.ptr[at];

		end = c == '"' ? past_string(body, at) : at + 1;
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		if (depth != 1 || body.len - at < sizeof(key) ||
		    memcmp(body.ptr + at, key, sizeof(key) - 1) != 0)
			continue;
		for (end++; end < body.len && body.ptr[end] == ' '; end++)
			continue;
		if (end < body.len && body.ptr[end] == '"')
			return (struct span){body.ptr + end, past_string(body, end) - end};
		break;
	}
	return (struct span){NULL, 0};
}

void parameters_answer_list(struct call *c, struct span body)
{
	struct span next = next_of(body);
	const struct json *text;
	struct buf cursor, out;
	char why[200];

	if (next.ptr == NULL) {
		call_answer_json(c, 200, body);
		return;
	}
	text = json_parse(&c->arena, next.ptr, next.len, why, sizeof(why));
	ASSERT(text != NULL && text->type == JSON_STRING);
	buf_init(&cursor, 2048);
	buf_init(&out, body.len + 4096);
	cursor_put(&cursor, &c->caller.creator, c->path, text->text);
	set_link(c, buf_text(&cursor));
	buf_put(&out, body.ptr, (size_t)(next.ptr - body.ptr) + 1);
	buf_put(&out, cursor.data, cursor.len);
	next.ptr += next.len - 1;
	buf_put(&out, next.ptr, (size_t)(body.ptr + body.len - next.ptr));
	call_answer_json(c, 200, (struct span){buf_text(&out), out.len});
	buf_release(&out);
	buf_release(&cursor);
}
