// SPDX-License-Identifier: Apache-2.0
//
// What operators and machines ask of the service itself: alive, ready, counters, the API document.
#include "http/ops_api.h"

#include <string.h>

#include "base/shm.h"
#include "http/call.h"

#define JANITOR_LAG_MAX_S 60

// The document is made by script/openapi and lives in the executable: a worker sits in a chroot.
__asm__(".section .rodata\n"
	".global openapi_json, openapi_json_end\n"
	"openapi_json: .incbin \"docs/openapi.json\"\n"
	"openapi_json_end:\n"
	".byte 0\n"
	".previous\n");
extern const char openapi_json[], openapi_json_end[];

static void livez(struct call *c)
{
	if (shm_draining())
		call_problem(c, 503, "draining", "This instance is shutting down.", NULL);
	else
		call_answer_json(c, 200, span_of("{\"status\":\"ok\"}"));
}

static void metrics(struct call *c)
{
	call_answer_json(c, 200, span_of(""));
	shm_render_metrics(&c->out);
	c->content_type = "text/plain; version=0.0.4; charset=utf-8";
}

static void openapi(struct call *c)
{
	call_set_header(c, "cache-control", "public, max-age=300");
	call_answer_json(
	    c, 200, (struct span){openapi_json, (size_t)(openapi_json_end - openapi_json)});
}

static bool bind_nothing(struct call *c, struct db_item *item)
{
	(void)item;
	if (!shm_draining())
		return true;
	call_problem(c, 503, "draining", "This instance is shutting down.", NULL);
	return false;
}

// Ready: the database answers and knows our schema. A janitor that is behind is told, but does not
// take the instance out of service: claims and scans go on without it. Nor does a log that is not
// signed because it would contradict itself.
static void readyz(struct call *c, const struct db_row *row)
{
	struct json_out w = json_to(&c->out);
	bool lag = db_is_null(row, 1) || db_float(row, 1) > JANITOR_LAG_MAX_S;

	if (db_is_null(row, 0)) {
		call_problem(
		    c, 503, "not_migrated", "The database has no schema; run migrate.", NULL);
		return;
	}
	call_answer_json(c, 200, span_of(""));
	json_open(&w, '{');
	json_kv_text(&w, "status", "ok");
	json_kv_text(&w, "version", ROADSHOW_VERSION);
	json_kv_int(&w, "migration", db_int(row, 0));
	json_key(&w, "janitor");
	json_open(&w, '{');
	json_kv_text(&w, "status", lag ? "late" : "ok");
	json_key(&w, "age_s");
	if (db_is_null(row, 1))
		json_put_null(&w);
	else
		json_put_number(&w, db_float(row, 1));
	json_close(&w, '}');
	json_key(&w, "logs");
	json_open(&w, '{');
	json_kv_text(&w, "status", db_int(row, 2) > 0 ? "halted" : "ok");
	json_kv_int(&w, "halted", db_int(row, 2));
	json_close(&w, '}');
	json_close(&w, '}');
}

static const struct db_statement readiness = {
    .name = "readiness",
    .sql = "select migration_version, janitor_age_s, logs_halted from api.readiness() "
	   "where $1::uuid is not null",
    .deadline_ms = 2000,
};

const struct route ops_routes[] = {
    {.method = GET,
	.path = "/livez",
	.roles = ROLES(ROLE_PUBLIC),
	.flags = ROUTE_NO_DATABASE,
	.local = livez},
    {.method = GET,
	.path = "/readyz",
	.roles = ROLES(ROLE_PUBLIC),
	.statement = &readiness,
	.bind = bind_nothing,
	.render = readyz},
    {.method = GET,
	.path = "/metrics",
	.roles = ROLES(ROLE_PUBLIC),
	.flags = ROUTE_NO_DATABASE,
	.local = metrics},
    {.method = GET,
	.path = "/v1/openapi.json",
	.roles = ROLES(ROLE_PUBLIC),
	.flags = ROUTE_NO_DATABASE,
	.local = openapi},
    {0},
};
