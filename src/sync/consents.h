// SPDX-License-Identifier: Apache-2.0
//
// What a venue device tells of consent. The contact is encrypted on the device to a key of ours
// (crypto/jwe.h) and bound to it by the header's `apv`, the 16 bytes of its id, so that it stands nowhere in the clear: not on the device, not in the upload that is kept
// as evidence, not in the database. What is inside:
//
//   {"contact": {"email"} or {"phone"}, "withdrawn"?: true, "marketing"?, "purposes"?, "retain_until"?}
//
// with the members of a claim's consent (auth/consent.h). What goes on as the event's fields is the
// person's key, the contact sealed again for the database, and the consent:
//
//   {"buyer": hex, "withdrawn": boolean, "sealed"?: hex, "marketing"?, "purposes"?, "retain_until"?,
//    "salt"?: hex, "commitment"?}
//
// A withdrawal has `buyer` alone beside it: nothing is to be kept.
#ifndef ROADSHOW_CONSENTS_H
#define ROADSHOW_CONSENTS_H

#include "sync/kinds.h"

// A kind_opener. Codes: `undecryptable`, `consent_key_unknown`, `malformed`, `contact_not_accepted`.
const char *consents_open(const struct kind_reader *r, struct span jwe, struct arena *scratch,
    struct json_out *w, const char **code) MUST_CHECK;

#endif
