// SPDX-License-Identifier: Apache-2.0
//
// Reading the ledger, and taking back what a person wrote about an entry, which never was in it. `after` is
// an index and no opaque cursor: a reader keeps the last index it saw and comes back with it, whenever it
// likes. So this is no ROUTE_LIST.
#include <stdio.h>
#include <string.h>

#include "http/call.h"

extern const struct route ledger_routes[];

static const struct field page_parameters[] = {
    {.name = "after", .type = FIELD_INT, .min = 0, .max = INT64_C(1) << 53},
    {.name = "limit", .type = FIELD_INT, .min = 1, .max = 1000},
    {0},
};

// The body goes out as it is, entries byte for byte; its last member is `next`, a number or null.
static void render_page(struct call *c, const struct db_row *row)
{
	struct span body = db_text(row, 1), limit = call_query(c, "limit");
	const char *colon = memrchr(body.ptr, ':', body.len);
	char link[128];

	ASSERT(colon != NULL && body.ptr[body.len - 1] == '}');
	if (colon[1] != 'n') {
		snprintf(link, sizeof(link), "</v1/ledger?after=%.*s%s%.*s>; rel=\"next\"",
		    (int)(body.ptr + body.len - colon - 2), colon + 1,
		    limit.ptr != NULL ? "&limit=" : "", (int)limit.len,
		    limit.ptr != NULL ? limit.ptr : "");
		call_set_header(c, "link", link);
	}
	call_answer_json(c, (int)db_int(row, 0), body);
}

static const struct field redact_fields[] = {
    {.name = "reason", .type = FIELD_TEXT, .required = true, .min = 1, .max = 200},
    {0},
};

static const struct db_statement ledger_page = COMMAND(ledger_page);
static const struct db_statement entry_redact = COMMAND(entry_redact);

const struct route ledger_routes[] = {
    {.method = GET,
	.path = "/v1/ledger",
	.roles = ROLES(ROLE_CREATOR),
	.query = page_parameters,
	.statement = &ledger_page,
	.render = render_page},
    {.method = POST,
	.path = "/v1/ledger/{index:text}/redact",
	.roles = ROLES(ROLE_CREATOR),
	.body = redact_fields,
	.statement = &entry_redact},
    {0},
};
