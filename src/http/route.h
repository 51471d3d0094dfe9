// SPDX-License-Identifier: Apache-2.0
//
// The table of endpoints. A domain's <d>_api.c defines `const struct route <d>_routes[]` (ended by
// a row without a path) and src/domains.c lists it. The same table makes the authorisation tests
// (`roadshowd` prints it with ROADSHOW_PRINT_ROUTES=1) and is compared with docs/openapi.yaml.
#ifndef ROADSHOW_ROUTE_H
#define ROADSHOW_ROUTE_H

#include "base/base.h"
#include "db/db.h"
#include "http/field.h"

enum method { GET, POST, PUT, PATCH, DELETE, METHOD_COUNT };

enum role {
	ROLE_OPERATOR = 1 << 0,
	ROLE_CREATOR = 1 << 1,
	ROLE_STOREFRONT = 1 << 2,
	ROLE_PARTNER = 1 << 3,
	ROLE_DEVICE = 1 << 4, // signed requests, see auth/device.h
	ROLE_PUBLIC = 1 << 5, // anybody, without a key
	ROLE_ENROL = 1 << 6   // a one-time code in the body
};

enum route_flag {
	ROUTE_NO_DATABASE = 1 << 0, // answered by `local`, and too cheap for an address's limit
	ROUTE_RAW_BODY = 1 << 1,    // body is not JSON; `bind` reads call->body
	ROUTE_IF_MATCH = 1 << 2, // If-Match is passed on as p.if_match (428 when `required` there)
	ROUTE_NO_IDEMPOTENCY = 1 << 3, // a POST without Idempotency-Key, with the reason beside it
	ROUTE_LIST = 1 << 4	       // p gets limit and cursor; the answer's "next" becomes Link
};

#define ROUTE_PARAMS_MAX 3
#define ROUTE_BODY_MAX_DEFAULT 0 // the setting body_bytes_max

struct call;

struct route {
	enum method method;
	// "/v1/drops/{drop}/claims"; {x} is a UUID, {x:text} is up to 128 characters, and {x:path}, at
	// the end only, the same with slashes: the rest of the path.
	const char *path;
	unsigned roles; // through ROLES(): zero does not compile
	unsigned flags;
	const struct field *body;  // NULL: no body
	const struct field *query; // NULL: no parameters
	const struct db_statement *statement;
	// Before `bind`, for a route that needs something first. True: go on. False: the call has
	// its problem, or waits until call_resume() (the hook then runs again).
	bool (*prepare)(struct call *c);
	// Fills item->values from the call; NULL: the command convention (see COMMAND). False: the
	// call already has its problem.
	bool (*bind)(struct call *c, struct db_item *item);
	// Makes the answer from the row, or goes on with call_submit(); NULL: the answer convention of
	// COMMAND.
	void (*render)(struct call *c, const struct db_row *row);
	// Answers at once, without the database. Public ones keep to the address's limit unless
	// ROUTE_NO_DATABASE says that they need not.
	void (*local)(struct call *c);
	size_t body_bytes_max;
};

// Roles of a route; a route that nobody may call does not compile.
#define ROLES(mask) ((mask) + 0 * sizeof(char[(mask) != 0 ? 1 : -1]))

// The statement of a command: api.<function>(creator, caller, p) as in sql/functions. Its columns
// are key id, role, subject, request id, Idempotency-Key, body hash and p; result: status, body,
// etag, location, replayed.
#define COMMAND(function)                                                                          \
	{                                                                                          \
		.name = #function,                                                                 \
		.sql = "select (a).status, (a).body, (a).etag, (a).location, (a).replayed from "   \
		       "api." #function                                                            \
		       "($1, row($2, $3, $4, $5, $6, $7)::api.caller, $8::jsonb) as a",            \
		.columns = 7,                                                                      \
		.types = {DB_UUID, DB_TEXT, DB_UUID, DB_UUID, DB_TEXT, DB_BYTEA, DB_JSON},         \
	}

#endif
