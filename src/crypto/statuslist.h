// SPDX-License-Identifier: Apache-2.0
//
// Token Status List (draft-ietf-oauth-status-list): a status of two bits for each index, packed from
// the least significant bit on, compressed with zlib, signed as a JWT of type statuslist+jwt. Pure:
// what has which status is the caller's.
//
// Which statuses there are is up to the draft's registry; we use three.
#ifndef ROADSHOW_STATUSLIST_H
#define ROADSHOW_STATUSLIST_H

#include "base/base.h"
#include "base/buf.h"
#include "base/ids.h"
#include "base/str.h"
#include "crypto/keys.h"

#define STATUSLIST_SIZE_MAX ((size_t)1 << 25) // indices: 8 MiB
#define STATUSLIST_TYPE "statuslist+jwt"
#define STATUSLIST_MEDIA_TYPE "application/statuslist+jwt"
#define STATUSLIST_ID_LEN 11
#define STATUSLIST_PATH "/v1/status-lists/"
#define STATUSLIST_TTL_S 60 // how old a copy may be: the claim `ttl`, and what caches are told

enum token_status { TOKEN_STATUS_VALID, TOKEN_STATUS_INVALID, TOKEN_STATUS_SUSPENDED };

struct statuslist {
	struct buf packed; // owned
	unsigned bits;	   // of one status: 1, 2, 4 or 8
	size_t size;	   // indices
};

// All valid. `size` is a multiple of 8 / bits and at most STATUSLIST_SIZE_MAX; false when there is
// no memory. Released by statuslist_release().
bool statuslist_init(struct statuslist *l, unsigned bits, size_t size) MUST_CHECK;
void statuslist_release(struct statuslist *l);
void statuslist_set(struct statuslist *l, size_t index, unsigned status); // index < size
unsigned statuslist_get(const struct statuslist *l, size_t index);
// "index status,index status,…" as the database writes it. False when it is not that, or an index
// is not below the list's size.
bool statuslist_take(struct statuslist *l, struct span entries) MUST_CHECK;

// Appends `lst`: base64url of the zlib stream (RFC 1950, level 9) of the packed bytes.
void statuslist_put(struct buf *out, const struct statuslist *l);

struct statuslist_claims {
	struct span sub; // the list's own URI, as tokens name it
	int64_t issued_s, expires_s, ttl_s;
};
// Appends the signed list. The key is a private P-256 key.
void statuslist_jwt(struct buf *out, const struct key *k, const struct statuslist *l,
    const struct statuslist_claims *c);

// The public name of an event's list: base64url of the first 8 bytes of SHA-256 of the event's id.
// `out` takes STATUSLIST_ID_LEN + 1 bytes. roadshow.status_list_id() in sql/functions/status.sql
// says the same.
void statuslist_id(const struct uuid *event, char *out);
// Appends `public_url`, STATUSLIST_PATH and the id.
void statuslist_put_uri(struct buf *out, struct span public_url, const char *id);

#endif
