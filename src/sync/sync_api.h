// SPDX-License-Identifier: Apache-2.0
//
// Endpoints of uploads and cases.
#ifndef ROADSHOW_SYNC_API_H
#define ROADSHOW_SYNC_API_H

#include "crypto/keys.h"
#include "http/route.h"

extern const struct route sync_routes[];

// Once per worker: the keys that tokens in uploads are checked with, and those that devices encrypt
// consents to. Borrowed.
void sync_start(const struct keyring *tokens, const struct keyring *consents);

#endif
