// SPDX-License-Identifier: Apache-2.0
//
// Routes of pick lists. What they do, and the diagram of a list's states, is in
// sql/functions/picking.sql.

#include "base/log.h"
#include "http/call.h"
#include "picking/print.h"

static const struct db_statement picklist_claim = COMMAND(picklist_claim);
static const struct db_statement picklist_list = COMMAND(picklist_list);
static const struct db_statement picklist_read = COMMAND(picklist_read);
static const struct db_statement picklist_heartbeat = COMMAND(picklist_heartbeat);
static const struct db_statement picklist_pick = COMMAND(picklist_pick);
static const struct db_statement picklist_pack = COMMAND(picklist_pack);
static const struct db_statement picklist_hand_over = COMMAND(picklist_hand_over);
static const struct db_statement picklist_reject = COMMAND(picklist_reject);

static const char *const states[] = {
    "open", "claimed", "picking", "picked", "packed", "handed_over", "cancelled", NULL};
static const char *const reasons[] = {
    "capacity", "stock_missing", "damaged", "hub_closed", "other", NULL};

#define FENCING .name = "fencing", .type = FIELD_INT, .required = true, .min = 1, .max = INT64_MAX
#define LEASE .name = "lease_s", .type = FIELD_INT, .min = 1, .max = 3600

static const struct field list_query[] = {
    {.name = "state", .type = FIELD_ENUM, .choices = states},
    {.name = "hub_id", .type = FIELD_UUID},
    {0},
};

static const struct field claim_body[] = {
    {.name = "early", .type = FIELD_BOOL},
    {LEASE},
    {0},
};

static const struct field heartbeat_body[] = {
    {FENCING},
    {LEASE},
    {0},
};

static const struct field substitute[] = {
    {.name = "sku", .type = FIELD_TEXT, .required = true, .min = 1, .max = 64},
    {.name = "quantity", .type = FIELD_INT, .required = true, .min = 1, .max = 10000000},
    {0},
};
static const struct field substitute_element[] = {
    {.name = "", .type = FIELD_OBJECT, .members = substitute},
    {0},
};
static const struct field pick_line[] = {
    {.name = "sku", .type = FIELD_TEXT, .required = true, .min = 1, .max = 64},
    {.name = "picked", .type = FIELD_INT, .required = true, .min = 0, .max = 10000000},
    {.name = "substitutes", .type = FIELD_ARRAY, .min = 1, .max = 5, .members = substitute_element},
    {0},
};
static const struct field pick_line_element[] = {
    {.name = "", .type = FIELD_OBJECT, .members = pick_line},
    {0},
};
static const struct field pick_body[] = {
    {FENCING},
    {.name = "lines",
	.type = FIELD_ARRAY,
	.required = true,
	.min = 1,
	.max = 1000,
	.members = pick_line_element},
    {0},
};

static const struct field parcel[] = {
    {.name = "order_id", .type = FIELD_UUID, .required = true},
    {.name = "weight_g", .type = FIELD_INT, .nullable = true, .min = 1, .max = 1000000},
    {.name = "tracking", .type = FIELD_TEXT, .nullable = true, .min = 1, .max = 100},
    {0},
};
static const struct field parcel_element[] = {
    {.name = "", .type = FIELD_OBJECT, .members = parcel},
    {0},
};
static const struct field pack_body[] = {
    {FENCING},
    {.name = "parcels",
	.type = FIELD_ARRAY,
	.required = true,
	.min = 1,
	.max = 1000,
	.members = parcel_element},
    {0},
};

static const struct field hand_over_body[] = {
    {FENCING},
    {.name = "name", .type = FIELD_TEXT, .required = true, .min = 1, .max = 200},
    {.name = "at", .type = FIELD_TIME},
    {.name = "signature_sha256", .type = FIELD_TEXT, .nullable = true, .min = 64, .max = 64},
    {0},
};

static const struct field reject_body[] = {
    {FENCING},
    {.name = "reason", .type = FIELD_ENUM, .required = true, .choices = reasons},
    {0},
};

// ---- paper --------------------------------------------------------------------------------------

// Answers a list's row as something else than JSON.
static void render_as(struct call *c, const struct db_row *row, const char *type,
    void (*put)(struct buf *out, const struct json *list))
{
	struct span body = db_text(row, 1);
	const struct json *list;
	struct buf out;
	char error[128];

	buf_init(&out, PRINT_BYTES_MAX);
	list = json_parse(&c->arena, body.ptr, body.len, error, sizeof(error));
	if (list)
		put(&out, list);
	if (!list || out.failed) {
		log_error("a pick list could not be printed");
		call_problem(c, 500, "internal_error", "Something went wrong on our side.", NULL);
	} else {
		call_command_headers(c, row);
		call_answer_json(c, (int)db_int(row, 0), (struct span){buf_text(&out), out.len});
		c->content_type = type;
	}
	buf_release(&out);
}

static void render_html(struct call *c, const struct db_row *row)
{
	struct buf policy;

	buf_init(&policy, 256);
	print_policy(&policy);
	call_set_header(c, "content-security-policy", buf_text(&policy));
	buf_release(&policy);
	render_as(c, row, "text/html; charset=utf-8", print_html);
}

static void render_csv(struct call *c, const struct db_row *row)
{
	call_set_header(c, "content-disposition", "attachment; filename=\"picklist.csv\"");
	render_as(c, row, "text/csv; charset=utf-8", print_csv);
}

// ---- routes -------------------------------------------------------------------------------------

#define PICKERS ROLES(ROLE_CREATOR | ROLE_PARTNER)

const struct route picking_routes[] = {
    {.method = POST,
	.path = "/v1/hubs/{hub}/picklists/claim",
	.roles = PICKERS,
	.body = claim_body,
	.statement = &picklist_claim},
    {.method = GET,
	.path = "/v1/picklists",
	.roles = PICKERS,
	.flags = ROUTE_LIST,
	.query = list_query,
	.statement = &picklist_list},
    {.method = GET,
	.path = "/v1/picklists/{picklist}",
	.roles = PICKERS,
	.statement = &picklist_read},
    {.method = GET,
	.path = "/v1/picklists/{picklist}/print",
	.roles = PICKERS,
	.statement = &picklist_read,
	.render = render_html},
    {.method = GET,
	.path = "/v1/picklists/{picklist}/csv",
	.roles = PICKERS,
	.statement = &picklist_read,
	.render = render_csv},
    // Repeating it only extends the lease again.
    {.method = POST,
	.path = "/v1/picklists/{picklist}/heartbeat",
	.roles = PICKERS,
	.flags = ROUTE_NO_IDEMPOTENCY,
	.body = heartbeat_body,
	.statement = &picklist_heartbeat},
    {.method = POST,
	.path = "/v1/picklists/{picklist}/pick",
	.roles = PICKERS,
	.body = pick_body,
	.statement = &picklist_pick},
    {.method = POST,
	.path = "/v1/picklists/{picklist}/pack",
	.roles = PICKERS,
	.body = pack_body,
	.statement = &picklist_pack},
    {.method = POST,
	.path = "/v1/picklists/{picklist}/hand-over",
	.roles = PICKERS,
	.body = hand_over_body,
	.statement = &picklist_hand_over},
    {.method = POST,
	.path = "/v1/picklists/{picklist}/reject",
	.roles = PICKERS,
	.body = reject_body,
	.statement = &picklist_reject},
    {0},
};
