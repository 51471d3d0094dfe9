// SPDX-License-Identifier: Apache-2.0
//
// Events, products and drops: what a creator announces. Claims are in src/tokens: they make tokens.
#include "http/call.h"

extern const struct route drops_routes[];

// ---- events -------------------------------------------------------------------------------------

static const struct field venue_fields[] = {
    {.name = "name", .type = FIELD_TEXT, .required = true, .min = 1, .max = 200},
    {.name = "address", .type = FIELD_TEXT, .nullable = true, .min = 1, .max = 500},
    {.name = "lat", .type = FIELD_NUMBER, .required = true, .min = -90, .max = 90},
    {.name = "lon", .type = FIELD_NUMBER, .required = true, .min = -180, .max = 180},
    {0},
};
static const struct field event_fields[] = {
    {.name = "name", .type = FIELD_TEXT, .required = true, .min = 1, .max = 200},
    {.name = "starts_at", .type = FIELD_TIME, .required = true},
    {.name = "ends_at", .type = FIELD_TIME, .required = true},
    {.name = "time_zone", .type = FIELD_ZONE, .required = true},
    {.name = "venue", .type = FIELD_OBJECT, .required = true, .members = venue_fields},
    {0},
};

static const struct db_statement event_create = COMMAND(event_create);
static const struct db_statement event_list = COMMAND(event_list);
static const struct db_statement event_read = COMMAND(event_read);

// ---- products -----------------------------------------------------------------------------------

static const struct field product_fields[] = {
    {.name = "sku", .type = FIELD_TEXT, .required = true, .min = 1, .max = 64},
    {.name = "title", .type = FIELD_TEXT, .required = true, .min = 1, .max = 200},
    {.name = "price", .type = FIELD_MONEY, .required = true},
    {0},
};

static const struct db_statement product_create = COMMAND(product_create);
static const struct db_statement product_list = COMMAND(product_list);

// ---- drops --------------------------------------------------------------------------------------

static const char *const drop_modes[] = {"fcfs", "draw", NULL};
static const struct field drop_fields[] = {
    {.name = "event_id", .type = FIELD_UUID, .required = true},
    {.name = "sku", .type = FIELD_TEXT, .required = true, .min = 1, .max = 64},
    {.name = "quantity", .type = FIELD_INT, .required = true, .min = 1, .max = 1000000},
    {.name = "tokenized", .type = FIELD_INT, .required = true, .min = 0, .max = 1000000},
    {.name = "mode", .type = FIELD_ENUM, .required = true, .choices = drop_modes},
    {.name = "opens_at", .type = FIELD_TIME, .required = true},
    {.name = "closes_at", .type = FIELD_TIME, .required = true},
    {.name = "per_person", .type = FIELD_INT, .required = true, .min = 1, .max = 20},
    {.name = "hold_ttl_s", .type = FIELD_INT, .nullable = true, .min = 30, .max = 604800},
    {.name = "deposit", .type = FIELD_MONEY, .nullable = true},
    {.name = "pickup_from", .type = FIELD_TIME, .nullable = true},
    {.name = "pickup_until", .type = FIELD_TIME, .nullable = true},
    {0},
};
static const struct field drop_filters[] = {
    {.name = "event_id", .type = FIELD_UUID},
    {0},
};

static const struct db_statement drop_create = COMMAND(drop_create);
static const struct db_statement drop_list = COMMAND(drop_list);
static const struct db_statement drop_read = COMMAND(drop_read);

// ---- the table ----------------------------------------------------------------------------------

const struct route drops_routes[] = {
    {.method = POST,
	.path = "/v1/events",
	.roles = ROLES(ROLE_CREATOR),
	.body = event_fields,
	.statement = &event_create},
    {.method = GET,
	.path = "/v1/events",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_LIST,
	.statement = &event_list},
    {.method = GET,
	.path = "/v1/events/{event}",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &event_read},
    {.method = POST,
	.path = "/v1/products",
	.roles = ROLES(ROLE_CREATOR),
	.body = product_fields,
	.statement = &product_create},
    {.method = GET,
	.path = "/v1/products",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_LIST,
	.statement = &product_list},
    {.method = POST,
	.path = "/v1/drops",
	.roles = ROLES(ROLE_CREATOR),
	.body = drop_fields,
	.statement = &drop_create},
    {.method = GET,
	.path = "/v1/drops",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_LIST,
	.query = drop_filters,
	.statement = &drop_list},
    {.method = GET,
	.path = "/v1/drops/{drop}",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.statement = &drop_read},
    {0},
};
