// SPDX-License-Identifier: Apache-2.0
//
// Routes of what an event leaves over. What they do is in sql/functions/residuals.sql.

#include "http/field.h"
#include "http/route.h"

static const struct db_statement residual_read = COMMAND(residual_read);
static const struct db_statement residual_move = COMMAND(residual_move);

static const char *const sources[] = {"drop", "hub", NULL};
static const char *const targets[] = {"hub", "drop", "resale", NULL};

#define MOVES_MAX 500

// `reason` is taken, so that a proposal may be sent back as it is.
static const struct field move[] = {
    {.name = "from_kind", .type = FIELD_ENUM, .required = true, .choices = sources},
    {.name = "from_id", .type = FIELD_UUID, .required = true},
    {.name = "sku", .type = FIELD_TEXT, .required = true, .min = 1, .max = 64},
    {.name = "quantity", .type = FIELD_INT, .required = true, .min = 1, .max = 1000000},
    {.name = "to_kind", .type = FIELD_ENUM, .required = true, .choices = targets},
    {.name = "to_id", .type = FIELD_UUID, .nullable = true},
    {.name = "reason", .type = FIELD_TEXT, .nullable = true, .min = 1, .max = 32},
    {0},
};
static const struct field move_element[] = {{.type = FIELD_OBJECT, .members = move}, {0}};
static const struct field residual_body[] = {
    {.name = "moves",
	.type = FIELD_ARRAY,
	.required = true,
	.min = 1,
	.max = MOVES_MAX,
	.members = move_element},
    {0},
};

const struct route residuals_routes[] = {
    {.method = GET,
	.path = "/v1/events/{event}/residual",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &residual_read},
    {.method = POST,
	.path = "/v1/events/{event}/residual",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_IF_MATCH,
	.body = residual_body,
	.statement = &residual_move},
    {0},
};
