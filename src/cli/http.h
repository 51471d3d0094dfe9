// SPDX-License-Identifier: Apache-2.0
//
// A small blocking HTTP client over libcurl, for the command line and the demo. It speaks to the
// public API only. TLS is always verified, against the system's certificates or `ca_file`.
//
// One struct client is one pool of kept-alive connections; not for several threads at once.
// Answers own their bytes: client_answer_release() each of them, whatever was returned.
#ifndef ROADSHOW_CLI_HTTP_H
#define ROADSHOW_CLI_HTTP_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"
#include "json/json.h"

#define CLIENT_HEADERS_MAX 8
#define CLIENT_BODY_BYTES_MAX ((size_t)64 << 20)

struct client;

struct client_target {
	const char *base_url; // "https://localhost:8443"; no slash at the end
	const char *ca_file;  // NULL: the system's certificates
	long timeout_ms;      // of one request; 0: 30,000
};

struct client_header {
	const char *name, *value;
};

// A request. NULL members are left out. Everything is borrowed until the call returns.
struct client_request {
	const char *method; // "GET", "POST", …
	const char *path;   // "/v1/…", already percent-encoded, query included
	const char *bearer; // API key
	const char *idempotency_key;
	const char *content_type; // NULL: application/json, when there is a body
	struct span body;	  // {NULL, 0}: none
	struct client_header headers[CLIENT_HEADERS_MAX]; // further ones, ended by a NULL name
};

struct client_answer {
	int status;    // 0: no answer came, see `error` of the call
	bool replayed; // Idempotent-Replayed: true
	char content_type[96];
	char etag[96];
	char location[256];
	char link_next[512]; // target of Link rel="next"
	long retry_after_s;  // 0: none
	struct buf body;
};

// NULL with one line in `error`. client_close() ends it.
struct client *client_open(const struct client_target *target, struct buf *error) MUST_CHECK;
void client_close(struct client *c); // NULL is fine

// One request, waiting for its answer. False when none came (no connection, TLS refused, timeout),
// with one line in `error` that a person can act on. Any HTTP status is true.
bool client_call(struct client *c, const struct client_request *rq, struct client_answer *a,
    struct buf *error) MUST_CHECK;

// `count` requests with up to `parallel` in flight, over kept-alive connections; answers in the
// order of the requests. False when any of them got no answer; the others are valid.
bool client_call_all(struct client *c, const struct client_request *rqs, struct client_answer *as,
    size_t count, unsigned parallel, struct buf *error) MUST_CHECK;

void client_answer_release(struct client_answer *a);

// The body as JSON in `arena`; NULL when it is none.
const struct json *client_json(const struct client_answer *a, struct arena *arena) MUST_CHECK;
// One line for a person about an answer that is no success: the problem's title, code and detail,
// or the status and the first bytes of the body.
void client_explain(const struct client_answer *a, struct buf *out);
// A fresh Idempotency-Key (UUIDv7); `out` takes UUID_TEXT_LEN + 1 bytes.
void client_new_key(char *out);

#endif
