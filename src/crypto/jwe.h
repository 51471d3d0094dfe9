// SPDX-License-Identifier: Apache-2.0
//
// JSON Web Encryption (RFC 7516), compact, for reading only, one way of it: alg ECDH-ES in direct key
// agreement (RFC 7518 section 4.6) with an ephemeral key on P-256, enc A256GCM (section 5.3). Whoever has
// our public key writes; whoever has the private one reads.
//
//   BASE64URL(header) "." "" "." BASE64URL(iv, 12 bytes) "." BASE64URL(ciphertext) "." BASE64URL(tag, 16)
//   header {"alg":"ECDH-ES","enc":"A256GCM","kid":…,"epk":{"kty":"EC","crv":"P-256","x","y"},"apu"?,"apv"}
//
// Other members of the header are ignored, but `crit` and `zip` are refused: compressed text says by its
// length what is in it.
#ifndef ROADSHOW_JWE_H
#define ROADSHOW_JWE_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"
#include "crypto/keys.h"

#define JWE_LEN_MAX 8192       // longer texts are malformed
#define JWE_PLAIN_MAX 6144     // what a text of that length can hold
#define JWE_PARTY_BYTES_MAX 64 // of apu and of apv

enum jwe_result {
	JWE_OK,
	JWE_MALFORMED, // not five strict base64url parts with a JSON object in the first, or a bad epk
	JWE_WRONG_ALG,	 // anything but ECDH-ES with A256GCM
	JWE_UNSUPPORTED, // crit or zip
	JWE_UNKNOWN_KEY, // no private key of the ring has this kid, or there is no kid
	JWE_OTHER_PARTY, // its apv is not whom we took it from
	JWE_FORGED,	 // changed, or encrypted to another key
};

const char *jwe_result_text(enum jwe_result r); // a sentence for people

// Appends what was encrypted to `out`, whose owner wipes it; leaves `out` as it was unless JWE_OK. The
// header's tree lives in the arena. The ring's keys are P-256. `apv` is what the header's must hold, decoded
// (empty: nothing): it goes into the key, so a text cannot be told again as another's.
enum jwe_result jwe_open(struct arena *a, struct span text, const struct keyring *ring,
    struct span apv, struct buf *out) MUST_CHECK;

// The ring's active key for whoever encrypts, as a JWK Set of one: {kty, crv, x, y, kid, alg: "ECDH-ES",
// use: "enc"}.
void jwe_put_jwks(struct buf *out, const struct keyring *ring);

#endif
