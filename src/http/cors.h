// SPDX-License-Identifier: Apache-2.0
//
// Cross-origin requests (the Fetch standard's CORS protocol) for browsers of dashboards and
// storefronts. Allowed origins are the setting cors_origins. Keys travel in a header, never in a
// cookie, so credentials mode is not offered.
#ifndef ROADSHOW_CORS_H
#define ROADSHOW_CORS_H

struct call;

void cors_preflight(struct call *c); // answers OPTIONS
void cors_answer(struct call *c);    // adds the headers to any answer

#endif
