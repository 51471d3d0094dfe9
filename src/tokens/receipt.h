// SPDX-License-Identifier: Apache-2.0
//
// What an entry to a draw, and a place in line, are proved with: a JWS of type draw-receipt+jwt or
// waitlist-receipt+jwt by the key that signs tokens, over {iss, entry, drop, nonce, salt, iat,
// ledger_index}; nonce and salt are of draws only. It is a function of the entry's row and the key, as a
// token is of its own: nothing is stored, and a replay gives the same bytes. Who was not drawn waits in
// line under the entry's id, and shows the draw's receipt.
#ifndef ROADSHOW_RECEIPT_H
#define ROADSHOW_RECEIPT_H

#include "http/call.h"

struct receipt {
	struct uuid entry, drop;
	struct span nonce, salt; // {NULL, 0}: of a place in line
	int64_t issued_at_s, ledger_index;
};

// Writes the member `receipt`, signed by the key of that name.
void receipt_put(struct json_out *w, struct span kid, const struct receipt *r);

// The body of a command that shows one.
extern const struct field receipt_fields[];
extern const struct field receipt_fields_optional[]; // creators need none
// `bind` of such a command: p gets `is_theirs`, whether the receipt is genuine and of the path's entry.
bool receipt_bind(struct call *c, struct db_item *item) MUST_CHECK;

#endif
