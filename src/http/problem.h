// SPDX-License-Identifier: Apache-2.0
//
// Problem details (RFC 9457): the body of every error, Kore's own included.
#ifndef ROADSHOW_PROBLEM_H
#define ROADSHOW_PROBLEM_H

#include "base/buf.h"
#include "base/ids.h"
#include "http/field.h"

struct problem {
	int status;
	const char *code; // stable, lower_snake_case
	const char *detail;
	const char *pointer;		   // one wrong field, or NULL
	const struct field_errors *errors; // several, or NULL
};

// The document. `request` may be nil: Kore refused before there was a request.
void problem_render(struct buf *out, const struct problem *p, const struct uuid *request);
const char *problem_title(int status); // the reason phrase of RFC 9110

#endif
