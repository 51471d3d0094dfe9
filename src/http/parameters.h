// SPDX-License-Identifier: Apache-2.0
//
// Body, query and list parameters of a call: checked against the route's tables on the way in, and
// a list's `next` turned into a signed cursor on the way out.
#ifndef ROADSHOW_PARAMETERS_H
#define ROADSHOW_PARAMETERS_H

#include "http/call.h"

#define LIST_LIMIT_DEFAULT 50
#define LIST_LIMIT_MAX 200

// False when the call has its problem.
bool parameters_check(struct call *c) MUST_CHECK;
// Renders a list's answer: `next` signed, Link header set.
void parameters_answer_list(struct call *c, struct span body);

#endif
