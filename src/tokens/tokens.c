// SPDX-License-Identifier: Apache-2.0
//
// Borrows the ring of token keys and the issuer's text for the life of the process.
#include "tokens/tokens.h"

#include "base/shm.h"

static struct {
	const struct keyring *ring;
	struct span issuer;
} signer;

void tokens_start(const struct keyring *token_keys, const char *issuer)
{
	signer.ring = token_keys;
	signer.issuer = span_of(issuer);
}

const char *tokens_kid(void)
{
	return key_kid(keyring_active(signer.ring));
}

void tokens_put_jwt(struct buf *out, struct span kid, const struct token_claims *claims)
{
	const struct key *k = keyring_find(signer.ring, kid);
	struct token_claims c = *claims;

	if (k == NULL || !key_is_private(k))
		k = keyring_active(signer.ring);
	c.iss = signer.issuer;
	token_jws(out, k, &c);
	shm_add(METRIC_TOKENS_SIGNED, 1);
}

void tokens_put_jwks(struct buf *out)
{
	keyring_jwks(out, &signer.ring, 1);
}
