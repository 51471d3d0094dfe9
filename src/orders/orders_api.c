// SPDX-License-Identifier: Apache-2.0
//
// Routes of orders and of the policies that route them. What they do is in sql/functions: orders.sql,
// routing.sql, accept.sql and policies.sql; placing an order also
// ranks, in place.c.

#include "http/field.h"
#include "http/route.h"
#include "orders/decide.h"
#include "orders/place.h"

static const struct db_statement order_shown = COMMAND(order_shown);
static const struct db_statement order_routing = COMMAND(order_routing);
static const struct db_statement order_cancel = COMMAND(order_cancel);
static const struct db_statement order_confirm = COMMAND(order_confirm);
static const struct db_statement order_address = COMMAND(order_address);
static const struct db_statement order_route = COMMAND(order_route);
static const struct db_statement route_preview = COMMAND(route_preview);
static const struct db_statement route_policy_read = COMMAND(route_policy_read);
static const struct db_statement route_policy_list = COMMAND(route_policy_list);
static const struct db_statement route_policy_set = COMMAND(route_policy_set);

static const char *const services[] = {"pickup", "same_day", "next_day", "standard", NULL};

// ---- orders -------------------------------------------------------------------------------------

static const struct field sku_element[] = {{.type = FIELD_TEXT, .min = 1, .max = 64}, {0}};
static const struct field order_line[] = {
    {.name = "sku", .type = FIELD_TEXT, .required = true, .min = 1, .max = 64},
    {.name = "quantity", .type = FIELD_INT, .required = true, .min = 1, .max = 10000},
    {.name = "substitutes", .type = FIELD_ARRAY, .min = 1, .max = 5, .members = sku_element},
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

#define ORDER_FIELDS                                                                               \
	{.name = "lines",                                                                          \
	    .type = FIELD_ARRAY,                                                                   \
	    .required = true,                                                                      \
	    .min = 1,                                                                              \
	    .max = DECIDE_LINES_MAX,                                                               \
	    .members = order_line_element},                                                        \
	    {.name = "ship_to", .type = FIELD_OBJECT, .required = true, .members = ship_to},       \
	    {.name = "service", .type = FIELD_ENUM, .required = true, .choices = services},        \
	    {.name = "not_before", .type = FIELD_TIME, .nullable = true},                          \
	{                                                                                          \
		.name = "needed_by", .type = FIELD_TIME, .nullable = true                          \
	}

static const struct field order_body[] = {
    ORDER_FIELDS,
    {.name = "token_id", .type = FIELD_UUID, .nullable = true},
    {.name = "token", .type = FIELD_TEXT, .nullable = true, .min = 1, .max = 8192},
    {.name = "hold_ttl_s", .type = FIELD_INT, .nullable = true, .min = 30, .max = 604800},
    {0},
};

static const struct field payment[] = {
    {.name = "reference", .type = FIELD_TEXT, .required = true, .min = 1, .max = 200},
    {0},
};
static const struct field confirm_body[] = {
    {.name = "payment", .type = FIELD_OBJECT, .required = true, .members = payment},
    {0},
};

// How a storefront key proves that it may.
#define HOLDER                                                                                     \
	{.name = "token", .type = FIELD_TEXT, .nullable = true, .min = 1, .max = 8192},            \
	{                                                                                          \
		.name = "hold_key", .type = FIELD_TEXT, .nullable = true, .min = 1, .max = 64      \
	}

static const struct field cancel_body[] = {
    HOLDER,
    {0},
};
static const struct field address_body[] = {
    {.name = "ship_to", .type = FIELD_OBJECT, .required = true, .members = ship_to},
    HOLDER,
    {0},
};

// ---- policies -----------------------------------------------------------------------------------

#define METRES_MAX 21000000
#define AMOUNT_MAX 1000000000000

static const char *const rules[] = {"event_hub", "promise_met", "fewest_splits",
    "micro_hub_before_warehouse", "closest", "cheapest", "least_loaded", NULL};
static const struct field rule_element[] = {{.type = FIELD_ENUM, .choices = rules}, {0}};

static const struct field band[] = {
    {.name = "up_to_m",
	.type = FIELD_NUMBER,
	.required = true,
	.nullable = true,
	.min = 0,
	.max = METRES_MAX},
    {.name = "days", .type = FIELD_INT, .required = true, .min = 0, .max = 365},
    {0},
};
static const struct field band_element[] = {{.type = FIELD_OBJECT, .members = band}, {0}};
static const struct field travel[] = {
    {.name = "local_m", .type = FIELD_NUMBER, .required = true, .min = 0, .max = METRES_MAX},
    {.name = "local_km_h", .type = FIELD_NUMBER, .required = true, .min = 1, .max = 1000},
    {.name = "local_overhead_s", .type = FIELD_INT, .required = true, .min = 0, .max = 86400},
    {.name = "bands",
	.type = FIELD_ARRAY,
	.required = true,
	.min = 1,
	.max = ROUTE_BANDS_MAX,
	.members = band_element},
    {0},
};
static const struct field policy_body[] = {
    {.name = "rules",
	.type = FIELD_ARRAY,
	.min = 1,
	.max = ROUTE_RULES_MAX,
	.members = rule_element},
    {.name = "distance_max_m", .type = FIELD_NUMBER, .nullable = true, .min = 0, .max = METRES_MAX},
    {.name = "cost_max", .type = FIELD_INT, .nullable = true, .min = 0, .max = AMOUNT_MAX},
    {.name = "shipments_max", .type = FIELD_INT, .min = 1, .max = ROUTE_CANDIDATES_MAX},
    {.name = "split_min_amount", .type = FIELD_INT, .min = 0, .max = AMOUNT_MAX},
    {.name = "partial", .type = FIELD_BOOL},
    {.name = "travel", .type = FIELD_OBJECT, .members = travel},
    {0},
};

static const struct field preview_body[] = {
    ORDER_FIELDS,
    {.name = "policy", .type = FIELD_OBJECT, .members = policy_body},
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
	.statement = &order_shown},
    {.method = GET,
	.path = "/v1/orders/{order}/routing",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &order_routing},
    {.method = POST,
	.path = "/v1/orders/{order}/confirm",
	.roles = ROLES(ROLE_CREATOR),
	.body = confirm_body,
	.statement = &order_confirm},
    {.method = POST,
	.path = "/v1/orders/{order}/cancel",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.body = cancel_body,
	.statement = &order_cancel,
	.bind = cancel_bind},
    {.method = POST,
	.path = "/v1/orders/{order}/address",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.body = address_body,
	.statement = &order_address,
	.prepare = address_prepare,
	.bind = address_bind},
    {.method = POST,
	.path = "/v1/orders/{order}/route",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &order_route,
	.prepare = rest_prepare,
	.bind = ranked_bind},
    {.method = GET,
	.path = "/v1/route/policy",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &route_policy_read},
    {.method = PUT,
	.path = "/v1/route/policy",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_IF_MATCH,
	.body = policy_body,
	.statement = &route_policy_set},
    {.method = GET,
	.path = "/v1/route/policies",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_LIST,
	.statement = &route_policy_list},
    // It changes nothing.
    {.method = POST,
	.path = "/v1/route/preview",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_NO_IDEMPOTENCY,
	.body = preview_body,
	.statement = &route_preview,
	.prepare = place_prepare,
	.bind = ranked_bind},
    {0},
};
