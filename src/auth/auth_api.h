// SPDX-License-Identifier: Apache-2.0
//
// Routes of creators, partners and API keys.
#ifndef ROADSHOW_AUTH_API_H
#define ROADSHOW_AUTH_API_H

#include "http/route.h"

extern const struct route auth_routes[];

// Once per process, before the first call: from the server's secret comes the key under which a new
// API key is sealed in the answer that the database remembers.
void auth_api_start(const uint8_t secret[32]);

#endif
