// SPDX-License-Identifier: Apache-2.0
//
// Routes of hubs, stock and orders. What they do is in sql/functions: hubs.sql, stock.sql,
// routing.sql and orders.sql; placing an order also ranks, in place.c.

#include "http/field.h"
#include "http/route.h"
#include "orders/place.h"

static const struct db_statement hub_create = COMMAND(hub_create);
static const struct db_statement hub_list = COMMAND(hub_list);
static const struct db_statement hub_read = COMMAND(hub_read);
static const struct db_statement hub_update = COMMAND(hub_update);
static const struct db_statement stock_set = COMMAND(stock_set);
static const struct db_statement stock_list = COMMAND(stock_list);
static const struct db_statement order_read = COMMAND(order_read);
static const struct db_statement order_routing = COMMAND(order_routing);

static const char *const kinds[] = {"micro_hub", "warehouse", "venue", NULL};
static const char *const services[] = {"pickup", "same_day", "next_day", "standard", NULL};

// ---- hubs ---------------------------------------------------------------------------------------

static const struct field cut_off[] = {
    {.name = "weekday", .type = FIELD_INT, .required = true, .min = 1, .max = 7}, // Monday is 1
    {.name = "at", .type = FIELD_TEXT, .required = true, .min = 5, .max = 5},
    {0},
};
static const struct field cut_off_element[] = {
    {.name = "", .type = FIELD_OBJECT, .members = cut_off},
    {0},
};

#define CUT_OFFS                                                                                   \
	.name = "cut_offs", .type = FIELD_ARRAY, .min = 1, .max = 56, .members = cut_off_element
#define CAPACITY .name = "capacity", .type = FIELD_INT, .min = 1, .max = 100000
#define HANDLING .name = "handling_minutes", .type = FIELD_INT, .min = 0, .max = 10080
#define RADIUS .name = "radius_km", .type = FIELD_NUMBER, .nullable = true, .min = 0, .max = 21000
#define COST_MAX 1000000000000

static const struct field hub_body[] = {
    {.name = "name", .type = FIELD_TEXT, .required = true, .min = 1, .max = 200},
    {.name = "kind", .type = FIELD_ENUM, .required = true, .choices = kinds},
    {.name = "lat", .type = FIELD_NUMBER, .required = true, .min = -90, .max = 90},
    {.name = "lon", .type = FIELD_NUMBER, .required = true, .min = -180, .max = 180},
    {.name = "time_zone", .type = FIELD_ZONE, .required = true},
    {CUT_OFFS, .required = true},
    {CAPACITY, .required = true},
    {HANDLING},
    {RADIUS},
    {.name = "partner_id", .type = FIELD_UUID, .nullable = true},
    {.name = "event_id", .type = FIELD_UUID, .nullable = true},
    {.name = "active", .type = FIELD_BOOL},
    {.name = "cost_per_order", .type = FIELD_INT, .min = 0, .max = COST_MAX},
    {.name = "cost_per_km", .type = FIELD_INT, .min = 0, .max = COST_MAX},
    {0},
};

static const struct field hub_patch[] = {
    {.name = "name", .type = FIELD_TEXT, .min = 1, .max = 200},
    {.name = "active", .type = FIELD_BOOL},
    {CUT_OFFS},
    {CAPACITY},
    {HANDLING},
    {RADIUS},
    {.name = "partner_id", .type = FIELD_UUID, .nullable = true},
    {0},
};

// ---- stock --------------------------------------------------------------------------------------

static const struct field stock_body[] = {
    {.name = "on_hand", .type = FIELD_INT, .required = true, .min = 0, .max = 1000000000},
    {.name = "safety", .type = FIELD_INT, .min = 0, .max = 1000000000},
    {.name = "bin", .type = FIELD_TEXT, .nullable = true, .min = 1, .max = 32},
    {0},
};

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

#define HUB_READERS (ROLE_CREATOR | ROLE_PARTNER)

const struct route orders_routes[] = {
    {.method = POST,
	.path = "/v1/hubs",
	.roles = ROLES(ROLE_CREATOR),
	.body = hub_body,
	.statement = &hub_create},
    {.method = GET,
	.path = "/v1/hubs",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_LIST,
	.statement = &hub_list},
    {.method = GET, .path = "/v1/hubs/{hub}", .roles = ROLES(HUB_READERS), .statement = &hub_read},
    {.method = PATCH,
	.path = "/v1/hubs/{hub}",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_IF_MATCH,
	.body = hub_patch,
	.statement = &hub_update},
    {.method = PUT,
	.path = "/v1/hubs/{hub}/stock/{sku:text}",
	.roles = ROLES(HUB_READERS),
	.flags = ROUTE_IF_MATCH,
	.body = stock_body,
	.statement = &stock_set},
    {.method = GET,
	.path = "/v1/hubs/{hub}/stock",
	.roles = ROLES(HUB_READERS),
	.flags = ROUTE_LIST,
	.statement = &stock_list},
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
