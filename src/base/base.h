// SPDX-License-Identifier: Apache-2.0
//
// What every file may assume: fixed-width types, the assertion that stays on in production, and
// the attributes we use. src/base knows neither Kore nor libpq.
#ifndef ROADSHOW_BASE_H
#define ROADSHOW_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define NORETURN __attribute__((noreturn))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

// A programmer's mistake, never the world's: logs the place and aborts, in production too.
#define ASSERT(cond) ((cond) ? (void)0 : base_panic(__FILE__, __LINE__, #cond))

NORETURN void base_panic(const char *file, int line, const char *what);

#endif
