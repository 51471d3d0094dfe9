// SPDX-License-Identifier: Apache-2.0
//
// Kore's side of a call: one catch-all handler, http_entry(), which kore.conf names. It makes a
// call of the request, lets it advance, and sleeps until it is rendered. Kore runs the handler
// again after a wake-up; wake-ups may be spurious.
//
// Ownership: Kore's request points to the call (hdlr_extra) and the call to the request (client).
// The request's `onfree` cuts both.
#include <sys/types.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <kore/kore.h>
#include <kore/http.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/shm.h"
#include "http/access.h"
#include "http/call.h"
#include "http/client.h"
#include "http/cors.h"

int http_entry(struct http_request *req);

struct span client_header(const struct http_request *r, const char *name)
{
	const struct http_header *h;

	if (strcasecmp(name, "host") == 0)
		return span_of(r->host);
	TAILQ_FOREACH(h, &r->req_headers, list)
	if (strcasecmp(h->header, name) == 0)
		return span_of(h->value);
	return (struct span){NULL, 0};
}

void client_wake(struct http_request *r)
{
	http_request_wakeup(r);
}

void client_close_after(struct http_request *r)
{
	r->owner->flags |= CONN_CLOSE_EMPTY;
}

struct later {
	void (*run)(void *arg);
	void *arg;
};

static void on_later(void *arg, u_int64_t now)
{
	struct later l = *(struct later *)arg;

	(void)now;
	kore_free(arg);
	l.run(l.arg);
}

void client_later(void (*run)(void *arg), void *arg)
{
	struct later *l = kore_malloc(sizeof(*l));

	*l = (struct later){run, arg};
	(void)kore_timer_add(on_later, 0, l, KORE_TIMER_ONESHOT);
}

static void on_free(struct http_request *r)
{
	struct call *c = r->hdlr_extra;

	r->hdlr_extra = NULL;
	if (c != NULL)
		call_detach(c);
}

// ---- from Kore's request to a call --------------------------------------------------------------

static bool peer_address(const struct connection *k, char *out, size_t size)
{
	if (k->family == AF_INET)
		return inet_ntop(AF_INET, &k->addr.ipv4.sin_addr, out, (socklen_t)size) != NULL;
	if (k->family == AF_INET6)
		return inet_ntop(AF_INET6, &k->addr.ipv6.sin6_addr, out, (socklen_t)size) != NULL;
	snprintf(out, size, "local");
	return true;
}

static bool listed(const char *list, const char *address)
{
	size_t len = strlen(address);

	for (const char *at = list; (at = strstr(at, address)) != NULL; at += len)
		if ((at == list || at[-1] == ',' || at[-1] == ' ') &&
		    (at[len] == '\0' || at[len] == ',' || at[len] == ' '))
			return true;
	return false;
}

static struct span trimmed(struct span s)
{
	while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t')) {
		s.ptr++;
		s.len--;
	}
	while (s.len > 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
		s.len--;
	return s;
}

// An IPv6 client has a network of 2^64 addresses of its own: the network stands for it.
static void take_network(char *address, size_t size)
{
	struct in6_addr a;

	if (inet_pton(AF_INET6, address, &a) != 1 || IN6_IS_ADDR_V4MAPPED(&a))
		return;
	memset(a.s6_addr + 8, 0, 8);
	(void)inet_ntop(AF_INET6, &a, address, (socklen_t)size);
}

// The last address that no trusted proxy wrote. Proxies append to X-Forwarded-For, to its last line
// or as a line of their own; what stands before the client's address may be the client's invention.
static void take_address(struct call *c, const struct http_request *r)
{
	struct span lines[HTTP_REQ_HEADER_MAX];
	const struct http_header *h;
	size_t count = 0;

	if (!peer_address(r->owner, c->address, sizeof(c->address)))
		snprintf(c->address, sizeof(c->address), "unknown");
	TAILQ_FOREACH(h, &r->req_headers, list)
	if (strcasecmp(h->header, "x-forwarded-for") == 0 && count < ARRAY_LEN(lines))
		lines[count++] = span_of(h->value);
	while (count > 0 && listed(call_settings()->trusted_proxies, c->address)) {
		struct span *line = &lines[count - 1], last;
		size_t from = line->len;

		while (from > 0 && line->ptr[from - 1] != ',')
			from--;
		last = trimmed((struct span){line->ptr + from, line->len - from});
		if (last.len > 0) // an empty element of a list says nothing
			snprintf(c->address, sizeof(c->address), "%.*s", (int)last.len, last.ptr);
		line->len = from > 0 ? from - 1 : 0;
		count -= from == 0;
	}
	take_network(c->address, sizeof(c->address));
}

static bool method_of(const struct http_request *r, struct call *c)
{
	switch (r->method) {
	case HTTP_METHOD_HEAD:
		c->head = true;
		c->method = GET;
		return true;
	case HTTP_METHOD_GET:
		c->method = GET;
		return true;
	case HTTP_METHOD_POST:
		c->method = POST;
		return true;
	case HTTP_METHOD_PUT:
		c->method = PUT;
		return true;
	case HTTP_METHOD_PATCH:
		c->method = PATCH;
		return true;
	case HTTP_METHOD_DELETE:
		c->method = DELETE;
		return true;
	default:
		return false; // OPTIONS, answered before
	}
}

// What would make us and a proxy disagree about where a request ends (RFC 9112, 11.2). Kore reads
// no body of GET, HEAD, DELETE and OPTIONS, so one that is announced would be taken for the next
// request.
static const char *framing_fault(const struct http_request *r)
{
	const struct http_header *h;
	unsigned lengths = 0;
	bool body_expected = r->method == HTTP_METHOD_POST || r->method == HTTP_METHOD_PUT ||
			     r->method == HTTP_METHOD_PATCH;

	TAILQ_FOREACH(h, &r->req_headers, list)
	{
		if (strcasecmp(h->header, "transfer-encoding") == 0)
			return "Transfer-Encoding is not supported; send Content-Length.";
		if (strcasecmp(h->header, "content-length") != 0)
			continue;
		if (lengths++ > 0)
			return "More than one Content-Length.";
		if (!body_expected && strcmp(h->value, "0") != 0)
			return "This method takes no body.";
	}
	return NULL;
}

static struct call *call_of(struct http_request *r)
{
	struct call *c = call_new(r);
	struct span trace;

	if (c == NULL)
		return NULL;
	r->hdlr_extra = c;
	r->flags |= HTTP_REQUEST_RETAIN_EXTRA;
	r->onfree = on_free;
	c->path = span_of(r->path);
	c->query = r->query_string != NULL ? span_of(r->query_string) : (struct span){"", 0};
	c->body = (struct span){"", 0};
	if (r->http_body != NULL && r->http_body_length > 0)
		c->body = (struct span){(const char *)r->http_body->data, r->http_body_length};
	trace = client_header(r, "traceparent");
	if (trace.len == 55)
		c->traceparent = trace.ptr;
	take_address(c, r);
	return c;
}

// ---- the answer ---------------------------------------------------------------------------------

static const char *header_value(const struct call *c, const char *name)
{
	for (size_t i = 0; i < c->header_count; i++)
		if (strcmp(c->headers[i].name, name) == 0)
			return c->headers[i].value;
	return NULL;
}

// If-None-Match against the answer's ETag (RFC 9110, 13.1.2): a list of tags or *.
static bool not_modified(const struct call *c)
{
	const char *etag = header_value(c, "etag");
	struct span match = client_header(c->client, "if-none-match");

	if (c->method != GET || c->status != 200 || etag == NULL || match.ptr == NULL)
		return false;
	return span_eq(match, "*") || listed(match.ptr, etag);
}

static void respond(struct call *c)
{
	struct http_request *r = c->client;
	char id[UUID_TEXT_LEN + 1];

	if (not_modified(c)) {
		c->status = 304;
		r->flags |=
		    HTTP_REQUEST_NO_CONTENT_LENGTH; // a length would be the 200's (RFC 9110, 8.6)
		buf_clear(&c->out);
	}
	uuid_format(&c->request_id, id);
	http_response_header(r, "x-request-id", id);
	http_response_header(r, "x-content-type-options", "nosniff");
	if (c->out.len > 0 && c->content_type != NULL)
		http_response_header(r, "content-type", c->content_type);
	if (header_value(c, "cache-control") == NULL)
		http_response_header(r, "cache-control", "no-store");
	for (size_t i = 0; i < c->header_count; i++)
		http_response_header(r, c->headers[i].name, c->headers[i].value);
	cors_answer(c);
	if (shm_draining() || (r->owner->flags & CLIENT_CLOSES_AFTER))
		client_close_after(r);
	if (c->out.failed) {
		log_error("an answer of %s does not fit", c->route != NULL ? c->route->path : "?");
		http_response(r, 500, NULL, 0);
	} else {
		http_response(r, c->status, c->out.len > 0 ? c->out.data : NULL, c->out.len);
	}
	client_waits_in_line(r->owner, call_is_of_crowd(c), c->status == 429 || c->status == 503);
	access_log(c);
	c->state = CALL_DONE;
}

static void begin(struct call *c, struct http_request *r)
{
	const char *fault = framing_fault(r);

	if (fault != NULL) {
		client_close_after(r);
		call_problem(c, 400, "invalid_request", fault, NULL);
	} else if (r->method == HTTP_METHOD_OPTIONS) {
		cors_preflight(c);
	} else if (!method_of(r, c)) {
		call_problem(c, 405, "method_not_allowed", "This method is not known.", NULL);
	} else {
		call_advance(c);
	}
}

int http_entry(struct http_request *req)
{
	struct call *c = req->hdlr_extra;

	if (req->owner == NULL)
		return KORE_RESULT_OK; // gone; Kore frees the request next
	if (c == NULL) {
		c = call_of(req);
		if (c == NULL)
			return KORE_RESULT_ERROR;
		begin(c, req);
	}
	if (c->state != CALL_RENDERED) {
		http_request_sleep(req);
		return KORE_RESULT_RETRY;
	}
	respond(c);
	return KORE_RESULT_OK;
}
