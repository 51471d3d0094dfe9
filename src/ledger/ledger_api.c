// SPDX-License-Identifier: Apache-2.0
//
// Reading the ledger. `after` is an index and no opaque cursor: a reader keeps the last index it saw
// and comes back with it, whenever it likes. So this is no ROUTE_LIST.
#include "http/call.h"

extern const struct route ledger_routes[];

static const struct field page_parameters[] = {
    {.name = "after", .type = FIELD_INT, .min = 0, .max = INT64_C(1) << 53},
    {.name = "limit", .type = FIELD_INT, .min = 1, .max = 1000},
    {0},
};

static const struct db_statement ledger_page = COMMAND(ledger_page);

const struct route ledger_routes[] = {
    {.method = GET, .path = "/v1/ledger", .roles = ROLES(ROLE_CREATOR), .query = page_parameters,
	.statement = &ledger_page},
    {0},
};
