// SPDX-License-Identifier: Apache-2.0
//
// One line a request, and its counters.
#include "http/access.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/shm.h"
#include "http/call.h"
#include "http/router.h"

static void count(const struct call *c, int64_t us)
{
	shm_add(METRIC_REQUESTS, 1);
	if (c->status >= 500)
		shm_add(METRIC_ERRORS_5XX, 1);
	else if (c->status >= 400)
		shm_add(METRIC_ERRORS_4XX, 1);
	shm_latency(us);
}

void access_log(const struct call *c)
{
	int64_t us = clock_now_us() - c->started_us;
	struct json_out w;
	struct buf line;

	count(c, us);
	if (!log_enabled(LOG_LEVEL_INFO))
		return;
	buf_init(&line, 4096);
	w = json_to(&line);
	json_open(&w, '{');
	json_key(&w, "at");
	json_put_time(&w, c->started_us);
	json_kv_text(&w, "level", "info");
	json_kv_text(&w, "msg", "request");
	json_kv_text(&w, "method", c->head ? "HEAD" : router_method_name(c->method));
	json_kv_text(&w, "route", c->route != NULL ? c->route->path : "");
	json_kv_int(&w, "status", c->status);
	json_kv_int(&w, "us", us);
	json_kv_int(&w, "bytes_in", (int64_t)c->body.len);
	json_kv_int(&w, "bytes_out", (int64_t)c->out.len);
	json_kv_text(&w, "role", c->caller.role != 0 ? call_role_name(c->caller.role) : "");
	if (!uuid_is_nil(&c->caller.creator))
		json_kv_uuid(&w, "creator", &c->caller.creator);
	json_kv_uuid(&w, "request_id", &c->request_id);
	if (c->traceparent != NULL)
		json_kv_text(&w, "traceparent", c->traceparent);
	json_close(&w, '}');
	log_json(&line);
	buf_release(&line);
}
