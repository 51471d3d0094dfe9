// SPDX-License-Identifier: Apache-2.0
//
// Invitations to a window of a drop: a text that is good for one person and one window,
//
//   base64url(mac)            22 characters
//   mac = HMAC-SHA-256(key, creator id ‖ drop id ‖ buyer key ‖ window's name), its first 16 bytes
//   key = HMAC-SHA-256(server secret, "roadshow-invitation/v1")
//
// Nothing is stored. It may be shown as often as the limits for a person allow, and by that person only:
// the contact of the claim must be the one that was invited.
#ifndef ROADSHOW_INVITATION_H
#define ROADSHOW_INVITATION_H

#include "crypto/digest.h"
#include "http/call.h"

#define INVITATION_LEN 22

// Once per worker; the secret is the server's.
void invitation_start(const uint8_t secret[32]);

// `out` takes INVITATION_LEN + 1 bytes.
void invitation_text(const struct uuid *creator, const struct uuid *drop, struct span window,
    const struct digest *buyer_key, char *out);
bool invitation_is(struct span text, const struct uuid *creator, const struct uuid *drop,
    struct span window, const struct digest *buyer_key) MUST_CHECK;

#endif
