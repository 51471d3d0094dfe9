// SPDX-License-Identifier: Apache-2.0
//
// Keys and logs live in the run's notes: device.<slug>.pem and device.<slug>.log.
#include "cli/demo_device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/chain.h"
#include "crypto/httpsig.h"

#define LOG_BYTES_MAX ((size_t)4 << 20)
#define SIGNATURE_LIFE_S 60
#define CLOCK_HEADER "roadshow-device-time"
#define URL_DEFAULT "https://localhost:8443"

// ---- the device ---------------------------------------------------------------------------------

// Where the log stands: its last line's hash and number.
static void find_head(struct device *v)
{
	struct chain_lines lines = chain_lines_of((struct span){buf_text(&v->log), v->log.len});
	struct span line;
	v->head = chain_start(key_thumbprint(v->key));
	v->seq = 0;
	while (chain_line(&lines, &line)) {
		v->head = chain_next(line);
		v->seq++;
	}
}

bool device_open(struct device *v, struct demo *d, const struct story_device *story)
{
	*v = (struct device){.demo = d, .story = story};
	buf_init(&v->log, LOG_BYTES_MAX);
	v->key = key_from_pem(span_of(noted(d, "device.%s.pem", story->slug)), &d->why);
	if (v->key == NULL)
		return false;
	buf_puts(&v->log, noted(d, "device.%s.log", story->slug));
	find_head(v);
	return true;
}

void device_close(struct device *v)
{
	key_release(v->key);
	buf_release(&v->log);
}

void device_keep_log(struct device *v)
{
	take_note(v->demo, buf_text(&v->log), "device.%s.log", v->story->slug);
}

int64_t device_now_us(const struct device *v)
{
	return clock_now_us() + (int64_t)v->story->clock_ahead_ms * 1000;
}

struct json_out device_line(struct device *v, const char *kind)
{
	struct json_out w = json_to(&v->log);
	char prev[DIGEST_TEXT_LEN + 1];
	digest_text(&v->head, prev);
	json_open(&w, '{');
	json_kv_int(&w, "seq", v->seq + 1);
	json_kv_text(&w, "prev", prev);
	json_key(&w, "ts");
	json_put_time(&w, device_now_us(v));
	json_kv_text(&w, "kind", kind);
	return w;
}

void device_line_end(struct device *v, struct json_out *w)
{
	json_close(w, '}');
	buf_putc(&v->log, '\n');
	ASSERT(!v->log.failed);
	const char *text = buf_text(&v->log), *end = text + v->log.len - 1;
	const char *begin = end;
	while (begin > text && begin[-1] != '\n')
		begin--;
	v->head = chain_next((struct span){begin, (size_t)(end - begin)});
	v->seq++;
}

// ---- signing ------------------------------------------------------------------------------------

static struct span authority_of(const char *url)
{
	const char *host = strstr(url, "://");
	host = host != NULL ? host + 3 : url;
	return (struct span){host, strcspn(host, "/")};
}

static struct span header_of(void *arg, const char *name)
{
	const struct ask *a = arg;
	if (strcasecmp(name, "idempotency-key") == 0 && a->key[0] != 0)
		return span_of(a->key);
	if (strcasecmp(name, "content-type") == 0 && a->body.len > 0)
		return span_of(a->content_type);
	for (size_t i = 0; i < CLIENT_HEADERS_MAX && a->headers[i].name != NULL; i++)
		if (strcasecmp(name, a->headers[i].name) == 0)
			return span_of(a->headers[i].value);
	return (struct span){NULL, 0};
}

// The value is copied into the run's arena, where it outlives the call.
static void add_header(struct device *v, struct ask *a, const char *name, const struct buf *value)
{
	size_t i = 0;
	while (a->headers[i].name != NULL)
		i++;
	ASSERT(i + 1 < CLIENT_HEADERS_MAX && !value->failed);
	char *copy = arena_strndup(&v->demo->arena, buf_text(value), value->len);
	ASSERT(copy != NULL);
	a->headers[i] = (struct client_header){name, copy};
}

static void put_signature(struct device *v, struct ask *a)
{
	const char *url = getenv("ROADSHOW_URL"), *query = strchr(a->path, '?');
	int64_t created_s = device_now_us(v) / 1000000;
	uint8_t random[16];
	struct buf nonce, input, signature;
	url = url != NULL && url[0] != 0 ? url : URL_DEFAULT;
	struct httpsig_request rq = {
	    .method = a->method,
	    .authority = authority_of(url),
	    .https = strncmp(url, "https:", 6) == 0,
	    .path = {a->path, strcspn(a->path, "?")},
	    .query = query != NULL ? span_of(query + 1) : (struct span){NULL, 0},
	    .body = {buf_text(&a->body), a->body.len},
	    .header = header_of,
	    .arg = a,
	};
	buf_init(&nonce, 64);
	buf_init(&input, HTTPSIG_FIELD_LEN_MAX);
	buf_init(&signature, HTTPSIG_FIELD_LEN_MAX);
	ids_random(random, sizeof(random));
	str_base64url(&nonce, random, sizeof(random));
	bool ok = httpsig_sign(&rq, v->key,
	    &(struct httpsig_params){.created_s = created_s,
		.expires_s = created_s + SIGNATURE_LIFE_S,
		.nonce = buf_text(&nonce),
		.keyid = noted(v->demo, "device.%s.key_id", v->story->slug),
		.also = CLOCK_HEADER},
	    &input, &signature);
	ASSERT(ok);
	add_header(v, a, "Signature-Input", &input);
	add_header(v, a, "Signature", &signature);
	buf_release(&nonce);
	buf_release(&input);
	buf_release(&signature);
}

void device_sign(struct device *v, struct ask *a)
{
	struct buf value;
	char now[CLOCK_RFC3339_LEN + 1];
	buf_init(&value, 256);
	memset(a->headers, 0, sizeof(a->headers));
	if (a->content_type == NULL)
		a->content_type = "application/json";
	if (a->body.len > 0) {
		httpsig_content_digest(&value, (struct span){buf_text(&a->body), a->body.len});
		add_header(v, a, "Content-Digest", &value);
		buf_clear(&value);
	}
	clock_format(device_now_us(v), now);
	buf_puts(&value, now);
	add_header(v, a, CLOCK_HEADER, &value);
	put_signature(v, a);
	buf_release(&value);
}

// ---- tokens, offline ----------------------------------------------------------------------------

bool verifier_fetch(struct verifier *r, struct demo *d)
{
	struct ask a;
	*r = (struct verifier){0};
	ask_begin(&a, "GET", NULL, "/.well-known/jwks.json");
	const struct json *jwks = ask_for(d, &a);
	const struct json *keys = jwks != NULL ? json_get(jwks, "keys") : NULL;
	for (const struct json *k = keys != NULL ? keys->child : NULL; k != NULL; k = k->next) {
		struct buf reason;
		buf_init(&reason, 512);
		struct key *key = r->count < VERIFIER_KEYS_MAX ? key_from_jwk(k, &reason) : NULL;
		if (key != NULL)
			r->rings[r->count++] = keyring_of(key);
		buf_release(&reason);
	}
	if (jwks != NULL && r->count == 0)
		buf_puts(&d->why, "/.well-known/jwks.json has no key that a device can use");
	return r->count > 0;
}

void verifier_release(struct verifier *r)
{
	for (size_t i = 0; i < r->count; i++)
		keyring_release(r->rings[i]);
	r->count = 0;
}

bool verifier_check(
    const struct verifier *r, struct arena *a, const char *jwt, struct token_claims *claims)
{
	for (size_t i = 0; i < r->count; i++)
		if (token_parse(a, span_of(jwt), r->rings[i], claims) == JWS_OK)
			return true;
	return false;
}
