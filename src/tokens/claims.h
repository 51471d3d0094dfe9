// SPDX-License-Identifier: Apache-2.0
//
// POST /v1/drops/{drop}/claims: from the body to the columns of api.claim_batch(), and from its row
// to the signed tokens of the answer.
#ifndef ROADSHOW_CLAIMS_H
#define ROADSHOW_CLAIMS_H

#include "auth/person.h"
#include "http/call.h"

#define WINDOW_NAME_MAX 40

// What every set-based function takes that a fan's claim goes to: api.claim_batch(), api.draw_enter() and
// api.waitlist_join(). Their results begin with item, status, code and detail.
#define CLAIM_COLUMNS 20
#define CLAIM_TYPES                                                                                \
	DB_UUID, DB_TEXT, DB_UUID, DB_UUID, DB_TEXT, DB_BYTEA, /* the caller */                    \
	    DB_UUID, DB_UUID, DB_BYTEA, DB_INT, DB_TEXT, /* drop, claim, buyer, quantity, kid */   \
	    DB_BYTEA, DB_TIME, DB_BYTEA, DB_TEXT, /* proof, its end, sealed contact, consent */    \
	    DB_TEXT, DB_BYTEA, DB_INT,		  /* window, hash of what was shown, invited */    \
	    DB_BYTEA, DB_BYTEA			  /* commitment to the contact, its salt */

extern const struct field claim_fields[];
extern const struct db_statement claim_batch;

bool claim_bind(struct call *c, struct db_item *item) MUST_CHECK;
void claim_render(struct call *c, const struct db_row *row);
// Answers a row of one of those functions that is a refusal.
void claim_refuse(struct call *c, const struct db_row *row);
// Two columns: the commitment to a holder's contact, and a new salt that opens it.
size_t claim_bind_holder(struct call *c, const struct person *p, struct db_value *v);

// A claim's id is a UUIDv7 whose last byte is 0; that of its token k (from 1) has k there, and is a
// UUIDv7 still. So a claim's tokens are known from the claim. roadshow.token_id() in
// sql/functions/tokens.sql says the same, and a test compares the two.
struct uuid claim_id(struct uuid v7);
struct uuid claim_token_id(struct uuid claim, unsigned k);

#endif
