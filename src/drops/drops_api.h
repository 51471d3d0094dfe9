// SPDX-License-Identifier: Apache-2.0
//
// Events, products and drops: POST, GET /v1/events, /v1/products, /v1/drops.
#ifndef ROADSHOW_DROPS_API_H
#define ROADSHOW_DROPS_API_H

#include "crypto/seal.h"

// Once per process. The ring of draw keys, which seals the service's secrets, is borrowed for good.
void drops_start(const struct seal_ring *draw_keys);

#endif
