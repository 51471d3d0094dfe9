// SPDX-License-Identifier: Apache-2.0
//
// libcurl behind src/cli/http.h. A struct exchange is one request in flight: its easy handle, the
// list of headers that libcurl reads until the transfer ends, and where the answer goes. The client
// owns the multi handle, which keeps connections between calls; every call goes through it.
#include "cli/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ids.h"

#define TIMEOUT_MS_DEFAULT 30000L
#define CONNECT_TIMEOUT_MS 5000L
#define PARALLEL_MAX 64u
#define POLL_MS 1000
#define EXPLAIN_BYTES_MAX 200

struct client {
	CURLM *multi;
	char *base_url;
	char *ca_file;
	long timeout_ms;
};

struct exchange {
	CURL *easy;
	struct curl_slist *headers;
	struct client_answer *answer;
	bool failed;
	char reason[CURL_ERROR_SIZE];
};

// ---- the client ---------------------------------------------------------------------------------

static char *copy_of(const char *s)
{
	char *copy = strdup(s);
	ASSERT(copy != NULL);
	return copy;
}

struct client *client_open(const struct client_target *target, struct buf *error)
{
	static bool is_ready;
	if (!is_ready && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		buf_puts(error, "libcurl does not start");
		return NULL;
	}
	is_ready = true;
	if (target->base_url == NULL || strstr(target->base_url, "://") == NULL) {
		buf_puts(
		    error, "the service's address must be a URL such as https://localhost:8443");
		return NULL;
	}
	struct client *c = calloc(1, sizeof(*c));
	ASSERT(c != NULL);
	c->multi = curl_multi_init();
	ASSERT(c->multi != NULL);
	c->base_url = copy_of(target->base_url);
	c->ca_file = target->ca_file != NULL ? copy_of(target->ca_file) : NULL;
	c->timeout_ms = target->timeout_ms > 0 ? target->timeout_ms : TIMEOUT_MS_DEFAULT;
	return c;
}

void client_close(struct client *c)
{
	if (c == NULL)
		return;
	curl_multi_cleanup(c->multi);
	free(c->base_url);
	free(c->ca_file);
	free(c);
}

void client_answer_release(struct client_answer *a)
{
	buf_release(&a->body);
}

// ---- what libcurl calls -------------------------------------------------------------------------

static size_t on_body(char *data, size_t size, size_t count, void *into)
{
	struct client_answer *a = into;
	buf_put(&a->body, data, size * count);
	return a->body.failed ? 0 : size * count;
}

static void keep(char *out, size_t size, struct span value)
{
	size_t len = value.len < size ? value.len : 0; // too long for us: as if it were not there
	memcpy(out, value.ptr, len);
	out[len] = 0;
}

// <target>; rel="next", one link as the service sends it.
static void keep_link_next(struct client_answer *a, struct span value)
{
	const char *end = memchr(value.ptr, '>', value.len);
	if (!span_starts(value, "<") || end == NULL ||
	    memmem(value.ptr, value.len, "rel=\"next\"", 10) == NULL)
		return;
	keep(a->link_next, sizeof(a->link_next),
	    (struct span){value.ptr + 1, (size_t)(end - value.ptr) - 1});
}

static void keep_header(struct client_answer *a, const char *name, size_t name_len, struct span v)
{
	int64_t seconds;
#define IS(text) (name_len == strlen(text) && strncasecmp(name, text, name_len) == 0)
	if (IS("content-type"))
		keep(a->content_type, sizeof(a->content_type), v);
	else if (IS("etag"))
		keep(a->etag, sizeof(a->etag), v);
	else if (IS("location"))
		keep(a->location, sizeof(a->location), v);
	else if (IS("link"))
		keep_link_next(a, v);
	else if (IS("idempotent-replayed"))
		a->replayed = span_eq(v, "true");
	else if (IS("retry-after") && str_int64(v, &seconds) && seconds > 0 && seconds < 86400)
		a->retry_after_s = (long)seconds;
#undef IS
}

static size_t on_header(char *data, size_t size, size_t count, void *into)
{
	size_t len = size * count;
	const char *colon = memchr(data, ':', len);
	if (colon != NULL) {
		size_t name_len = (size_t)(colon - data);
		keep_header(
		    into, data, name_len, span_trim((struct span){colon + 1, len - name_len - 1}));
	}
	return len;
}

// ---- one exchange -------------------------------------------------------------------------------

static void add_header(struct exchange *x, const char *name, const char *value)
{
	struct buf line;
	buf_init(&line, 16384);
	buf_printf(&line, "%s: %s", name, value);
	struct curl_slist *longer = curl_slist_append(x->headers, buf_text(&line));
	ASSERT(longer != NULL && !line.failed);
	x->headers = longer;
	buf_release(&line);
}

static void set_headers(struct exchange *x, const struct client_request *rq)
{
	struct buf bearer;
	buf_init(&bearer, 8192);
	if (rq->bearer != NULL) {
		buf_printf(&bearer, "Bearer %s", rq->bearer);
		add_header(x, "Authorization", buf_text(&bearer));
	}
	if (rq->idempotency_key != NULL)
		add_header(x, "Idempotency-Key", rq->idempotency_key);
	if (rq->body.ptr != NULL)
		add_header(x, "Content-Type",
		    rq->content_type != NULL ? rq->content_type : "application/json");
	add_header(x, "Expect", ""); // no 100-continue: the service never asks for it
	for (size_t i = 0; i < CLIENT_HEADERS_MAX && rq->headers[i].name != NULL; i++)
		add_header(x, rq->headers[i].name, rq->headers[i].value);
	curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, x->headers);
	buf_release(&bearer);
}

static void set_target(struct exchange *x, const struct client *c, const struct client_request *rq)
{
	struct buf url;
	buf_init(&url, 16384);
	buf_printf(&url, "%s%s", c->base_url, rq->path);
	curl_easy_setopt(x->easy, CURLOPT_URL, buf_text(&url));
	buf_release(&url);
	curl_easy_setopt(x->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(x->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(x->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(x->easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
	curl_easy_setopt(x->easy, CURLOPT_TIMEOUT_MS, c->timeout_ms);
	curl_easy_setopt(x->easy, CURLOPT_ERRORBUFFER, x->reason);
	if (c->ca_file != NULL)
		curl_easy_setopt(x->easy, CURLOPT_CAINFO, c->ca_file);
}

static void exchange_begin(
    struct exchange *x, struct client *c, const struct client_request *rq, struct client_answer *a)
{
	*x = (struct exchange){.easy = curl_easy_init(), .answer = a};
	ASSERT(x->easy != NULL);
	set_target(x, c, rq);
	set_headers(x, rq);
	if (rq->body.ptr != NULL) {
		curl_easy_setopt(x->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)rq->body.len);
		curl_easy_setopt(x->easy, CURLOPT_POSTFIELDS, rq->body.ptr);
	} else if (strcmp(rq->method, "HEAD") == 0) {
		curl_easy_setopt(x->easy, CURLOPT_NOBODY, 1L);
	} else if (strcmp(rq->method, "POST") == 0) {
		curl_easy_setopt(x->easy, CURLOPT_POSTFIELDSIZE, 0L);
		curl_easy_setopt(x->easy, CURLOPT_POSTFIELDS, "");
	}
	curl_easy_setopt(x->easy, CURLOPT_CUSTOMREQUEST, rq->method);
	curl_easy_setopt(x->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(x->easy, CURLOPT_WRITEDATA, a);
	curl_easy_setopt(x->easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(x->easy, CURLOPT_HEADERDATA, a);
	curl_easy_setopt(x->easy, CURLOPT_PRIVATE, x);
	CURLMcode code = curl_multi_add_handle(c->multi, x->easy);
	ASSERT(code == CURLM_OK);
}

static void exchange_end(struct exchange *x, struct client *c, CURLcode result)
{
	long status = 0;
	curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
	x->failed = result != CURLE_OK;
	x->answer->status = x->failed ? 0 : (int)status;
	if (x->failed && x->reason[0] == 0)
		snprintf(x->reason, sizeof(x->reason), "%s", curl_easy_strerror(result));
	curl_multi_remove_handle(c->multi, x->easy);
	curl_easy_cleanup(x->easy);
	curl_slist_free_all(x->headers);
	x->easy = NULL;
	x->headers = NULL;
}

// Ends what has finished; returns how many.
static size_t reap(struct client *c)
{
	size_t ended = 0;
	int left;
	CURLMsg *m;
	while ((m = curl_multi_info_read(c->multi, &left)) != NULL) {
		if (m->msg != CURLMSG_DONE)
			continue;
		struct exchange *x = NULL;
		CURLcode result = m->data.result; // m dies with the handle
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&x);
		exchange_end(x, c, result);
		ended++;
	}
	return ended;
}

bool client_call_all(struct client *c, const struct client_request *rqs, struct client_answer *as,
    size_t count, unsigned parallel, struct buf *error)
{
	struct exchange *xs = calloc(count > 0 ? count : 1, sizeof(*xs));
	size_t begun = 0, ended = 0;
	ASSERT(xs != NULL && parallel > 0);
	parallel = parallel < PARALLEL_MAX ? parallel : PARALLEL_MAX;
	for (size_t i = 0; i < count; i++) {
		as[i] = (struct client_answer){0};
		buf_init(&as[i].body, CLIENT_BODY_BYTES_MAX);
	}
	while (ended < count) {
		for (; begun < count && begun - ended < parallel; begun++)
			exchange_begin(&xs[begun], c, &rqs[begun], &as[begun]);
		int running = 0;
		CURLMcode code = curl_multi_perform(c->multi, &running);
		ASSERT(code == CURLM_OK);
		size_t done = reap(c);
		ended += done;
		if (done == 0)
			curl_multi_poll(c->multi, NULL, 0, POLL_MS, NULL);
	}
	bool ok = true;
	for (size_t i = 0; i < count; i++) {
		if (xs[i].failed && ok)
			buf_printf(error, "no answer from %s: %s", c->base_url, xs[i].reason);
		ok = ok && !xs[i].failed;
	}
	free(xs);
	return ok;
}

bool client_call(
    struct client *c, const struct client_request *rq, struct client_answer *a, struct buf *error)
{
	return client_call_all(c, rq, a, 1, 1, error);
}

// ---- reading answers ----------------------------------------------------------------------------

const struct json *client_json(const struct client_answer *a, struct arena *arena)
{
	char reason[128];
	if (a->body.len == 0)
		return NULL;
	return json_parse(arena, a->body.data, a->body.len, reason, sizeof(reason));
}

void client_explain(const struct client_answer *a, struct buf *out)
{
	struct arena arena;
	arena_init(&arena, (size_t)1 << 20);
	const struct json *problem = client_json(a, &arena);
	struct span code = problem != NULL ? json_get_text(problem, "code") : (struct span){0};
	struct span detail = problem != NULL ? json_get_text(problem, "detail") : (struct span){0};
	buf_printf(out, "HTTP %d", a->status);
	if (code.ptr != NULL)
		buf_printf(out, " %.*s: %.*s", (int)code.len, code.ptr, (int)detail.len,
		    detail.ptr != NULL ? detail.ptr : "");
	else if (a->body.len > 0)
		buf_printf(out, ": %.*s",
		    (int)(a->body.len < EXPLAIN_BYTES_MAX ? a->body.len : EXPLAIN_BYTES_MAX),
		    buf_text(&a->body));
	arena_release(&arena);
}

void client_new_key(char *out)
{
	struct uuid id = ids_v7();
	uuid_format(&id, out);
}
