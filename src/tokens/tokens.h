// SPDX-License-Identifier: Apache-2.0
//
// Signing tokens. A token's text is a function of its row and its key (deterministic ECDSA), so it
// is rendered whenever it is shown and stored nowhere.
//
// A key is chosen when the token is claimed and named in its row. Should its private half be gone
// since (a rotated key, see crypto/keys.h), the active key signs: other bytes, the same right.
#ifndef ROADSHOW_TOKENS_H
#define ROADSHOW_TOKENS_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"
#include "crypto/jws.h"
#include "crypto/keys.h"

// Once per process. Ring and issuer (the service's public URL) are borrowed for good.
void tokens_start(const struct keyring *token_keys, const char *issuer);
// The key that new tokens name.
const char *tokens_kid(void);
// Appends the text of a token; `claims` without `iss`, which is ours.
void tokens_put_jwt(struct buf *out, struct span kid, const struct token_claims *claims);
// {"keys":[…]}: what others verify tokens with.
void tokens_put_jwks(struct buf *out);

#endif
