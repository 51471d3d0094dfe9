// SPDX-License-Identifier: Apache-2.0
//
// POST /v1/drops/{drop}/claims: from the body to the columns of api.claim_batch(), and from its row
// to the signed tokens of the answer.
#ifndef ROADSHOW_CLAIMS_H
#define ROADSHOW_CLAIMS_H

#include "http/call.h"

extern const struct field claim_fields[];
extern const struct db_statement claim_batch;

bool claim_bind(struct call *c, struct db_item *item) MUST_CHECK;
void claim_render(struct call *c, const struct db_row *row);

// A claim's id is a UUIDv7 whose last byte is 0; that of its token k (from 1) has k there, and is a
// UUIDv7 still. So a claim's tokens are known from the claim. roadshow.token_id() in
// sql/functions/tokens.sql says the same, and a test compares the two.
struct uuid claim_id(struct uuid v7);
struct uuid claim_token_id(struct uuid claim, unsigned k);

#endif
