// SPDX-License-Identifier: Apache-2.0
//
// One JSON object a line on standard error: {"at":…,"level":…,"program":…,"msg":…}. Never secrets,
// never personal data. Lines are cut at 4,096 bytes.
#ifndef ROADSHOW_LOG_H
#define ROADSHOW_LOG_H

#include "base/base.h"
#include "base/buf.h"

enum log_level {
	LOG_LEVEL_DEBUG,
	LOG_LEVEL_INFO,
	LOG_LEVEL_WARN,
	LOG_LEVEL_ERROR,
	LOG_LEVEL_NONE // least: nothing is written
};

void log_open(const char *program, enum log_level least);
enum log_level log_level_of(const char *name); // debug, info, warn, error; anything else: info
bool log_enabled(enum log_level level);	       // would a line of this level be written?
void log_debug(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_info(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_warn(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_error(const char *fmt, ...) PRINTF_LIKE(1, 2);
// A line that is already a JSON object (the access log); a newline is added.
void log_json(const struct buf *object);

#endif
