// SPDX-License-Identifier: Apache-2.0
//
// A fan's contact, brought to one form, and the key that stands for the fan ever after:
//
//   buyer_key = HMAC-SHA-256(pepper, normalised)
//   pepper    = HMAC-SHA-256(server secret, "pepper" ‖ creator id)
//
// The pepper makes one fan two strangers to two creators, and the keys worthless without the
// secret. The rules, so that one person is one person and two people are two:
//
//   both   white space at the ends is dropped
//   email  ASCII letters become small, in the local part too: no provider that matters tells them
//          apart. From the first '+' the local part is an alias and dropped. googlemail.com is
//          gmail.com, and there dots in the local part are dropped. Letters beyond ASCII stay as
//          they are; quoted local parts and address literals are refused.
//   phone  E.164: '+', then 8 to 15 digits, the first not 0; spaces, '-', '(' and ')' are dropped
//
// A list of domains may be given whose addresses are not accepted: those where anybody gets as many
// addresses as they like. It is a text file: one domain a line, # starts a comment, letter case does
// not matter; a domain stands for everything below it too.
//
// Contacts are never logged.
#ifndef ROADSHOW_CONTACT_H
#define ROADSHOW_CONTACT_H

#include "base/base.h"
#include "base/buf.h"
#include "base/ids.h"
#include "base/str.h"
#include "crypto/digest.h"

#define CONTACT_TEXT_MAX 262 // "email:", 64 of local part and domain 255 in sum with '@'

enum contact_kind { CONTACT_EMAIL, CONTACT_PHONE };

// Once per process, before contact_buyer_key(). The secret is copied.
void contact_start(const uint8_t secret[32]);
// "email:local@domain" or "phone:+digits"; `out` takes CONTACT_TEXT_MAX + 1 bytes. False when the
// text is no such contact.
bool contact_normalise(enum contact_kind kind, struct span text, char *out) MUST_CHECK;
// Reads the list, in place of an earlier one; "" is an empty list. False with one line in `error`.
bool contact_load_disposable(const char *path, struct buf *error) MUST_CHECK;
// Is the normalised contact an email address at a domain of the list, or below one?
bool contact_is_disposable(const char *normalised) MUST_CHECK;
struct digest contact_buyer_key(const struct uuid *creator, const char *normalised);

#endif
