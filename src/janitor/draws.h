// SPDX-License-Identifier: Apache-2.0
//
// The job `draws`: closes draws whose time has come, reveals the service's secret when everybody else
// has revealed theirs or had their time, draws, and has the winners given their tokens. One step of a
// draw is one transaction of the database (sql/functions/draw.sql), which refuses what was done before:
// a kill at any instruction leaves the step to be done again, and two hosts at once do it once.
#ifndef ROADSHOW_JANITOR_DRAWS_H
#define ROADSHOW_JANITOR_DRAWS_H

#include "base/base.h"
#include "crypto/seal.h"
#include "tool/pg.h"

// Once per process, before the first run. The ring of draw keys is borrowed for good.
void draws_start(const struct seal_ring *draw_keys);
// As struct job has it: up to `limit` steps of one creator; -1 with the reason in pg_error().
int64_t draws_run(struct pg *pg, const char *creator, int limit);

#endif
