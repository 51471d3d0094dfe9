// SPDX-License-Identifier: Apache-2.0
//
// What the janitor does by the clock. A job is a function api.janitor_<name>(creator, limit) that
// does up to `limit` things in one transaction and returns how many it did; it is called again
// while that is `limit`. An advisory lock of the transaction lets one host at a time do a job for a
// creator, and dies with the transaction: several janitors are safe, and each may be killed at any
// instruction.
#ifndef ROADSHOW_JANITOR_JOBS_H
#define ROADSHOW_JANITOR_JOBS_H

#include "base/base.h"
#include "tool/pg.h"

struct job {
	const char *name;
	const char
	    *sql; // $1 creator, $2 limit, $3 the lock's name; null when another host is at it
	// In place of `sql`, for what the database cannot do alone: how many, -1 with pg_error().
	int64_t (*run)(struct pg *pg, const char *creator, int limit);
	int64_t every_ms; // between the starts of two rounds of this job
	int limit;
	int calls_max; // for one creator in one round; 0: CALLS_MAX
};

// All jobs, in the order in which a round does them; *count says how many.
const struct job *jobs_all(size_t *count);

struct job_tally {
	int64_t done;
	int64_t failures;
};

// Does one job for all creators, as long as `go_on` says so. False when the connection is lost or
// the creators cannot be listed; what was done is in `tally` even then.
bool job_run(const struct job *job, struct pg *pg, bool (*go_on)(struct pg *pg),
    struct job_tally *tally) MUST_CHECK;

#endif
