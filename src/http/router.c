// SPDX-License-Identifier: Apache-2.0
//
// Patterns are compared segment by segment with the path. A parameter's shape is part of the match
// only for UUIDs that are none: such a path exists, and its object is unknown (404). A tail,
// {x:path}, is the pattern's last segment and takes the rest of the path, slashes included.
//
// Most patterns are ruled out by their shape, which is noted when they are added: the text before the
// first parameter, and the number of slashes.
#include "http/router.h"

#include <string.h>

#include "http/call.h"
#include "json/json.h"

#define TEXT_PARAM_MAX 128

static struct row {
	const struct route *route;
	size_t literal; // bytes before the first parameter
	size_t slashes;
	bool tail; // there may be more of them
} rows[ROUTER_ROUTES_MAX];
static size_t row_count;

static size_t slashes_in(struct span path)
{
	size_t n = 0;

	for (size_t i = 0; i < path.len; i++)
		n += path.ptr[i] == '/';
	return n;
}

void router_add(const struct route *table)
{
	for (const struct route *r = table; r->path != NULL; r++) {
		ASSERT(row_count < ROUTER_ROUTES_MAX);
		rows[row_count++] = (struct row){
		    .route = r,
		    .literal = strcspn(r->path, "{"),
		    .slashes = slashes_in(span_of(r->path)),
		    .tail = strstr(r->path, ":path}") != NULL,
		};
	}
}

void router_each(void (*each)(const struct route *r, void *arg), void *arg)
{
	for (size_t i = 0; i < row_count; i++)
		each(rows[i].route, arg);
}

// The segment that starts at *at (after its slash); moves *at behind it.
static struct span segment(const char **at, const char *end)
{
	const char *from = *at;
	const char *slash = memchr(from, '/', (size_t)(end - from));

	*at = slash != NULL ? slash + 1 : end + 1;
	return (struct span){from, (size_t)((slash != NULL ? slash : end) - from)};
}

static bool is_tail(struct span pattern)
{
	static const char ending[] = ":path}";
	size_t len = sizeof(ending) - 1;

	return pattern.len > len && pattern.ptr[0] == '{' &&
	       memcmp(pattern.ptr + pattern.len - len, ending, len) == 0;
}

static bool take_param(struct span pattern, struct span value, struct route_match *m)
{
	bool text = memchr(pattern.ptr, ':', pattern.len) != NULL;
	struct uuid ignored;

	if (value.len == 0 || value.len > TEXT_PARAM_MAX)
		return false;
	if (!text && !uuid_parse(value, &ignored))
		return false;
	ASSERT(m->param_count < ROUTE_PARAMS_MAX);
	m->param_names[m->param_count] = pattern.ptr + 1;
	m->params[m->param_count++] = value;
	return true;
}

static bool matches(const char *pattern, struct span path, struct route_match *m)
{
	const char *p = pattern + 1, *p_end = pattern + strlen(pattern);
	const char *v = path.ptr + 1, *v_end = path.ptr + path.len;

	m->param_count = 0;
	if (path.len == 0 || path.ptr[0] != '/')
		return false;
	while (p <= p_end && v <= v_end) {
		struct span want = segment(&p, p_end), got = segment(&v, v_end);

		if (is_tail(want)) {
			ASSERT(p > p_end);
			return take_param(
			    want, (struct span){got.ptr, (size_t)(v_end - got.ptr)}, m);
		}
		if (want.len > 0 && want.ptr[0] == '{') {
			if (!take_param(want, got, m))
				return false;
		} else if (want.len != got.len || memcmp(want.ptr, got.ptr, want.len) != 0) {
			return false;
		}
	}
	return p > p_end && v > v_end;
}

static bool may_match(const struct row *row, struct span path, size_t slashes)
{
	ASSERT(row->route != NULL); // as of every row below row_count
	return (row->slashes == slashes || (row->tail && row->slashes < slashes)) &&
	       path.len >= row->literal && memcmp(path.ptr, row->route->path, row->literal) == 0;
}

void router_match(enum method method, struct span path, struct route_match *m)
{
	size_t slashes = slashes_in(path);

	memset(m, 0, sizeof(*m));
	for (size_t i = 0; i < row_count && m->route == NULL; i++)
		if (rows[i].route->method == method && may_match(&rows[i], path, slashes) &&
		    matches(rows[i].route->path, path, m))
			m->route = rows[i].route;
	m->known = m->route != NULL;
	for (size_t i = 0; i < row_count && m->route == NULL; i++) {
		if (may_match(&rows[i], path, slashes) && matches(rows[i].route->path, path, m)) {
			m->known = true;
			m->methods |= 1u << rows[i].route->method;
		}
	}
}

size_t router_statements(const struct db_statement **out, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < row_count; i++) {
		const struct db_statement *st = rows[i].route->statement;
		bool seen = st == NULL;

		for (size_t k = 0; k < n && !seen; k++)
			seen = out[k] == st;
		if (seen)
			continue;
		ASSERT(n < max);
		out[n++] = st;
	}
	return n;
}

const char *router_method_name(enum method m)
{
	static const char *const names[] = {
	    [GET] = "GET", [POST] = "POST", [PUT] = "PUT", [PATCH] = "PATCH", [DELETE] = "DELETE"};

	return names[m];
}

bool router_param_is(const char *pattern_name, const char *name)
{
	size_t len = strcspn(pattern_name, ":}");

	return strlen(name) == len && memcmp(pattern_name, name, len) == 0;
}

static void print_row(const struct route *r, void *arg)
{
	struct json_out *w = arg;

	json_open(w, '{');
	json_kv_text(w, "method", router_method_name(r->method));
	json_kv_text(w, "path", r->path);
	json_key(w, "roles");
	json_open(w, '[');
	for (unsigned bit = 1; bit <= ROLE_ENROL; bit <<= 1)
		if (r->roles & bit)
			json_put_text(w, call_role_name((enum role)bit));
	json_close(w, ']');
	json_key(w, "idempotency_key");
	json_put_bool(w, r->method == POST && !(r->flags & ROUTE_NO_IDEMPOTENCY));
	json_close(w, '}');
}

void router_print(struct buf *out)
{
	struct json_out w = json_to(out);

	json_open(&w, '[');
	router_each(print_row, &w);
	json_close(&w, ']');
}
