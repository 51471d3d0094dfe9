// SPDX-License-Identifier: Apache-2.0
//
// The transparency logs for everybody (c2sp.org/tlog-tiles): what the janitor has built and signed.
#ifndef ROADSHOW_LOG_API_H
#define ROADSHOW_LOG_API_H

#include "crypto/keys.h"

// Once per worker. Both are borrowed for the life of the process.
void log_start(const struct keyring *ledger_keys, const char *public_url);

#endif
