// SPDX-License-Identifier: Apache-2.0
//
// Finds the row of a request. Tables are given once at start; the look-up is by segments, without
// regular expressions and without allocation.
#ifndef ROADSHOW_ROUTER_H
#define ROADSHOW_ROUTER_H

#include "base/buf.h"
#include "http/route.h"

#define ROUTER_ROUTES_MAX 256

struct route_match {
	const struct route *route; // NULL: see `known`
	bool known;		   // the path exists, but not with this method
	unsigned methods;	   // bits of enum method that the path has
	struct span params[ROUTE_PARAMS_MAX];
	const char *param_names[ROUTE_PARAMS_MAX]; // as in the pattern, ends at '}' or ':'
	size_t param_count;
};

void router_add(const struct route *table); // ended by a row without a path
void router_match(enum method method, struct span path, struct route_match *m);
// Calls `each` for every row.
void router_each(void (*each)(const struct route *r, void *arg), void *arg);
// All distinct statements of the table; returns how many.
size_t router_statements(const struct db_statement **out, size_t max);
// [{"method","path","roles":[…],"idempotency_key":…}] for tests and documentation.
void router_print(struct buf *out);
const char *router_method_name(enum method m);
// Is the parameter's name `name`?
bool router_param_is(const char *pattern_name, const char *name);

#endif
