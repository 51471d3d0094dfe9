// SPDX-License-Identifier: Apache-2.0
//
// Borrows the ring of token keys and the issuer's text for the life of the process.
#include "tokens/tokens.h"

#include "base/shm.h"
#include "crypto/statuslist.h"

#define URI_MAX 4096

static struct {
	const struct keyring *ring;
	const struct keyring *status_ring; // or NULL
	struct span issuer;
} signer;

void tokens_start(const struct keyring *token_keys, const char *issuer)
{
	signer.ring = token_keys;
	signer.issuer = span_of(issuer);
}

void tokens_publish(const struct keyring *status_keys)
{
	signer.status_ring = status_keys;
}

struct span tokens_issuer(void)
{
	return signer.issuer;
}

const char *tokens_kid(void)
{
	return key_kid(keyring_active(signer.ring));
}

const struct keyring *tokens_ring(void)
{
	return signer.ring;
}

const struct key *tokens_key(struct span kid)
{
	const struct key *k = keyring_find(signer.ring, kid);

	return k != NULL && key_is_private(k) ? k : keyring_active(signer.ring);
}

void tokens_put_jwt(
    struct buf *out, struct span kid, const struct token_claims *claims, const struct uuid *event)
{
	const struct key *k = tokens_key(kid);
	char id[STATUSLIST_ID_LEN + 1];
	struct token_claims c = *claims;
	struct buf uri;

	buf_init(&uri, URI_MAX);
	if (event != NULL) {
		statuslist_id(event, id);
		statuslist_put_uri(&uri, signer.issuer, id);
	}
	c.iss = signer.issuer;
	c.status_uri = (struct span){buf_text(&uri), uri.len};
	out->failed |= uri.failed;
	token_jws(out, k, &c);
	buf_release(&uri);
	shm_add(METRIC_TOKENS_SIGNED, 1);
}

void tokens_put_answer_jwt(struct buf *out, const struct json *token, const struct json *jwt)
{
	struct uuid event;
	bool listed = uuid_parse(json_get_text(jwt, "event"), &event);
	struct token_claims claims = {
	    .serial = json_get_int(token, "serial", 0),
	    .version = json_get_int(token, "version", 0),
	    .not_before_s = json_get_int(jwt, "nbf", 0),
	    .expires_s = json_get_int(jwt, "exp", 0),
	    .status_index = json_get_int(jwt, "idx", 0),
	};

	if (uuid_parse(json_get_text(token, "id"), &claims.token) &&
	    uuid_parse(json_get_text(token, "drop_id"), &claims.drop))
		tokens_put_jwt(out, json_get_text(jwt, "kid"), &claims, listed ? &event : NULL);
	else
		out->failed = true;
}

void tokens_put_jwks(struct buf *out)
{
	const struct keyring *rings[] = {signer.ring, signer.status_ring};

	keyring_jwks(out, rings, signer.status_ring != NULL ? 2 : 1);
}
