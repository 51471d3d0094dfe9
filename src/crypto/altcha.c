// SPDX-License-Identifier: Apache-2.0
//
// Pure but for the randomness of altcha_make(). A payload is read strictly where it is signed: the
// parameters must be exactly ours, and are written again in the one form whose signature counts, so
// that spelling never matters. What stands beside them is ignored.
#include "crypto/altcha.h"

#include <stdio.h>
#include <string.h>

#define ALGORITHM "PBKDF2/SHA-256"
#define CANDIDATE_LEN 32
#define PASSWORD_LEN (ALTCHA_NONCE_LEN + 4)
#define COST_BITS_MIN 6	 // of the cheapest candidate, where the prefix can tell the rest
#define COST_BITS_STEP 4 // a hex digit of the prefix is worth as much
#define ZEROS_MAX 16
#define MEMBERS 8
#define JSON_BYTES_MAX 1024

_Static_assert(ALTCHA_COST_MAX == 1 << (COST_BITS_MIN + COST_BITS_STEP - 1), "bits_of() says so");
_Static_assert((ALTCHA_BITS_MAX - COST_BITS_MIN) / COST_BITS_STEP <= ZEROS_MAX, "a prefix fits");

static const char zeros[ZEROS_MAX + 1] = "0000000000000000";

struct altcha_key altcha_key_of(const uint8_t secret[32])
{
	static const char label[] = "altcha/v2";
	struct digest d = hmac_sha256(secret, 32, label, sizeof(label) - 1);
	struct altcha_key key;
	struct buf text;

	buf_init(&text, sizeof(key.text));
	str_hex(&text, d.b, sizeof(d.b));
	ASSERT(!text.failed && text.len == sizeof(key.text));
	memcpy(key.text, text.data, sizeof(key.text));
	crypto_wipe(text.data, text.len);
	crypto_wipe(&d, sizeof(d));
	buf_release(&text);
	return key;
}

struct altcha_challenge altcha_make(unsigned bits, const struct uuid *drop, int64_t expires_at_s)
{
	struct altcha_challenge c = {.zeros = 1, .expires_at_s = expires_at_s, .drop = *drop};

	ASSERT(bits >= ALTCHA_BITS_MIN && bits <= ALTCHA_BITS_MAX);
	if (bits >= COST_BITS_MIN + COST_BITS_STEP)
		c.zeros = (bits - COST_BITS_MIN) / COST_BITS_STEP;
	c.cost = 1u << (bits - COST_BITS_STEP * c.zeros);
	ids_random(c.nonce, sizeof(c.nonce));
	ids_random(c.salt, sizeof(c.salt));
	return c;
}

// ---- writing ------------------------------------------------------------------------------------

// What is signed: members in the order of their names, no white space.
static void put_parameters(struct buf *out, const struct altcha_challenge *c)
{
	char drop[UUID_TEXT_LEN + 1];

	uuid_format(&c->drop, drop);
	buf_printf(out,
	    "{\"algorithm\":\"" ALGORITHM "\",\"cost\":%u,\"data\":{\"drop\":\"%s\"},"
	    "\"expiresAt\":%lld,\"keyLength\":%d,\"keyPrefix\":\"%.*s\",\"nonce\":\"",
	    c->cost, drop, (long long)c->expires_at_s, CANDIDATE_LEN, (int)c->zeros, zeros);
	str_hex(out, c->nonce, sizeof(c->nonce));
	buf_puts(out, "\",\"salt\":\"");
	str_hex(out, c->salt, sizeof(c->salt));
	buf_puts(out, "\"}");
}

static struct digest sign(const struct altcha_key *key, const struct buf *parameters)
{
	return hmac_sha256(key->text, sizeof(key->text), parameters->data, parameters->len);
}

void altcha_put(
    struct json_out *w, const struct altcha_key *key, const struct altcha_challenge *challenge)
{
	struct buf text;
	struct digest signature;

	buf_init(&text, JSON_BYTES_MAX);
	put_parameters(&text, challenge);
	ASSERT(!text.failed);
	signature = sign(key, &text);
	json_open(w, '{');
	json_key(w, "parameters");
	json_put_raw(w, (struct span){buf_text(&text), text.len});
	buf_clear(&text);
	str_hex(&text, signature.b, sizeof(signature.b));
	json_kv_text(w, "signature", buf_text(&text));
	json_close(w, '}');
	buf_release(&text);
}

// ---- candidates ---------------------------------------------------------------------------------

static struct digest candidate(const struct altcha_challenge *c, uint32_t counter)
{
	uint8_t password[PASSWORD_LEN];

	memcpy(password, c->nonce, sizeof(c->nonce));
	for (int i = 0; i < 4; i++)
		password[ALTCHA_NONCE_LEN + i] = (uint8_t)(counter >> (24 - 8 * i));
	return pbkdf2_sha256(password, sizeof(password), c->salt, sizeof(c->salt), c->cost);
}

static bool starts_with_zeros(const struct digest *d, unsigned digits)
{
	for (unsigned i = 0; i < digits; i++)
		if ((i % 2 == 0 ? d->b[i / 2] >> 4 : d->b[i / 2] & 15) != 0)
			return false;
	return true;
}

bool altcha_solve(const struct altcha_challenge *challenge, uint32_t tries, uint32_t *counter)
{
	for (*counter = 0; *counter < tries; (*counter)++) {
		struct digest d = candidate(challenge, *counter);

		if (starts_with_zeros(&d, challenge->zeros))
			return true;
	}
	return false;
}

void altcha_put_payload(struct buf *out, const struct altcha_key *key,
    const struct altcha_challenge *challenge, uint32_t counter)
{
	struct digest d = candidate(challenge, counter);
	struct buf text;
	struct json_out w;

	buf_init(&text, JSON_BYTES_MAX);
	w = json_to(&text);
	json_open(&w, '{');
	json_key(&w, "challenge");
	altcha_put(&w, key, challenge);
	buf_printf(&text, ",\"solution\":{\"counter\":%u,\"derivedKey\":\"", (unsigned)counter);
	str_hex(&text, d.b, sizeof(d.b));
	buf_puts(&text, "\",\"time\":0}}");
	ASSERT(!text.failed);
	str_base64(out, text.data, text.len);
	buf_release(&text);
}

// ---- reading ------------------------------------------------------------------------------------

static bool int_of(const struct json *object, const char *name, int64_t max, int64_t *out)
{
	const struct json *m = json_get(object, name);

	if (m == NULL || m->type != JSON_INT || m->integer < 0 || m->integer > max)
		return false;
	*out = m->integer;
	return true;
}

static bool hex_of(const struct json *object, const char *name, uint8_t *out, size_t len)
{
	struct span text = json_get_text(object, name);

	return text.ptr != NULL && str_hex_decode(text, out, len);
}

static bool drop_of(const struct json *parameters, struct uuid *out)
{
	const struct json *data = json_get(parameters, "data");

	return data != NULL && data->type == JSON_OBJECT && data->count == 1 &&
	       uuid_parse(json_get_text(data, "drop"), out);
}

static bool prefix_of(const struct json *parameters, unsigned *out)
{
	struct span text = json_get_text(parameters, "keyPrefix");

	if (text.len < 1 || text.len > ZEROS_MAX || memcmp(text.ptr, zeros, text.len) != 0)
		return false;
	*out = (unsigned)text.len;
	return true;
}

static bool read_parameters(const struct json *p, struct altcha_challenge *c)
{
	int64_t cost, length;

	if (p == NULL || p->type != JSON_OBJECT || p->count != MEMBERS ||
	    !span_eq(json_get_text(p, "algorithm"), ALGORITHM) ||
	    !int_of(p, "cost", ALTCHA_COST_MAX, &cost) || cost == 0 ||
	    !int_of(p, "expiresAt", INT64_MAX, &c->expires_at_s) ||
	    !int_of(p, "keyLength", CANDIDATE_LEN, &length) || length != CANDIDATE_LEN ||
	    !drop_of(p, &c->drop) || !prefix_of(p, &c->zeros))
		return false;
	c->cost = (unsigned)cost;
	return hex_of(p, "nonce", c->nonce, sizeof(c->nonce)) &&
	       hex_of(p, "salt", c->salt, sizeof(c->salt));
}

static bool is_signed(
    const struct altcha_key *key, const struct altcha_challenge *c, const struct digest *given)
{
	struct buf text;
	struct digest d;

	buf_init(&text, JSON_BYTES_MAX);
	put_parameters(&text, c);
	ASSERT(!text.failed);
	d = sign(key, &text);
	buf_release(&text);
	return digest_equal(&d, given);
}

static const struct json *parse_payload(struct arena *a, struct span payload)
{
	uint8_t text[ALTCHA_PAYLOAD_MAX / 4 * 3];
	size_t len;
	char why[64];

	if (payload.ptr == NULL || payload.len > ALTCHA_PAYLOAD_MAX ||
	    !str_base64_decode(payload, text, sizeof(text), &len))
		return NULL;
	return json_parse(a, text, len, why, sizeof(why));
}

enum altcha_result altcha_check(struct arena *a, const struct altcha_key *key, struct span payload,
    struct altcha_challenge *out)
{
	const struct json *root = parse_payload(a, payload);
	const struct json *challenge = root != NULL ? json_get(root, "challenge") : NULL;
	const struct json *solution = root != NULL ? json_get(root, "solution") : NULL;
	struct digest signature, given, right;
	int64_t counter;

	if (challenge == NULL || solution == NULL ||
	    !read_parameters(json_get(challenge, "parameters"), out) ||
	    !hex_of(challenge, "signature", signature.b, sizeof(signature.b)) ||
	    !int_of(solution, "counter", UINT32_MAX, &counter) ||
	    !hex_of(solution, "derivedKey", given.b, sizeof(given.b)))
		return ALTCHA_MALFORMED;
	if (!is_signed(key, out, &signature))
		return ALTCHA_FORGED;
	right = candidate(out, (uint32_t)counter); // only for challenges of ours: it is the work
	if (!digest_equal(&right, &given) || !starts_with_zeros(&right, out->zeros))
		return ALTCHA_UNSOLVED;
	return ALTCHA_OK;
}
