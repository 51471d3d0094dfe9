// SPDX-License-Identifier: Apache-2.0
//
// Deterministic ECDSA on P-256 with SHA-256 (RFC 6979 section 3.2). Used by crypto/keys.c only.
#ifndef ROADSHOW_ECDSA_H
#define ROADSHOW_ECDSA_H

#include "base/base.h"
#include "crypto/digest.h"

#define ECDSA_SCALAR_LEN 32

struct ecdsa_signer;

// `secret` is the private scalar, big-endian, 0 < secret < n. NULL when it is not.
struct ecdsa_signer *ecdsa_signer_new(const uint8_t secret[ECDSA_SCALAR_LEN]) MUST_CHECK;
void ecdsa_signer_release(struct ecdsa_signer *s); // wipes the secret; NULL is fine
// r ‖ s over the digest of a message.
void ecdsa_sign(const struct ecdsa_signer *s, const struct digest *message, uint8_t out[64]);

#endif
