// SPDX-License-Identifier: Apache-2.0
//
// Every domain's table of routes and what it prepares beside them: the one list that grows with a
// new domain.
#ifndef ROADSHOW_DOMAINS_H
#define ROADSHOW_DOMAINS_H

#include "http/route.h"

extern const struct route *const domain_routes[];
extern const size_t domain_count;
extern const struct db_statement *const domain_statements[];
extern const size_t domain_statement_count;

#endif
