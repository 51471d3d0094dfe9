// SPDX-License-Identifier: Apache-2.0
//
// The end of a process that found its own assumptions broken: one log line, then abort(), so the
// supervisor restarts it and a core file can be kept. Allocates nothing.
#include "base/base.h"

#include <stdlib.h>

#include "base/log.h"

void base_panic(const char *file, int line, const char *what)
{
	log_error("panic at %s:%d: %s", file, line, what);
	abort();
}
