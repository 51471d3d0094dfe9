// SPDX-License-Identifier: Apache-2.0
//
// Renders and checks compact JWS. Pure: what it parses lives in the caller's arena.
#include "crypto/jws.h"

#include <string.h>

#include "crypto/jose.h"

#define TOKEN_TYPE "drop+jwt"
#define TOKEN_PAYLOAD_MAX 2048

static const char *const texts[] = {
    [JWS_OK] = "The signature is good.",
    [JWS_MALFORMED] = "This is not a compact JWS.",
    [JWS_WRONG_ALG] = "The JWS is not signed with ES256.",
    [JWS_WRONG_TYPE] = "The JWS is of another type.",
    [JWS_UNKNOWN_KEY] = "The JWS names a key that is not known here.",
    [JWS_BAD_SIGNATURE] = "The signature does not match.",
    [JWS_BAD_CLAIMS] = "The signature is good, but a claim is missing or of the wrong type.",
};

const char *jws_result_text(enum jws_result r)
{
	ASSERT((size_t)r < ARRAY_LEN(texts));
	return texts[r];
}

// ---- signing

static void put_header(struct buf *out, const struct key *k, const char *typ)
{
	struct buf json;

	buf_init(&json, 256);
	buf_printf(&json, "{\"alg\":\"ES256\",\"kid\":\"%s\",\"typ\":\"%s\"}", key_kid(k), typ);
	ASSERT(!json.failed);
	str_base64url(out, json.data, json.len);
	buf_release(&json);
}

void jws_sign(struct buf *out, const struct key *k, const char *typ, struct span payload)
{
	uint8_t signature[KEY_SIGNATURE_LEN];
	size_t start = out->len;

	ASSERT(key_type(k) == KEY_P256);
	put_header(out, k, typ);
	buf_putc(out, '.');
	str_base64url(out, payload.ptr, payload.len);
	if (out->failed)
		return;
	key_sign(k, out->data + start, out->len - start, signature);
	buf_putc(out, '.');
	str_base64url(out, signature, sizeof(signature));
}

// ---- checking

enum part { HEADER, PAYLOAD, SIGNATURE, PARTS };

static enum jws_result check_header(const struct json *header, const char *typ)
{
	if (!span_eq(json_get_text(header, "alg"), "ES256"))
		return JWS_WRONG_ALG;
	if (!span_eq(json_get_text(header, "typ"), typ) || json_get(header, "crit") != NULL)
		return JWS_WRONG_TYPE;
	return JWS_OK;
}

enum jws_result jws_verify(struct arena *a, struct span text, const struct keyring *ring,
    const char *typ, const struct json **payload)
{
	uint8_t signature[KEY_SIGNATURE_LEN];
	struct span raw = {.ptr = (const char *)signature, .len = 0};
	struct span part[PARTS];
	const struct json *header = NULL;
	const struct json *body = NULL;
	const struct key *k = NULL;
	enum jws_result r = JWS_OK;

	if (text.len == 0 || text.len > JWS_LEN_MAX || !jose_split(text, part, PARTS) ||
	    (header = jose_object(a, part[HEADER])) == NULL ||
	    !str_base64url_decode(part[SIGNATURE], signature, sizeof(signature), &raw.len))
		return JWS_MALFORMED;
	r = check_header(header, typ);
	if (r != JWS_OK)
		return r;
	k = keyring_find(ring, json_get_text(header, "kid"));
	if (k == NULL)
		return JWS_UNKNOWN_KEY;
	if (key_type(k) != KEY_P256)
		return JWS_WRONG_ALG;
	// What is signed is the text up to the second dot.
	if (!key_verify(k, text.ptr, (size_t)(part[SIGNATURE].ptr - text.ptr) - 1, raw))
		return JWS_BAD_SIGNATURE;
	body = jose_object(a, part[PAYLOAD]); // only bytes that are genuine are parsed
	if (body == NULL)
		return JWS_MALFORMED;
	*payload = body;
	return JWS_OK;
}

// ---- the token

static void put_short_uuid(struct json_out *w, const char *key, const struct uuid *u)
{
	char text[UUID_SHORT_LEN + 1];

	uuid_format_short(u, text);
	json_kv_text(w, key, text);
}

static void put_status(struct json_out *w, const struct token_claims *c)
{
	json_key(w, "status");
	json_open(w, '{');
	json_key(w, "status_list");
	json_open(w, '{');
	json_kv_int(w, "idx", c->status_index);
	json_key(w, "uri");
	json_put_span(w, c->status_uri);
	json_close(w, '}');
	json_close(w, '}');
}

static void put_claims(struct buf *out, const struct token_claims *c)
{
	struct json_out w = json_to(out);

	json_open(&w, '{');
	json_key(&w, "iss");
	json_put_span(&w, c->iss);
	put_short_uuid(&w, "jti", &c->token);
	put_short_uuid(&w, "drp", &c->drop);
	json_kv_int(&w, "srl", c->serial);
	json_kv_int(&w, "ver", c->version);
	json_kv_int(&w, "nbf", c->not_before_s);
	json_kv_int(&w, "exp", c->expires_s);
	if (c->status_uri.len > 0)
		put_status(&w, c);
	json_close(&w, '}');
}

void token_jws(struct buf *out, const struct key *k, const struct token_claims *c)
{
	struct buf payload;

	buf_init(&payload, TOKEN_PAYLOAD_MAX);
	put_claims(&payload, c);
	if (payload.failed)
		out->failed = true;
	else
		jws_sign(out, k, TOKEN_TYPE, (struct span){buf_text(&payload), payload.len});
	buf_release(&payload);
}

static bool text_claim(const struct json *o, const char *name, struct span *out)
{
	*out = json_get_text(o, name);
	return out->len > 0;
}

// A whole number, not negative: all of ours are.
static bool int_claim(const struct json *o, const char *name, int64_t *out)
{
	*out = json_get_int(o, name, -1);
	return *out >= 0;
}

// Absent, or whole.
static bool status_claim(const struct json *body, struct token_claims *out)
{
	const struct json *status = json_get(body, "status");
	const struct json *list = json_get(status, "status_list");

	out->status_index = 0;
	out->status_uri = (struct span){NULL, 0};
	return status == NULL || (int_claim(list, "idx", &out->status_index) &&
				     text_claim(list, "uri", &out->status_uri));
}

enum jws_result token_parse(
    struct arena *a, struct span text, const struct keyring *ring, struct token_claims *out)
{
	const struct json *body = NULL;
	enum jws_result r = jws_verify(a, text, ring, TOKEN_TYPE, &body);

	if (r != JWS_OK)
		return r;
	if (!text_claim(body, "iss", &out->iss) ||
	    !uuid_parse_short(json_get_text(body, "jti"), &out->token) ||
	    !uuid_parse_short(json_get_text(body, "drp"), &out->drop) ||
	    !int_claim(body, "srl", &out->serial) || !int_claim(body, "ver", &out->version) ||
	    !int_claim(body, "nbf", &out->not_before_s) ||
	    !int_claim(body, "exp", &out->expires_s) || !status_claim(body, out))
		return JWS_BAD_CLAIMS;
	return JWS_OK;
}
