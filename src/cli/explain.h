// SPDX-License-Identifier: Apache-2.0
//
// Why an order went where it went, for a person: `roadshow route --explain`.
#ifndef ROADSHOW_CLI_EXPLAIN_H
#define ROADSHOW_CLI_EXPLAIN_H

#include <stdio.h>

#include "json/json.h"

// Prints the answer of GET /v1/orders/{order}/routing, or one of its decisions: each candidate with
// what it could do and why it lost. Every verdict is recomputed from the scores with the same rules
// that rank hubs, and a difference is told. Members that are missing are left out.
void explain_print(FILE *out, const struct json *explanation);

// Candidates whose verdict does not follow from their scores; 0 when the decision explains itself.
size_t explain_differences(const struct json *decision);

#endif
