// SPDX-License-Identifier: Apache-2.0
//
// Cases: facts that disagree, for a person to decide (sql/functions/cases.sql).
#include "http/call.h"

extern const struct route cases_routes[];

static const char *const states[] = {"open", "resolved", NULL};
static const char *const kinds[] = {"already_redeemed", "superseded", "cancelled", "expired",
    "forfeited", "suspended", "unpaid", "home_delivery", "wrong_event", "wrong_window",
    "not_genuine", "oversold", "unknown_product", "device_fork", "annul_too_late",
    "payment_declined", "amount_differs", "unmatched_payment", "stock_difference", NULL};
static const char *const effects[] = {"refund_due", "ship_from_hub", "accept_loss", "void", NULL};

static const struct field list_query[] = {
    {.name = "state", .type = FIELD_ENUM, .choices = states},
    {.name = "kind", .type = FIELD_ENUM, .choices = kinds},
    {.name = "event_id", .type = FIELD_UUID},
    {.name = "assignee", .type = FIELD_TEXT, .min = 1, .max = 200},
    {.name = "effect", .type = FIELD_ENUM, .choices = effects},
    {0},
};

static const struct field count_query[] = {
    {.name = "event_id", .type = FIELD_UUID},
    {0},
};

static const struct field assign_fields[] = {
    {.name = "assignee",
	.type = FIELD_TEXT,
	.required = true,
	.nullable = true,
	.min = 1,
	.max = 200},
    {0},
};

// Which members an effect needs depends on its kind: case_effect() in the SQL.
static const struct field effect_members[] = {
    {.name = "kind", .type = FIELD_ENUM, .required = true, .choices = effects},
    {.name = "amount", .type = FIELD_MONEY},
    {.name = "order_id", .type = FIELD_UUID},
    {.name = "device_id", .type = FIELD_UUID},
    {.name = "seq", .type = FIELD_INT, .min = 1, .max = INT64_MAX},
    {0},
};

static const struct field resolve_fields[] = {
    {.name = "resolution", .type = FIELD_TEXT, .required = true, .min = 1, .max = 64},
    {.name = "note", .type = FIELD_TEXT, .nullable = true, .min = 0, .max = 2000},
    {.name = "effect", .type = FIELD_OBJECT, .nullable = true, .members = effect_members},
    {0},
};

static const struct db_statement case_list = COMMAND(case_list);
static const struct db_statement case_count = COMMAND(case_count);
static const struct db_statement case_read = COMMAND(case_read);
static const struct db_statement case_assign = COMMAND(case_assign);
static const struct db_statement case_resolve = COMMAND(case_resolve);
static const struct db_statement case_reopen = COMMAND(case_reopen);

const struct route cases_routes[] = {
    {.method = GET,
	.path = "/v1/cases",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_LIST,
	.query = list_query,
	.statement = &case_list},
    {.method = GET,
	.path = "/v1/cases/count",
	.roles = ROLES(ROLE_CREATOR),
	.query = count_query,
	.statement = &case_count},
    {.method = GET,
	.path = "/v1/cases/{case}",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &case_read},
    {.method = POST,
	.path = "/v1/cases/{case}/assign",
	.roles = ROLES(ROLE_CREATOR),
	.body = assign_fields,
	.statement = &case_assign},
    {.method = POST,
	.path = "/v1/cases/{case}/resolve",
	.roles = ROLES(ROLE_CREATOR),
	.body = resolve_fields,
	.statement = &case_resolve},
    {.method = POST,
	.path = "/v1/cases/{case}/reopen",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &case_reopen},
    {0},
};
