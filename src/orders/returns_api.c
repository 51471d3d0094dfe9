// SPDX-License-Identifier: Apache-2.0
//
// Routes of returns and repairs. What they do, and the diagram of their states, is in
// sql/functions/returns.sql.

#include "http/field.h"
#include "http/route.h"

static const struct db_statement return_create = COMMAND(return_create);
static const struct db_statement return_list = COMMAND(return_list);
static const struct db_statement return_list_hub = COMMAND(return_list_hub);
static const struct db_statement return_read = COMMAND(return_read);
static const struct db_statement return_decline = COMMAND(return_decline);
static const struct db_statement return_receive = COMMAND(return_receive);
static const struct db_statement return_settle = COMMAND(return_settle);

static const char *const kinds[] = {"return", "repair", NULL};
static const char *const reasons[] = {
    "damaged", "wrong_item", "unwanted", "defective", "other", NULL};
static const char *const outcomes[] = {"restocked", "repaired", "written_off", NULL};
static const char *const states[] = {
    "requested", "received", "restocked", "repaired", "written_off", "declined", NULL};

// One of the two ids: the database sees to that.
static const struct field return_body[] = {
    {.name = "order_id", .type = FIELD_UUID, .nullable = true},
    {.name = "token_id", .type = FIELD_UUID, .nullable = true},
    {.name = "sku", .type = FIELD_TEXT, .required = true, .min = 1, .max = 64},
    {.name = "quantity", .type = FIELD_INT, .required = true, .min = 1, .max = 10000},
    {.name = "kind", .type = FIELD_ENUM, .required = true, .choices = kinds},
    {.name = "reason", .type = FIELD_ENUM, .required = true, .choices = reasons},
    {0},
};
static const struct field settle_body[] = {
    {.name = "outcome", .type = FIELD_ENUM, .required = true, .choices = outcomes},
    {0},
};
static const struct field list_query[] = {
    {.name = "state", .type = FIELD_ENUM, .choices = states},
    {0},
};

#define HUB_WORKERS ROLES(ROLE_CREATOR | ROLE_PARTNER)

const struct route returns_routes[] = {
    {.method = POST,
	.path = "/v1/returns",
	.roles = ROLES(ROLE_CREATOR),
	.body = return_body,
	.statement = &return_create},
    {.method = GET,
	.path = "/v1/returns",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_LIST,
	.query = list_query,
	.statement = &return_list},
    {.method = GET,
	.path = "/v1/returns/{return}",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &return_read},
    {.method = POST,
	.path = "/v1/returns/{return}/decline",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &return_decline},
    {.method = GET,
	.path = "/v1/hubs/{hub}/returns",
	.roles = HUB_WORKERS,
	.flags = ROUTE_LIST,
	.statement = &return_list_hub},
    {.method = POST,
	.path = "/v1/hubs/{hub}/returns/{return}/receive",
	.roles = HUB_WORKERS,
	.statement = &return_receive},
    {.method = POST,
	.path = "/v1/hubs/{hub}/returns/{return}/settle",
	.roles = HUB_WORKERS,
	.body = settle_body,
	.statement = &return_settle},
    {0},
};
