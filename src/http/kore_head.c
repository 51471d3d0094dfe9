// SPDX-License-Identifier: Apache-2.0
//
// Looks at the bytes of a request's head before Kore parses them, and refuses what two readers could
// read differently (RFC 9112, 2.2, 5.2, 6.3, 11.2; RFC 9110, 5.5): NUL, bare CR or LF, folded lines,
// Host or Content-Length twice, a Content-Length that is no plain number, one beside
// Transfer-Encoding. A head that fills Kore's buffer without an end, or has more lines than Kore
// keeps, is answered 431; Kore would just hang up, or drop the lines.
//
// Kore takes one request from what it has read and knows nothing of bytes behind it: those of a body
// it appends without looking at its length, and waits for the rest of 2^64 bytes; others it drops.
// Here they are cut off, and the connection ends after the answer, as for a server that does not
// pipeline: the client sees which requests were not taken (RFC 9112, 9.3.2).
//
// Kore names http_header_recv() to net_recv_reset() and net_recv_queue(); the linker's --wrap puts
// head_recv() in its place.
#include <sys/types.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <kore/kore.h>
#include <kore/http.h>

#include "base/str.h"
#include "http/call.h"
#include "http/client.h"
#include "http/router.h"

typedef int recv_fn(struct netbuf *);

void __real_net_recv_reset(struct connection *c, size_t len, recv_fn *cb);
void __wrap_net_recv_reset(struct connection *c, size_t len, recv_fn *cb);
void __real_net_recv_queue(struct connection *c, size_t len, int flags, recv_fn *cb);
void __wrap_net_recv_queue(struct connection *c, size_t len, int flags, recv_fn *cb);

#define LINES_MAX (HTTP_REQ_HEADER_MAX - 2) // Kore drops the lines behind them

struct head {
	unsigned lines, hosts, lengths;
	bool chunked;
	int64_t length; // Content-Length
};

// An empty error; kore_errors.c gives it a body.
static int refuse(struct connection *c, int status, const char *reason)
{
	char text[128];
	int len = snprintf(text, sizeof(text),
	    "HTTP/1.1 %d %s\r\nconnection: close\r\ncontent-length: 0\r\n\r\n", status, reason);

	c->flags |= CONN_CLOSE_EMPTY;
	c->evt.flags &= ~KORE_EVENT_READ; // nothing more is read from it
	net_send_queue(c, text, (size_t)len);
	if (!net_send_flush(c))
		kore_connection_disconnect(c);
	return KORE_RESULT_OK;
}

// Every CR has its LF, every LF its CR, and there is no NUL.
static bool lines_are_clean(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (p[i] == '\0' || (p[i] == '\r' && (i + 1 == len || p[i + 1] != '\n')))
			return false;
		if (p[i] == '\n' && (i == 0 || p[i - 1] != '\r'))
			return false;
	}
	return true;
}

static bool is_named(struct span line, const char *name)
{
	size_t n = strlen(name);

	return line.len > n && line.ptr[n] == ':' && strncasecmp(line.ptr, name, n) == 0;
}

static bool take_length(struct head *h, struct span line)
{
	struct span value = {
	    line.ptr + sizeof("content-length"), line.len - sizeof("content-length")};

	while (value.len > 0 && (value.ptr[0] == ' ' || value.ptr[0] == '\t')) {
		value.ptr++;
		value.len--;
	}
	while (
	    value.len > 0 && (value.ptr[value.len - 1] == ' ' || value.ptr[value.len - 1] == '\t'))
		value.len--;
	for (size_t i = 0; i < value.len; i++)
		if (value.ptr[i] < '0' || value.ptr[i] > '9')
			return false;
	return h->lengths++ == 0 && str_int64(value, &h->length);
}

static bool take_line(struct head *h, struct span line)
{
	if (line.ptr[0] == ' ' || line.ptr[0] == '\t')
		return false; // folded
	h->lines++;
	if (is_named(line, "host"))
		return h->hosts++ == 0;
	if (line.len >= 4 && strncasecmp(line.ptr, "host", 4) == 0)
		return false; // Kore would take "Hosted: x" for it
	if (is_named(line, "transfer-encoding"))
		h->chunked = true;
	if (is_named(line, "content-length"))
		return take_length(h, line);
	return true;
}

// `p` up to and with the CR LF of the last line.
static bool take_head(struct head *h, const char *p, size_t len)
{
	const char *end = p + len;
	const char *line = memmem(p, len, "\r\n", 2); // behind the request line

	if (!lines_are_clean(p, len))
		return false;
	for (line += 2; line < end;) {
		const char *eol = memmem(line, (size_t)(end - line), "\r\n", 2);

		if (!take_line(h, (struct span){line, (size_t)(eol - line)}))
			return false;
		line = eol + 2;
	}
	return !(h->chunked && h->lengths > 0);
}

// What the route of this head takes; of no route, what most take. Told before the body is read, so
// that nobody fills our memory at a path that would refuse it anyway.
static size_t body_max_of(const char *p, size_t len)
{
	enum method method = *p == 'P' && p[1] == 'O' ? POST : p[1] == 'U' ? PUT : PATCH;
	const char *from = memchr(p, ' ', len);
	struct route_match m;
	size_t n;

	if (from == NULL)
		return (size_t)call_settings()->body_bytes_max;
	from++;
	n = strcspn(from, " ?\r");
	router_match(method, (struct span){from, n}, &m);
	if (m.route == NULL || m.route->body_bytes_max == ROUTE_BODY_MAX_DEFAULT)
		return (size_t)call_settings()->body_bytes_max;
	return m.route->body_bytes_max;
}

static bool takes_body(const char *p)
{
	return strncmp(p, "POST ", 5) == 0 || strncmp(p, "PUT ", 4) == 0 ||
	       strncmp(p, "PATCH ", 6) == 0;
}

static int head_recv(struct netbuf *nb)
{
	struct connection *c = nb->owner;
	const char *p = (const char *)nb->buf;
	const char *end = memmem(p, nb->s_off, "\r\n\r\n", 4);
	struct head h = {.lengths = 0};
	size_t whole;

	if (c->flags & CONN_CLOSE_EMPTY)
		return KORE_RESULT_OK;
	if (end == NULL) {
		if (memmem(p, nb->s_off, "\n\n", 2) != NULL) // Kore would take it for the end
			return refuse(c, 400, "Bad Request");
		if (nb->s_off >= nb->b_len)
			return refuse(c, 431, "Request Header Fields Too Large");
		return KORE_RESULT_OK;
	}
	if (!take_head(&h, p, (size_t)(end - p) + 2))
		return refuse(c, 400, "Bad Request");
	if (h.lines > LINES_MAX)
		return refuse(c, 431, "Request Header Fields Too Large");
	if (takes_body(p) && (uint64_t)h.length > body_max_of(p, (size_t)(end - p)))
		return refuse(c, 413, "Content Too Large");
	whole = (size_t)(end - p) + 4;
	if (takes_body(p) && (uint64_t)h.length > nb->s_off - whole)
		return http_header_recv(nb); // more of the body is to come
	whole += takes_body(p) ? (size_t)h.length : 0;
	if (nb->s_off > whole) {
		nb->s_off = whole;
		c->flags |= CLIENT_CLOSES_AFTER;
	}
	return http_header_recv(nb);
}

void __wrap_net_recv_reset(struct connection *c, size_t len, recv_fn *cb)
{
	__real_net_recv_reset(c, len, cb == http_header_recv ? head_recv : cb);
}

void __wrap_net_recv_queue(struct connection *c, size_t len, int flags, recv_fn *cb)
{
	__real_net_recv_queue(c, len, flags, cb == http_header_recv ? head_recv : cb);
}
