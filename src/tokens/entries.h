// SPDX-License-Identifier: Apache-2.0
//
// Entries to draws: a claim on a drop that is a draw becomes one, and a winner's entry becomes a token.
//
// A receipt is a JWS of type draw-receipt+jwt by the key that signs tokens, over {iss, entry, drop,
// nonce, salt, iat, ledger_index}. It is a function of the entry's row and the key, as a token is of
// its own: nothing is stored, and a replay gives the same bytes. Who shows it gets the token.
#ifndef ROADSHOW_ENTRIES_H
#define ROADSHOW_ENTRIES_H

#include "http/call.h"

#define RECEIPT_TYPE "draw-receipt+jwt"

extern const struct db_statement draw_enter;

// Goes on with a call that claim_bind() has bound, and answers it.
void entry_make(struct call *c);

#endif
