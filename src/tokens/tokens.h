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
#include "json/json.h"

// Once per process. Ring and issuer (the service's public URL) are borrowed for good.
void tokens_start(const struct keyring *token_keys, const char *issuer);
// The keys of status lists, borrowed for good: published beside those of tokens.
void tokens_publish(const struct keyring *status_keys);
// The service's public URL.
struct span tokens_issuer(void);
// The key that new tokens name.
const char *tokens_kid(void);
// All of them, to verify with.
const struct keyring *tokens_ring(void);
// The key of this name; the active one when its private half is gone.
const struct key *tokens_key(struct span kid);
// Appends the text of a token; `claims` without `iss` and `status_uri`, which are ours. Its status is
// in the list of this event; NULL: in none, as before there were lists.
void tokens_put_jwt(
    struct buf *out, struct span kid, const struct token_claims *claims, const struct uuid *event);
// The same for a token as SQL tells it: `jwt` is {kid, nbf, exp, event, idx}, `token` the object that
// it is a member of. Sets out->failed when it is not that.
void tokens_put_answer_jwt(struct buf *out, const struct json *token, const struct json *jwt);
// {"keys":[…]}: what others verify tokens and status lists with.
void tokens_put_jwks(struct buf *out);

#endif
