// SPDX-License-Identifier: Apache-2.0
//
// Endpoints of venue devices: enrolment, revocation, evidence, attendance, walk-in leases.
#ifndef ROADSHOW_DEVICES_API_H
#define ROADSHOW_DEVICES_API_H

#include "base/base.h"
#include "http/route.h"

extern const struct route devices_routes[];

// Once per worker: the server's secret, from which the key that seals enrolment codes is derived.
void devices_start(const uint8_t secret[32]);

#endif
