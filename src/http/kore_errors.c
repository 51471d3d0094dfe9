// SPDX-License-Identifier: Apache-2.0
//
// Kore answers some requests before any handler sees them (a malformed head, a body that is too
// long, a time-out): with an empty body. Those answers pass through net_send_queue(), which the
// linker wraps with this file: an error status with "content-length: 0" and no body gets problem
// details.
//
// Our own answers never look like that: an error of ours always has a body.
//
// Kore's 408 for a connection that is idle between two requests is not sent: the client would take it
// for the answer to the request it sends next. The connection is closed without a word.
#include <sys/types.h>

#include <stdlib.h>
#include <string.h>

#include <kore/kore.h>

#include "base/buf.h"
#include "http/problem.h"

void __real_net_send_queue(struct connection *c, const void *data, size_t len);
void __wrap_net_send_queue(struct connection *c, const void *data, size_t len);

static const char empty[] = "content-length: 0\r\n\r\n";

// The status when `data` is a whole error answer without a body, else 0.
static int bare_error(const struct connection *c, const char *data, size_t len)
{
	long status;

	if (c->proto != CONN_PROTO_HTTP || len < sizeof("HTTP/1.1 400 ") + sizeof(empty) ||
	    memcmp(data, "HTTP/1.", 7) != 0 ||
	    memcmp(data + len - (sizeof(empty) - 1), empty, sizeof(empty) - 1) != 0)
		return 0;
	status = strtol(data + 9, NULL, 10);
	return status >= 400 && status <= 599 ? (int)status : 0;
}

static struct problem problem_of(int status)
{
	static const struct {
		int status;
		const char *code, *detail;
	} known[] = {
	    {404, "not_found", "There is nothing at this host."},
	    {405, "method_not_allowed", "This method is not known."},
	    {408, "request_timeout", "The request did not arrive in time."},
	    {411, "length_required", "Send Content-Length; chunked bodies are not taken here."},
	    {413, "body_too_large", "The body is larger than this path takes."},
	    {414, "uri_too_long", "The request target is too long."},
	    {421, "misdirected_request", "Host and TLS server name differ."},
	    {431, "header_too_large", "The request head is too large."},
	    {500, "internal_error", "Something went wrong on our side."},
	    {503, "overloaded", "Too many requests at once; try again soon."},
	    {505, "http_version_not_supported", "Use HTTP/1.1."},
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (known[i].status == status)
			return (struct problem){status, known[i].code, known[i].detail, NULL, NULL};
	return (struct problem){
	    status, "invalid_request", "The request head is malformed.", NULL, NULL};
}

static bool is_idle(const struct connection *c)
{
	return TAILQ_EMPTY(&c->http_requests) && (c->rnb == NULL || c->rnb->s_off == 0);
}

void __wrap_net_send_queue(struct connection *c, const void *data, size_t len)
{
	int status = bare_error(c, data, len);
	struct problem p;
	struct uuid id;
	char id_text[UUID_TEXT_LEN + 1];
	struct buf head, body;

	if (status == 0) {
		__real_net_send_queue(c, data, len);
		return;
	}
	if (status == 408 && is_idle(c))
		return; // Kore disconnects next
	p = problem_of(status);
	id = ids_v7();
	buf_init(&body, 4096);
	buf_init(&head, 8192);
	uuid_format(&id, id_text);
	problem_render(&body, &p, &id);
	buf_put(&head, data, len - (sizeof(empty) - 1));
	buf_printf(&head, "x-request-id: %s\r\n", id_text);
	buf_printf(&head, "content-type: application/problem+json\r\n%scontent-length: %zu\r\n\r\n",
	    status == 503 ? "retry-after: 1\r\n" : "", body.len);
	buf_put(&head, body.data, body.len);
	__real_net_send_queue(c, head.failed ? data : head.data, head.failed ? len : head.len);
	buf_release(&head);
	buf_release(&body);
}
