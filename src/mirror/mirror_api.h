// SPDX-License-Identifier: Apache-2.0
//
// The endpoint of venue mirrors.
#ifndef ROADSHOW_MIRROR_API_H
#define ROADSHOW_MIRROR_API_H

#include "crypto/keys.h"
#include "http/route.h"

extern const struct route mirror_routes[];

// Once per worker: the keys that devices check tokens and status lists with, and those that they encrypt
// consents to. Borrowed.
void mirror_start(
    const struct keyring *tokens, const struct keyring *status, const struct keyring *consents);

#endif
