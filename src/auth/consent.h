// SPDX-License-Identifier: Apache-2.0
//
// That a contact may be kept, for what, and until when: the member `consent` of a claim, and what a venue
// device tells. Without it nothing of a contact is stored but the buyer key.
#ifndef ROADSHOW_CONSENT_H
#define ROADSHOW_CONSENT_H

#include "auth/person.h"
#include "http/call.h"

#define CONSENT_COLUMNS 2 // the sealed contact, and what roadshow.contacts_store() takes; or nulls
#define CONSENT_SEALED_BYTES_MAX 4096

extern const struct field consent_fields[]; // of a claim's `consent`
extern const struct field
    consent_told_fields[]; // of what a device tells: these, `contact`, `withdrawn`

// Writes into an open object what is kept of a consent beside the sealed contact: "marketing",
// "purposes" and "retain_until" as far as they are there, and a fresh "salt" and "commitment".
void consent_put(struct json_out *w, const struct json *consent, const struct person *p);

// Binds the columns of a claim. False when the call has its problem.
bool consent_bind(struct call *c, const struct person *p, struct db_value *v) MUST_CHECK;

#endif
