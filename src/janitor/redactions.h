// SPDX-License-Identifier: Apache-2.0
//
// The job `redactions`: takes lines that are redacted out of the bodies of uploads, which the database
// cannot do alone, for they may be gzipped. Which bodies, and which lines, is the database's
// (sql/functions/redactions.sql). A body is read, rewritten here and stored in one statement that also
// takes it off the list, and only if nothing was asked of it since it was read: a kill at any instruction
// leaves it on the list as it was, and two hosts at one body store it once.
#ifndef ROADSHOW_JANITOR_REDACTIONS_H
#define ROADSHOW_JANITOR_REDACTIONS_H

#include "base/base.h"
#include "tool/pg.h"

// As struct job has it: one body of one creator; -1 with the reason in pg_error().
int64_t redactions_run(struct pg *pg, const char *creator, int limit);

#endif
