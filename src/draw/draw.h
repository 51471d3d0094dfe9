// SPDX-License-Identifier: Apache-2.0
//
// drop-draw/v1: who is drawn, as a function of public facts. Pure. docs/formats.md ("Draw") says the
// same for strangers.
//
//   commitment = SHA-256(secret), each secret 32 bytes
//   entry id   = first 16 bytes of SHA-256(nonce ‖ salt): the client's 16 bytes, then ours
//   R          = RFC 6962 root over the n ids in the order of their bytes
//   K          = HKDF-SHA-256(ikm = the secrets in the parties' order, salt = R,
//                             info = "drop-draw/v1\0" ‖ drop id ‖ be64(n), 32 bytes)
//   score      = HMAC-SHA-256(K, entry id); the smallest bytes come first, ties by id
//
// There is one entry a person and one unit an entry: the first `capacity` ids win, the rest waits in
// order.
#ifndef ROADSHOW_DRAW_H
#define ROADSHOW_DRAW_H

#include "base/base.h"
#include "base/ids.h"
#include "crypto/digest.h"
#include "crypto/merkle.h"
#include "crypto/seal.h"

#define DRAW_ALGORITHM "drop-draw/v1"
#define DRAW_SECRET_LEN 32
#define DRAW_NONCE_LEN 16
#define DRAW_PARTIES_MAX 8
#define DRAW_ENTRIES_MAX 4000000

struct uuid draw_entry_id(const uint8_t nonce[DRAW_NONCE_LEN], const uint8_t salt[DRAW_NONCE_LEN]);
// Puts ids in the order of their bytes; false when one is there twice.
bool draw_sort(struct uuid *ids, size_t count) MUST_CHECK;
// Root over the ids as they stand.
struct digest draw_root(const struct uuid *ids, size_t count);
struct digest draw_key(const struct digest *root, const void *secrets, size_t secrets_len,
    const struct uuid *drop, uint64_t count);
struct digest draw_score(const struct digest *key, const struct uuid *id);
// Puts ids in the order in which they are drawn. False when memory is short: nothing has moved.
bool draw_rank(struct uuid *ids, size_t count, const struct digest *key) MUST_CHECK;

// The service's secret of a draw, as it is stored until it is revealed (crypto/seal.h).
void draw_seal(struct buf *out, const struct seal_ring *r, const struct uuid *creator,
    const struct uuid *drop, const uint8_t secret[DRAW_SECRET_LEN]);
// False when it does not open here, or is no secret.
bool draw_open(const struct seal_ring *r, const struct uuid *creator, const struct uuid *drop,
    struct span sealed, uint8_t secret[DRAW_SECRET_LEN]) MUST_CHECK;

#endif
