// SPDX-License-Identifier: Apache-2.0
//
// The member `consent` of a claim: that the contact may be kept, for what, and until when. Without it
// nothing of a contact is stored but the buyer key.
#ifndef ROADSHOW_CONSENT_H
#define ROADSHOW_CONSENT_H

#include "auth/person.h"
#include "http/call.h"

#define CONSENT_COLUMNS 2 // the sealed contact, and what roadshow.contacts_store() takes; or nulls

extern const struct field consent_fields[];

// Binds the columns. False when the call has its problem.
bool consent_bind(struct call *c, const struct person *p, struct db_value *v) MUST_CHECK;

#endif
