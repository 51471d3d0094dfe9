// SPDX-License-Identifier: Apache-2.0
//
// The only source of time. Wall time is microseconds since 1970-01-01T00:00:00Z; durations use the
// monotonic clock. Tests hold the clock with clock_hold().
#ifndef ROADSHOW_CLOCK_H
#define ROADSHOW_CLOCK_H

#include "base/base.h"
#include "base/str.h"

#define CLOCK_RFC3339_LEN 27 // "2026-05-01T12:00:00.000000Z" without the NUL

int64_t clock_now_us(void);	// wall time
int64_t clock_mono_ms(void);	// monotonic
void clock_hold(int64_t at_us); // clock_now_us() returns this until clock_free_run(); tests only
void clock_free_run(void);

// RFC 3339 in UTC with microseconds; `out` takes CLOCK_RFC3339_LEN + 1 bytes.
void clock_format(int64_t at_us, char *out);
// RFC 3339 date-time with any offset, up to 9 fractional digits, years 1970 to 9999; :60 refused.
bool clock_parse(struct span in, int64_t *at_us) MUST_CHECK;

#endif
