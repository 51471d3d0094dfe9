// SPDX-License-Identifier: Apache-2.0
//
// The list of domains. A domain's header is not needed here: all that is wired is its table.
#include "domains.h"

extern const struct route auth_routes[], drops_routes[], tokens_routes[], ledger_routes[];
extern const struct route log_routes[];
extern const struct route hubs_routes[], orders_routes[], returns_routes[], picking_routes[];
extern const struct route residuals_routes[];
extern const struct route devices_routes[], day_routes[], mirror_routes[], sync_routes[];
extern const struct route cases_routes[], privacy_routes[];
extern const struct route entries_routes[], draw_routes[];
extern const struct route invitation_routes[], waitlist_routes[], passing_routes[];

const struct route *const domain_routes[] = {
    auth_routes,
    drops_routes,
    tokens_routes,
    entries_routes,
    draw_routes,
    invitation_routes,
    waitlist_routes,
    passing_routes,
    ledger_routes,
    hubs_routes,
    orders_routes,
    returns_routes,
    residuals_routes,
    picking_routes,
    devices_routes,
    day_routes,
    mirror_routes,
    sync_routes,
    cases_routes,
    privacy_routes,
    log_routes,
};
const size_t domain_count = ARRAY_LEN(domain_routes);

// Statements that no route names: what `prepare` and `render` hooks send.
extern const struct db_statement orders_context_statement, order_wanted_statement,
    log_find_statement, draw_enter;

const struct db_statement *const domain_statements[] = {
    &orders_context_statement, &order_wanted_statement, &log_find_statement, &draw_enter};
const size_t domain_statement_count = ARRAY_LEN(domain_statements);
