// SPDX-License-Identifier: Apache-2.0
//
// Preflights and the headers of answers to other origins.
#include "http/cors.h"

#include <string.h>

#include <kore/kore.h>
#include <kore/http.h>

#include "http/call.h"

static bool allowed(struct span origin)
{
	const char *list = call_settings()->cors_origins;

	if (strcmp(list, "*") == 0)
		return true;
	while (*list != '\0') {
		size_t len = strcspn(list, ",");

		if (len == origin.len && memcmp(list, origin.ptr, len) == 0)
			return true;
		list += len + (list[len] == ',');
		list += strspn(list, " ");
	}
	return false;
}

void cors_answer(struct call *c)
{
	struct span origin = call_header(c, "origin");

	if (origin.ptr == NULL)
		return;
	http_response_header(c->client, "vary", "Origin");
	if (!allowed(origin))
		return;
	http_response_header(c->client, "access-control-allow-origin", origin.ptr);
	http_response_header(c->client, "access-control-expose-headers",
	    "ETag, Link, Location, Idempotent-Replayed, Retry-After, RateLimit, RateLimit-Policy, "
	    "X-Request-Id, Roadshow-Server-Time");
}

void cors_preflight(struct call *c)
{
	call_set_header(c, "allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
	if (call_header(c, "access-control-request-method").ptr != NULL) {
		call_set_header(c, "access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE");
		call_set_header(c, "access-control-allow-headers",
		    "Authorization, Content-Type, Content-Encoding, Idempotency-Key, If-Match, "
		    "If-None-Match, Signature, Signature-Input, Content-Digest, "
		    "Roadshow-Device-Time, "
		    "traceparent");
		call_set_header(c, "access-control-max-age", "600");
	}
	c->status = 204;
	c->content_type = NULL;
	c->state = CALL_RENDERED;
}
