// SPDX-License-Identifier: Apache-2.0
//
// ALTCHA v2: a challenge that costs the asker some work, and the check of the answer. The unmodified
// widget and library (npm `altcha`, `altcha-lib`) solve ours.
//
//   challenge  {"parameters": {algorithm, cost, data: {drop}, expiresAt, keyLength, keyPrefix, nonce,
//              salt}, "signature"}
//   signature  hex of HMAC-SHA-256(key, the parameters as compact JSON, members sorted)
//   candidate  PBKDF2-HMAC-SHA-256(nonce ‖ be32(counter), salt, cost iterations), 32 bytes
//   solution   a counter whose candidate, in hex, starts with keyPrefix
//   payload    base64 of {"challenge": …, "solution": {counter, derivedKey, time}}
//
// Making one is an HMAC; checking one an HMAC and a single candidate, at most ALTCHA_COST_MAX
// iterations, while whoever solves tries 16 to the power of the prefix's length. Work is told in
// bits: 2^bits iterations are expected. The challenge is all there is to know: nothing is stored
// when it is made, and any process with the same key can check it. That a nonce is used once is the
// caller's to keep.
#ifndef ROADSHOW_ALTCHA_H
#define ROADSHOW_ALTCHA_H

#include "base/arena.h"
#include "base/base.h"
#include "base/ids.h"
#include "base/str.h"
#include "crypto/digest.h"
#include "json/json.h"

#define ALTCHA_NONCE_LEN 16
#define ALTCHA_COST_MAX 512
#define ALTCHA_BITS_MIN 8
#define ALTCHA_BITS_MAX 28
#define ALTCHA_PAYLOAD_MAX 4096 // characters of base64; ours are below 900

// The library takes a secret as text: the key is the digest's hex.
struct altcha_key {
	char text[2 * DIGEST_LEN];
};

struct altcha_challenge {
	unsigned cost;	      // iterations of one candidate
	unsigned zeros;	      // hex digits of the prefix, all of them 0
	int64_t expires_at_s; // since 1970; the caller compares
	struct uuid drop;
	uint8_t nonce[ALTCHA_NONCE_LEN], salt[ALTCHA_NONCE_LEN];
};

enum altcha_result {
	ALTCHA_OK,
	ALTCHA_MALFORMED, // not a payload
	ALTCHA_FORGED,	  // a challenge that is not signed by this key
	ALTCHA_UNSOLVED	  // the solution is none
};

// HMAC-SHA-256(server secret, "altcha/v2").
struct altcha_key altcha_key_of(const uint8_t secret[32]);
// A fresh challenge of 2^bits expected iterations, bits from ALTCHA_BITS_MIN to ALTCHA_BITS_MAX.
struct altcha_challenge altcha_make(unsigned bits, const struct uuid *drop, int64_t expires_at_s);
// The whole object.
void altcha_put(
    struct json_out *w, const struct altcha_key *key, const struct altcha_challenge *challenge);

// The payload's challenge in `out` when ALTCHA_OK. It may have expired, or be for something else.
enum altcha_result altcha_check(struct arena *a, const struct altcha_key *key, struct span payload,
    struct altcha_challenge *out) MUST_CHECK;

// For clients and tests: the first counter that solves it. False when there is none below `tries`.
bool altcha_solve(
    const struct altcha_challenge *challenge, uint32_t tries, uint32_t *counter) MUST_CHECK;
// The payload of a solution.
void altcha_put_payload(struct buf *out, const struct altcha_key *key,
    const struct altcha_challenge *challenge, uint32_t counter);

#endif
