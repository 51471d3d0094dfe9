// SPDX-License-Identifier: Apache-2.0
//
// Entries to draws: a claim on a drop that is a draw becomes one, and a winner's entry becomes a token.
//
// Who shows the receipt (receipt.h) gets the token.
#ifndef ROADSHOW_ENTRIES_H
#define ROADSHOW_ENTRIES_H

#include "http/call.h"

extern const struct db_statement draw_enter;

// Goes on with a call that claim_bind() has bound, and answers it.
void entry_make(struct call *c);

#endif
