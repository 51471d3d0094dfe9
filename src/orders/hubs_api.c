// SPDX-License-Identifier: Apache-2.0
//
// Routes of hubs: what they are, what lies there, outages and waves, goods between them. What they do is
// in sql/functions: hubs.sql, stock.sql, outages.sql and transfers.sql.

#include "http/field.h"
#include "http/route.h"

// ---- hubs ---------------------------------------------------------------------------------------

static const struct db_statement hub_create = COMMAND(hub_create);
static const struct db_statement hub_list = COMMAND(hub_list);
static const struct db_statement hub_read = COMMAND(hub_read);
static const struct db_statement hub_update = COMMAND(hub_update);
static const struct db_statement hub_history = COMMAND(hub_history);

static const char *const kinds[] = {"micro_hub", "warehouse", "venue", NULL};

#define CLOCK .type = FIELD_TEXT, .required = true, .min = 5, .max = 5
#define WEEKDAY .name = "weekday", .type = FIELD_INT, .required = true, .min = 1, .max = 7

static const struct field cut_off[] = {
    {WEEKDAY}, // Monday is 1
    {.name = "at", CLOCK},
    {0},
};
static const struct field cut_off_element[] = {{.type = FIELD_OBJECT, .members = cut_off}, {0}};
static const struct field hours[] = {
    {WEEKDAY},
    {.name = "from", CLOCK},
    {.name = "until", CLOCK},
    {0},
};
static const struct field hours_element[] = {{.type = FIELD_OBJECT, .members = hours}, {0}};

static const struct field clock_element[] = {{.type = FIELD_TEXT, .min = 5, .max = 5}, {0}};
static const struct field window[] = {
    {.name = "from", CLOCK},
    {.name = "until", CLOCK},
    {0},
};
static const struct field window_element[] = {{.type = FIELD_OBJECT, .members = window}, {0}};
static const struct field exception[] = {
    {.name = "date", .type = FIELD_TEXT, .required = true, .min = 10, .max = 10},
    {.name = "cut_offs", .type = FIELD_ARRAY, .max = 8, .members = clock_element},
    {.name = "opening_hours", .type = FIELD_ARRAY, .max = 8, .members = window_element},
    {0},
};
static const struct field exception_element[] = {{.type = FIELD_OBJECT, .members = exception}, {0}};

#define NAME .name = "name", .type = FIELD_TEXT, .min = 1, .max = 200
#define KIND .name = "kind", .type = FIELD_ENUM, .choices = kinds
#define LAT .name = "lat", .type = FIELD_NUMBER, .min = -90, .max = 90
#define LON .name = "lon", .type = FIELD_NUMBER, .min = -180, .max = 180
#define CUT_OFFS                                                                                   \
	.name = "cut_offs", .type = FIELD_ARRAY, .min = 1, .max = 56, .members = cut_off_element
#define CAPACITY .name = "capacity", .type = FIELD_INT, .min = 1, .max = 100000
#define COST_MAX 1000000000000

// What a hub may have beside what it must have.
#define HUB_OPTIONS                                                                                \
	{.name = "day_capacity", .type = FIELD_INT, .nullable = true, .min = 1, .max = 1000000},   \
	    {.name = "list_size", .type = FIELD_INT, .nullable = true, .min = 1, .max = 200},      \
	    {.name = "handling_minutes", .type = FIELD_INT, .min = 0, .max = 10080},               \
	    {.name = "radius_km", .type = FIELD_NUMBER, .nullable = true, .min = 0, .max = 21000}, \
	    {.name = "opening_hours", .type = FIELD_ARRAY, .max = 56, .members = hours_element},   \
	    {.name = "exceptions", .type = FIELD_ARRAY, .max = 100, .members = exception_element}, \
	    {.name = "partner_id", .type = FIELD_UUID, .nullable = true},                          \
	    {.name = "event_id", .type = FIELD_UUID, .nullable = true},                            \
	    {.name = "active", .type = FIELD_BOOL},                                                \
	    {.name = "cost_per_order", .type = FIELD_INT, .min = 0, .max = COST_MAX},              \
	{                                                                                          \
		.name = "cost_per_km", .type = FIELD_INT, .min = 0, .max = COST_MAX                \
	}

static const struct field hub_body[] = {
    {NAME, .required = true},
    {KIND, .required = true},
    {LAT, .required = true},
    {LON, .required = true},
    {.name = "time_zone", .type = FIELD_ZONE, .required = true},
    {CUT_OFFS, .required = true},
    {CAPACITY, .required = true},
    HUB_OPTIONS,
    {0},
};
static const struct field hub_patch[] = {
    {NAME},
    {KIND},
    {LAT},
    {LON},
    {.name = "time_zone", .type = FIELD_ZONE},
    {CUT_OFFS},
    {CAPACITY},
    HUB_OPTIONS,
    {0},
};

static const struct field history_query[] = {
    {.name = "sku", .type = FIELD_TEXT, .min = 1, .max = 64},
    {0},
};

// ---- outages and waves --------------------------------------------------------------------------

static const struct db_statement hub_outage = COMMAND(hub_outage);
static const struct db_statement hub_resume = COMMAND(hub_resume);
static const struct db_statement wave_list = COMMAND(wave_list);
static const struct db_statement wave_cancel = COMMAND(wave_cancel);

static const struct field outage_body[] = {
    {.name = "reason", .type = FIELD_TEXT, .required = true, .min = 1, .max = 200},
    {0},
};

// ---- stock --------------------------------------------------------------------------------------

static const struct db_statement stock_set = COMMAND(stock_set);
static const struct db_statement stock_receive = COMMAND(stock_receive);
static const struct db_statement stock_adjust = COMMAND(stock_adjust);
static const struct db_statement stock_list = COMMAND(stock_list);

#define UNITS_MAX 10000000 // of one move
static const char *const adjust_reasons[] = {
    "found", "lost", "damaged", "stolen", "sample", "correction", NULL};

static const struct field stock_body[] = {
    {.name = "on_hand", .type = FIELD_INT, .required = true, .min = 0, .max = 1000000000},
    {.name = "safety", .type = FIELD_INT, .min = 0, .max = 1000000000},
    {.name = "bin", .type = FIELD_TEXT, .nullable = true, .min = 1, .max = 32},
    {0},
};
static const struct field receive_body[] = {
    {.name = "quantity", .type = FIELD_INT, .required = true, .min = 1, .max = UNITS_MAX},
    {.name = "reference", .type = FIELD_TEXT, .nullable = true, .min = 1, .max = 100},
    {0},
};
static const struct field adjust_body[] = {
    {.name = "by", .type = FIELD_INT, .required = true, .min = -UNITS_MAX, .max = UNITS_MAX},
    {.name = "reason", .type = FIELD_ENUM, .required = true, .choices = adjust_reasons},
    {0},
};

// ---- transfers ----------------------------------------------------------------------------------

static const struct db_statement transfer_create = COMMAND(transfer_create);
static const struct db_statement transfer_list = COMMAND(transfer_list);
static const struct db_statement transfer_read = COMMAND(transfer_read);
static const struct db_statement transfer_receive = COMMAND(transfer_receive);
static const struct db_statement transfer_cancel = COMMAND(transfer_cancel);

#define LINES_MAX 200

static const struct field sent_line[] = {
    {.name = "sku", .type = FIELD_TEXT, .required = true, .min = 1, .max = 64},
    {.name = "quantity", .type = FIELD_INT, .required = true, .min = 1, .max = UNITS_MAX},
    {0},
};
static const struct field sent_line_element[] = {{.type = FIELD_OBJECT, .members = sent_line}, {0}};
static const struct field came_line[] = {
    {.name = "sku", .type = FIELD_TEXT, .required = true, .min = 1, .max = 64},
    {.name = "quantity", .type = FIELD_INT, .required = true, .min = 0, .max = UNITS_MAX},
    {0},
};
static const struct field came_line_element[] = {{.type = FIELD_OBJECT, .members = came_line}, {0}};

static const struct field transfer_body[] = {
    {.name = "from_hub_id", .type = FIELD_UUID, .required = true},
    {.name = "to_hub_id", .type = FIELD_UUID, .required = true},
    {.name = "lines",
	.type = FIELD_ARRAY,
	.required = true,
	.min = 1,
	.max = LINES_MAX,
	.members = sent_line_element},
    {0},
};
static const struct field transfer_came[] = {
    {.name = "lines",
	.type = FIELD_ARRAY,
	.min = 1,
	.max = LINES_MAX,
	.members = came_line_element},
    {0},
};

// ---- routes -------------------------------------------------------------------------------------

#define HUB_WORKERS ROLES(ROLE_CREATOR | ROLE_PARTNER)
#define CREATOR ROLES(ROLE_CREATOR)

const struct route hubs_routes[] = {
    {.method = POST,
	.path = "/v1/hubs",
	.roles = CREATOR,
	.body = hub_body,
	.statement = &hub_create},
    {.method = GET,
	.path = "/v1/hubs",
	.roles = CREATOR,
	.flags = ROUTE_LIST,
	.statement = &hub_list},
    {.method = GET, .path = "/v1/hubs/{hub}", .roles = HUB_WORKERS, .statement = &hub_read},
    {.method = PATCH,
	.path = "/v1/hubs/{hub}",
	.roles = CREATOR,
	.flags = ROUTE_IF_MATCH,
	.body = hub_patch,
	.statement = &hub_update},
    {.method = GET,
	.path = "/v1/hubs/{hub}/history",
	.roles = HUB_WORKERS,
	.flags = ROUTE_LIST,
	.query = history_query,
	.statement = &hub_history},
    {.method = POST,
	.path = "/v1/hubs/{hub}/outage",
	.roles = HUB_WORKERS,
	.body = outage_body,
	.statement = &hub_outage},
    {.method = POST,
	.path = "/v1/hubs/{hub}/resume",
	.roles = HUB_WORKERS,
	.statement = &hub_resume},
    {.method = GET,
	.path = "/v1/hubs/{hub}/waves",
	.roles = HUB_WORKERS,
	.flags = ROUTE_LIST,
	.statement = &wave_list},
    {.method = POST,
	.path = "/v1/hubs/{hub}/waves/{wave}/cancel",
	.roles = HUB_WORKERS,
	.statement = &wave_cancel},
    {.method = PUT,
	.path = "/v1/hubs/{hub}/stock/{sku:text}",
	.roles = HUB_WORKERS,
	.flags = ROUTE_IF_MATCH,
	.body = stock_body,
	.statement = &stock_set},
    {.method = POST,
	.path = "/v1/hubs/{hub}/stock/{sku:text}/receive",
	.roles = HUB_WORKERS,
	.body = receive_body,
	.statement = &stock_receive},
    {.method = POST,
	.path = "/v1/hubs/{hub}/stock/{sku:text}/adjust",
	.roles = HUB_WORKERS,
	.body = adjust_body,
	.statement = &stock_adjust},
    {.method = GET,
	.path = "/v1/hubs/{hub}/stock",
	.roles = HUB_WORKERS,
	.flags = ROUTE_LIST,
	.statement = &stock_list},
    {.method = GET,
	.path = "/v1/hubs/{hub}/transfers",
	.roles = HUB_WORKERS,
	.flags = ROUTE_LIST,
	.statement = &transfer_list},
    {.method = POST,
	.path = "/v1/hubs/{hub}/transfers/{transfer}/receive",
	.roles = HUB_WORKERS,
	.body = transfer_came,
	.statement = &transfer_receive},
    {.method = POST,
	.path = "/v1/transfers",
	.roles = CREATOR,
	.body = transfer_body,
	.statement = &transfer_create},
    {.method = GET,
	.path = "/v1/transfers/{transfer}",
	.roles = CREATOR,
	.statement = &transfer_read},
    {.method = POST,
	.path = "/v1/transfers/{transfer}/cancel",
	.roles = CREATOR,
	.statement = &transfer_cancel},
    {0},
};
