// SPDX-License-Identifier: Apache-2.0
//
// Public keys as JSON (RFC 7517, RFC 7518 section 6.2, RFC 8037). Uses keys.h's public face only.
#include "crypto/keys.h"

#define PARSE_BYTES_MAX ((size_t)65536) // of a JWK and its tree

// Absent, or this text.
static bool absent_or(const struct json *jwk, const char *name, const char *expected)
{
	return json_get(jwk, name) == NULL || span_eq(json_get_text(jwk, name), expected);
}

// Members that say what else the key may be for.
static bool is_for_verifying(const struct json *jwk)
{
	const struct json *ops = json_get(jwk, "key_ops");

	if (!absent_or(jwk, "use", "sig"))
		return false;
	if (ops == NULL)
		return true;
	if (ops->type != JSON_ARRAY)
		return false;
	for (const struct json *op = ops->child; op != NULL; op = op->next)
		if (op->type == JSON_STRING && span_eq(op->text, "verify"))
			return true;
	return false;
}

static bool coordinate(const struct json *jwk, const char *name, uint8_t *out)
{
	struct span text = json_get_text(jwk, name);
	size_t len = 0;

	return text.ptr != NULL && str_base64url_decode(text, out, 32, &len) && len == 32;
}

static struct key *from_point(const struct json *jwk, struct buf *error)
{
	uint8_t point[KEY_PUBLIC_MAX] = {0x04};

	if (!span_eq(json_get_text(jwk, "crv"), "P-256"))
		buf_puts(error, "crv must be P-256");
	else if (!coordinate(jwk, "x", point + 1) || !coordinate(jwk, "y", point + 33))
		buf_puts(error, "x and y must be base64url of 32 bytes each");
	else
		return key_from_public_bytes(KEY_P256, point, sizeof(point), error);
	return NULL;
}

static struct key *from_ec(const struct json *jwk, struct buf *error)
{
	if (!span_eq(json_get_text(jwk, "crv"), "P-256") || absent_or(jwk, "alg", "ES256"))
		return from_point(jwk, error);
	buf_puts(error, "alg must be ES256");
	return NULL;
}

static struct key *from_okp(const struct json *jwk, struct buf *error)
{
	uint8_t point[32];

	if (!span_eq(json_get_text(jwk, "crv"), "Ed25519"))
		buf_puts(error, "crv must be Ed25519");
	else if (!absent_or(jwk, "alg", "EdDSA") && !absent_or(jwk, "alg", "Ed25519"))
		buf_puts(error, "alg must be EdDSA"); // or Ed25519, its name since RFC 9864
	else if (!coordinate(jwk, "x", point))
		buf_puts(error, "x must be base64url of 32 bytes");
	else
		return key_from_public_bytes(KEY_ED25519, point, sizeof(point), error);
	return NULL;
}

struct key *key_from_jwk(const struct json *jwk, struct buf *error)
{
	if (jwk == NULL || jwk->type != JSON_OBJECT)
		buf_puts(error, "a JWK is a JSON object");
	else if (json_get(jwk, "d") != NULL)
		buf_puts(error, "this is a private key; send the public one, without d");
	else if (!is_for_verifying(jwk))
		buf_puts(error, "use must be sig and key_ops must contain verify");
	else if (span_eq(json_get_text(jwk, "kty"), "EC"))
		return from_ec(jwk, error);
	else if (span_eq(json_get_text(jwk, "kty"), "OKP"))
		return from_okp(jwk, error);
	else
		buf_puts(error, "kty must be EC or OKP");
	return NULL;
}

struct key *key_from_epk(const struct json *epk, struct buf *error)
{
	if (epk->type != JSON_OBJECT || !span_eq(json_get_text(epk, "kty"), "EC") ||
	    json_get(epk, "d") != NULL) {
		buf_puts(error, "an epk is a public key of kty EC");
		return NULL;
	}
	return from_point(epk, error);
}

struct key *key_from_jwk_text(struct span text, struct buf *error)
{
	struct arena arena;
	char why[160] = "";
	const struct json *jwk = NULL;
	struct key *k = NULL;

	arena_init(&arena, PARSE_BYTES_MAX);
	jwk = json_parse(&arena, text.ptr, text.len, why, sizeof(why));
	if (jwk == NULL)
		buf_puts(error, why);
	else
		k = key_from_jwk(jwk, error);
	arena_release(&arena);
	return k;
}

static void put_bytes(struct json_out *w, const char *name, const void *bytes, size_t len)
{
	struct buf text;

	buf_init(&text, 128);
	str_base64url(&text, bytes, len);
	ASSERT(!text.failed);
	json_kv_text(w, name, buf_text(&text));
	buf_release(&text);
}

static void put_jwk(struct json_out *w, const struct key *k, const char *alg, const char *use)
{
	struct span bytes = key_public_bytes(k);

	json_open(w, '{');
	if (key_type(k) == KEY_P256) {
		json_kv_text(w, "kty", "EC");
		json_kv_text(w, "crv", "P-256");
		put_bytes(w, "x", bytes.ptr + 1, 32);
		put_bytes(w, "y", bytes.ptr + 33, 32);
	} else {
		json_kv_text(w, "kty", "OKP");
		json_kv_text(w, "crv", "Ed25519");
		put_bytes(w, "x", bytes.ptr, bytes.len);
	}
	json_kv_text(w, "kid", key_kid(k));
	json_kv_text(w, "alg", alg);
	json_kv_text(w, "use", use);
	json_close(w, '}');
}

void key_jwk(struct json_out *w, const struct key *k)
{
	put_jwk(w, k, key_alg(k), "sig");
}

void key_jwk_enc(struct json_out *w, const struct key *k)
{
	ASSERT(key_type(k) == KEY_P256);
	put_jwk(w, k, "ECDH-ES", "enc");
}
