// SPDX-License-Identifier: Apache-2.0
//
// The person that a request's `contact` member names: {email} or {phone}.
//
// What is kept of a contact beyond the buyer key: sealed, {"email" or "phone": as given} for the place
// creator ‖ buyer key (crypto/seal.h); and in the ledger a commitment
//
//   base64url(SHA-256("roadshow-contact/v1\0" ‖ salt (32 bytes) ‖ normalised contact))
//
// that says nothing without its salt, which is told to who asks and forgotten with the contact.
#ifndef ROADSHOW_PERSON_H
#define ROADSHOW_PERSON_H

#include "auth/contact.h"
#include "crypto/seal.h"
#include "http/call.h"

#define PERSON_SALT_LEN 32

extern const struct field person_fields[]; // the members of a contact

// Lives in the call's arena.
struct person {
	struct digest buyer_key;
	char normalised[CONTACT_TEXT_MAX + 1]; // as contact_normalise() has it
	enum contact_kind kind;
	struct span given; // as the request has it
};

// Once per process. The ring of contact keys is borrowed for good.
void person_start(const struct seal_ring *contact_keys);
// Reads a contact into *p, whose `given` it borrows. NULL, or what is wrong with its *member: "" (all of
// it), "/email" or "/phone".
const char *person_read(struct person *p, const struct uuid *creator, const struct json *contact,
    const char **member) MUST_CHECK;
// The person of a contact at the JSON pointer `at` ("/contact"). NULL when the call has its problem.
const struct person *person_of(
    struct call *c, const struct json *contact, const char *at) MUST_CHECK;

// The commitment.
struct digest person_commitment(const uint8_t salt[PERSON_SALT_LEN], const struct person *p);
// Its base64url; `out` takes DIGEST_TEXT_LEN + 1 bytes.
void person_commit(const uint8_t salt[PERSON_SALT_LEN], const struct person *p, char *out);
// Appends the sealed contact.
void person_seal(struct buf *out, const struct uuid *creator, const struct person *p);
// Appends the contact's JSON; nothing unless SEAL_OK.
enum seal_result person_open(struct buf *out, const struct uuid *creator, const struct person *p,
    struct span sealed) MUST_CHECK;

#endif
