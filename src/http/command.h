// SPDX-License-Identifier: Apache-2.0
//
// For the `bind` hook of a command whose p has members of the route's own.
#ifndef ROADSHOW_COMMAND_H
#define ROADSHOW_COMMAND_H

#include "http/call.h"

// Binds the caller and p. `more` writes its members before those of the convention; it returns
// false when the call has its problem. `arg` is handed to it. False: the call has its problem.
bool command_bind(struct call *c, struct db_item *item,
    bool (*more)(struct call *c, struct json_out *w, const void *arg), const void *arg) MUST_CHECK;

#endif
