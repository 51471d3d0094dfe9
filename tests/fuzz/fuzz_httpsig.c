// SPDX-License-Identifier: Apache-2.0
//
// Header fields of a signed request: Signature-Input, Signature and Content-Digest, one a line.
// What is accepted keeps the profile's promises; nothing verifies, as the key signed nothing.
#include <string.h>

#include "crypto/httpsig.h"

#define NOW 1618884473

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fields {
	struct span input, signature, digest;
};

static struct span take_line(struct span *rest)
{
	struct span line = *rest;
	const char *newline = rest->len > 0 ? memchr(rest->ptr, '\n', rest->len) : NULL;

	if (newline != NULL)
		line.len = (size_t)(newline - rest->ptr);
	rest->ptr += line.len + (newline != NULL);
	rest->len -= line.len + (newline != NULL);
	return line;
}

static struct span find_field(void *arg, const char *name)
{
	const struct fields *f = arg;

	if (strcmp(name, "signature-input") == 0)
		return f->input;
	if (strcmp(name, "signature") == 0)
		return f->signature;
	if (strcmp(name, "content-digest") == 0)
		return f->digest;
	if (strcmp(name, "content-type") == 0)
		return span_of("application/x-ndjson");
	if (strcmp(name, "idempotency-key") == 0)
		return span_of("\"k\"");
	return (struct span){NULL, 0};
}

static void check(const struct httpsig *s, const struct key *k)
{
	ASSERT(s->nonce.len >= 16 && s->nonce.len <= 64);
	ASSERT(s->keyid.len >= 1 && s->keyid.len <= 128);
	ASSERT(
	    s->created_s >= NOW - HTTPSIG_SKEW_MAX_S && s->created_s <= NOW + HTTPSIG_SKEW_MAX_S);
	ASSERT(s->expires_s >= NOW && s->expires_s > s->created_s);
	ASSERT(strstr(buf_text(&s->base), "\"@method\": POST\n") != NULL);
	ASSERT(strstr(buf_text(&s->base), "\"content-digest\": ") != NULL);
	ASSERT(httpsig_verify(s, k) != HTTPSIG_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct key *k;
	struct span rest = {(const char *)data, size};
	struct fields f;
	struct httpsig_request req = {.method = "POST",
	    .authority = span_of("drops.example.com"),
	    .path = span_of("/v1/sync"),
	    .body = span_of("{}"),
	    .header = find_field,
	    .arg = &f};
	struct httpsig s;

	if (k == NULL)
		k = key_generate(KEY_ED25519);
	if (size == 0)
		return 0;
	f.input = take_line(&rest);
	f.signature = take_line(&rest);
	f.digest = take_line(&rest);
	if (httpsig_parse(&req, NOW, &s) == HTTPSIG_OK)
		check(&s, k);
	httpsig_release(&s);
	(void)!httpsig_content_digest_matches(f.digest, req.body);
	return 0;
}
