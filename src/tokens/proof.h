// SPDX-License-Identifier: Apache-2.0
//
// Proofs of work for claims through storefront keys (crypto/altcha.h): a tax on many claims, not a
// wall. What makes a drop fair is the limit for each person, the draw, and the rules of transfer.
//
// A challenge costs more the longer its drop is asked for more than proof_rate challenges a second:
// from proof_bits_min to proof_bits_max within PROOF_CLIMB_MS of excess, and back as it passes.
#ifndef ROADSHOW_PROOF_H
#define ROADSHOW_PROOF_H

#include "crypto/altcha.h"
#include "http/call.h"

// Once per worker; the secret is the server's.
void proof_start(const uint8_t secret[32]);
// GET /v1/drops/{drop}/challenge.
void proof_challenge(struct call *c);

// The proof of a claim on `drop`, checked but for its expiry and single use, which the claim's
// transaction decides. *out is NULL when there is none and the caller needs none, else lives in the
// arena. False when the call has its problem.
bool proof_of_claim(
    struct call *c, const struct uuid *drop, const struct altcha_challenge **out) MUST_CHECK;

#endif
