// SPDX-License-Identifier: Apache-2.0
//
// Answers with tokens in them. SQL answers a token with `jwt` as what its text is made of, {kid, nbf,
// exp, event, idx}, or null; what goes out is the text, and the holder's link beside it in `holder_url`.
// The link goes to creators whatever the token's state, to everybody else with the text only.
#ifndef ROADSHOW_TOKENS_RENDER_H
#define ROADSHOW_TOKENS_RENDER_H

#include "http/call.h"

// `render` of a command whose answer is a token, or has tokens as members or in arrays.
void tokens_render(struct call *c, const struct db_row *row);
// The same for an answer that only its owner may see: it is not to be stored on the way.
void tokens_render_private(struct call *c, const struct db_row *row);

#endif
