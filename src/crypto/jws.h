// SPDX-License-Identifier: Apache-2.0
//
// JSON Web Signatures (RFC 7515), compact, ES256 only; and the token that a fan holds, a JWT of
// type drop+jwt. Signing is deterministic (RFC 6979): claims and key give the same bytes each time,
// so a token is rendered again rather than stored.
#ifndef ROADSHOW_JWS_H
#define ROADSHOW_JWS_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/ids.h"
#include "base/str.h"
#include "crypto/keys.h"
#include "json/json.h"

#define JWS_LEN_MAX 8192 // longer texts are malformed

enum jws_result {
	JWS_OK,
	JWS_MALFORMED,	 // not three strict base64url parts with JSON objects in the first two
	JWS_WRONG_ALG,	 // anything but ES256
	JWS_WRONG_TYPE,	 // typ is not the expected one, or there is a `crit`
	JWS_UNKNOWN_KEY, // no key of the ring has this kid
	JWS_BAD_SIGNATURE,
	JWS_BAD_CLAIMS, // genuine, but a claim is missing or of the wrong type
};

const char *jws_result_text(enum jws_result r); // a sentence for people

// Appends header.payload.signature; header {"alg":"ES256","kid":…,"typ":…}. `typ` needs no
// escaping. The key is a private P-256 key.
void jws_sign(struct buf *out, const struct key *k, const char *typ, struct span payload);
// Checks the text against the ring's key that its kid names. On JWS_OK *payload is the parsed
// object, living in the arena. `typ` is compared exactly.
enum jws_result jws_verify(struct arena *a, struct span text, const struct keyring *ring,
    const char *typ, const struct json **payload) MUST_CHECK;

// The claims of a token. Times are seconds since 1970-01-01T00:00:00Z.
struct token_claims {
	struct span iss;	// the service's public URL
	struct uuid token;	// jti
	struct uuid drop;	// drp
	int64_t serial;		// srl
	int64_t version;	// ver: raised by a transfer
	int64_t not_before_s;	// nbf
	int64_t expires_s;	// exp
	int64_t status_index;	// status.status_list.idx
	struct span status_uri; // status.status_list.uri; empty: the token has no `status`
};

// Appends the token's JWS: exactly these claims, in this order. About 385 characters and 4/3 of the
// lengths of issuer and status URI, which is the issuer and 28 characters: 490 for
// https://drops.example.com. Issuers of up to 30 characters stay within 504, what a QR code of
// version 17 holds at level M.
void token_jws(struct buf *out, const struct key *k, const struct token_claims *c);
// The reverse, signature checked. Spans of *out live in the arena. Times are not judged here: a
// late upload may report a token that has expired since.
enum jws_result token_parse(struct arena *a, struct span text, const struct keyring *ring,
    struct token_claims *out) MUST_CHECK;

#endif
