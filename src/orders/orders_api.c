// SPDX-License-Identifier: Apache-2.0
//
// Routes of orders. What they do is in sql/functions: routing.sql and orders.sql; placing an order also
// ranks, in place.c.

#include "http/field.h"
#include "http/route.h"
#include "orders/place.h"

static const struct db_statement order_read = COMMAND(order_read);
static const struct db_statement order_routing = COMMAND(order_routing);

static const char *const services[] = {"pickup", "same_day", "next_day", "standard", NULL};

// ---- orders -------------------------------------------------------------------------------------

static const struct field order_line[] = {
    {.name = "sku", .type = FIELD_TEXT, .required = true, .min = 1, .max = 64},
    {.name = "quantity", .type = FIELD_INT, .required = true, .min = 1, .max = 10000},
    {0},
};
static const struct field order_line_element[] = {
    {.name = "", .type = FIELD_OBJECT, .members = order_line},
    {0},
};
// One pair or the other: place.c sees to that.
static const struct field ship_to[] = {
    {.name = "lat", .type = FIELD_NUMBER, .min = -90, .max = 90},
    {.name = "lon", .type = FIELD_NUMBER, .min = -180, .max = 180},
    {.name = "country", .type = FIELD_TEXT, .min = 2, .max = 2},
    {.name = "postal_code", .type = FIELD_TEXT, .min = 1, .max = 16},
    {0},
};
static const struct field order_body[] = {
    {.name = "lines",
	.type = FIELD_ARRAY,
	.required = true,
	.min = 1,
	.max = 50,
	.members = order_line_element},
    {.name = "ship_to", .type = FIELD_OBJECT, .required = true, .members = ship_to},
    {.name = "service", .type = FIELD_ENUM, .required = true, .choices = services},
    {.name = "not_before", .type = FIELD_TIME, .nullable = true},
    {.name = "needed_by", .type = FIELD_TIME, .nullable = true},
    {.name = "token_id", .type = FIELD_UUID, .nullable = true},
    {.name = "token", .type = FIELD_TEXT, .nullable = true, .min = 1, .max = 8192},
    {0},
};

// ---- routes -------------------------------------------------------------------------------------

const struct route orders_routes[] = {
    {.method = POST,
	.path = "/v1/orders",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.body = order_body,
	.statement = &order_batch_statement,
	.prepare = place_prepare,
	.bind = place_bind,
	.render = place_render},
    {.method = GET,
	.path = "/v1/orders/{order}",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.statement = &order_read},
    {.method = GET,
	.path = "/v1/orders/{order}/routing",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &order_routing},
    {0},
};
