// SPDX-License-Identifier: Apache-2.0
//
// What is known about one person, and erasing it: POST /v1/privacy/export and /v1/privacy/erase.
#ifndef ROADSHOW_PRIVACY_API_H
#define ROADSHOW_PRIVACY_API_H

#include "base/base.h"

// Once per process. The secret is the server's, and copied.
void privacy_start(const uint8_t secret[32]);

#endif
