// SPDX-License-Identifier: Apache-2.0
//
// The access log: one JSON line a request, with the route and not the path, without personal data
// or secrets; and what is counted of each request.
#ifndef ROADSHOW_ACCESS_H
#define ROADSHOW_ACCESS_H

struct call;

void access_log(const struct call *c);

#endif
