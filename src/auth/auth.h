// SPDX-License-Identifier: Apache-2.0
//
// Who calls: API keys (Authorization: Bearer) and signed device requests.
//
// The secret of a key is checked in the worker against a hash that is cached for KEY_CACHE_MS; that
// the key is not revoked is checked again in the transaction of the effect (roadshow.authorise()),
// so a revocation is immediate and the cache only saves look-ups.
#ifndef ROADSHOW_AUTH_H
#define ROADSHOW_AUTH_H

#include "base/settings.h"
#include "http/call.h"

// Once per worker. `operator_key_sha256` of the settings is the only credential that is no row.
void auth_start(const struct settings *s);
enum auth_result auth_authenticate(struct call *c);

// What the service has to prepare beside the statements of its routes.
extern const struct db_statement *const auth_statements[];
extern const size_t auth_statement_count;

#endif
