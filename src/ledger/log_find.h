// SPDX-License-Identifier: Apache-2.0
//
// Whose log is it? The creator of the slug in the path, looked up once in each worker.
#ifndef ROADSHOW_LOG_FIND_H
#define ROADSHOW_LOG_FIND_H

#include "http/call.h"

extern const struct db_statement log_find_statement; // named by no route

// `prepare` of the routes with {slug:text}: sets the call's creator, or answers 404.
bool log_find(struct call *c);

#endif
