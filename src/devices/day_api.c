// SPDX-License-Identifier: Apache-2.0
//
// A day at a venue, for its creator: checklists, incidents, notes, stock, and the reconciliation of money
// (sql/functions/day.sql).
#include "http/call.h"

extern const struct route day_routes[];

// ---- checklists ---------------------------------------------------------------------------------

static const struct field item_members[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .min = 1, .max = 32},
    {.name = "title", .type = FIELD_TEXT, .required = true, .min = 1, .max = 200},
    {0},
};
static const struct field item_element[] = {
    {.name = "", .type = FIELD_OBJECT, .members = item_members},
    {0},
};
static const struct field checklist_fields[] = {
    {.name = "title", .type = FIELD_TEXT, .required = true, .min = 1, .max = 200},
    {.name = "items",
	.type = FIELD_ARRAY,
	.required = true,
	.min = 1,
	.max = 200,
	.members = item_element},
    {0},
};

static const struct field resolve_fields[] = {
    {.name = "note", .type = FIELD_TEXT, .nullable = true, .min = 0, .max = 2000},
    {0},
};

static const struct field escalate_fields[] = {
    {.name = "to", .type = FIELD_TEXT, .nullable = true, .min = 1, .max = 200},
    {0},
};

static const char *const yes_or_no[] = {"true", "false", NULL};
static const struct field incident_query[] = {
    {.name = "escalated", .type = FIELD_ENUM, .choices = yes_or_no},
    {0},
};

// ---- money --------------------------------------------------------------------------------------

static const char *const formats[] = {"json", "csv", NULL};
static const struct field reconciliation_query[] = {
    {.name = "day", .type = FIELD_TEXT, .min = 10, .max = 10},
    {.name = "format", .type = FIELD_ENUM, .choices = formats},
    {0},
};

// JSON begins with a brace, the CSV with its header.
static void render_reconciliation(struct call *c, const struct db_row *row)
{
	struct span body = db_text(row, 1);

	call_answer_json(c, (int)db_int(row, 0), body);
	if (body.len > 0 && body.ptr[0] != '{')
		c->content_type = "text/csv; charset=utf-8; header=present";
}

// ---- the table ----------------------------------------------------------------------------------

static const struct db_statement checklist_put = COMMAND(checklist_put);
static const struct db_statement checklist_list = COMMAND(checklist_list);
static const struct db_statement incident_list = COMMAND(incident_list);
static const struct db_statement incident_acknowledge = COMMAND(incident_acknowledge);
static const struct db_statement incident_escalate = COMMAND(incident_escalate);
static const struct db_statement incident_resolve = COMMAND(incident_resolve);
static const struct db_statement note_list = COMMAND(note_list);
static const struct db_statement venue_stock_read = COMMAND(venue_stock_read);
static const struct db_statement reconciliation_read = COMMAND(reconciliation_read);

const struct route day_routes[] = {
    {.method = PUT,
	.path = "/v1/events/{event}/checklists/{name:text}",
	.roles = ROLES(ROLE_CREATOR),
	.body = checklist_fields,
	.statement = &checklist_put},
    {.method = GET,
	.path = "/v1/events/{event}/checklists",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &checklist_list},
    {.method = GET,
	.path = "/v1/events/{event}/incidents",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_LIST,
	.query = incident_query,
	.statement = &incident_list},
    {.method = POST,
	.path = "/v1/events/{event}/incidents/{incident}/acknowledge",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &incident_acknowledge},
    {.method = POST,
	.path = "/v1/events/{event}/incidents/{incident}/escalate",
	.roles = ROLES(ROLE_CREATOR),
	.body = escalate_fields,
	.statement = &incident_escalate},
    {.method = POST,
	.path = "/v1/events/{event}/incidents/{incident}/resolve",
	.roles = ROLES(ROLE_CREATOR),
	.body = resolve_fields,
	.statement = &incident_resolve},
    {.method = GET,
	.path = "/v1/events/{event}/notes",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_LIST,
	.statement = &note_list},
    {.method = GET,
	.path = "/v1/events/{event}/venue-stock",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &venue_stock_read},
    {.method = GET,
	.path = "/v1/events/{event}/reconciliation",
	.roles = ROLES(ROLE_CREATOR),
	.query = reconciliation_query,
	.statement = &reconciliation_read,
	.render = render_reconciliation},
    {0},
};
