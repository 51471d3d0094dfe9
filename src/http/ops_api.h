// SPDX-License-Identifier: Apache-2.0
//
// /livez, /readyz, /metrics and /v1/openapi.json. Numbers only: nothing here names a creator.
#ifndef ROADSHOW_OPS_API_H
#define ROADSHOW_OPS_API_H

#include "http/route.h"

extern const struct route ops_routes[];

#endif
