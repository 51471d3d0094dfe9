// SPDX-License-Identifier: Apache-2.0
//
// The table of jobs, and running one of them for every creator. A creator whose job fails is logged
// and skipped until the job's next round: one creator's trouble never stops another's.
#include "janitor/jobs.h"

#include <stdio.h>
#include <string.h>

#include "base/ids.h"
#include "base/log.h"
#include "janitor/draws.h"
#include "janitor/redactions.h"
#include "janitor/status_lists.h"

#define CREATORS_PAGE 256
#define CALLS_MAX 1000 // of most jobs for one creator in one round; the rest waits for the next
#define UNDEFINED_FUNCTION "42883"

#define JOB(job_name, ms, at_once)                                                                 \
	{                                                                                          \
		.name = #job_name,                                                                 \
		.sql = "select case when pg_try_advisory_xact_lock(hashtextextended($3, 0)) "      \
		       "then api.janitor_" #job_name "($1::uuid, $2::integer) end",                \
		.every_ms = (ms), .limit = (at_once),                                              \
	}

// What fans and hubs wait for comes first.
static const struct job JOBS[] = {
    JOB(holds, 1000, 500),
    {.name = "status_lists", .run = status_lists_run, .every_ms = 100, .limit = 20},
    {.name = "draws", .run = draws_run, .every_ms = 1000, .limit = 20},
    JOB(waitlist, 200, 500),
    JOB(resales, 1000, 200),
    JOB(no_shows, 1000, 500),
    JOB(order_holds, 1000, 100),
    JOB(waves, 1000, 100),
    JOB(outages, 1000, 100),
    JOB(picklist_leases, 2000, 100),
    JOB(walk_in_leases, 5000, 100),
    JOB(redeems, 5000, 500),
    JOB(enrol_codes, 60000, 500),
    JOB(device_nonces, 60000, 5000),
    JOB(proofs, 60000, 5000),
    JOB(contacts, 60000, 500),
    JOB(consents, 60000, 500),
    // A body of 8 MiB takes a moment, and holds are waiting.
    {.name = "redactions", .run = redactions_run, .every_ms = 5000, .limit = 1, .calls_max = 20},
    JOB(erasures, 60000, 10),
    JOB(idempotency, 60000, 5000),
};

const struct job *jobs_all(size_t *count)
{
	*count = ARRAY_LEN(JOBS);
	return JOBS;
}

// How many were done, -1 with the reason in pg_error().
static int64_t do_some(const struct job *job, struct pg *pg, const char *creator)
{
	char limit[16], lock[128];
	if (job->run != NULL)
		return job->run(pg, creator, job->limit);
	snprintf(limit, sizeof(limit), "%d", job->limit);
	snprintf(lock, sizeof(lock), "janitor %s %s", job->name, creator);
	const char *params[] = {creator, limit, lock};
	struct pg_rows *rows = pg_query(pg, job->sql, params, ARRAY_LEN(params));
	if (rows == NULL)
		return -1;
	int64_t done = pg_is_null(rows, 0, 0) ? 0 : pg_int(rows, 0, 0);
	pg_rows_release(rows);
	return done;
}

// True when there is more to do for this creator.
static bool call_once(
    const struct job *job, struct pg *pg, const char *creator, struct job_tally *tally)
{
	int64_t done = do_some(job, pg, creator);
	if (done < 0) {
		tally->failures++;
		log_error("job %s for creator %s: %s%s", job->name, creator, pg_error(pg),
		    strcmp(pg_sqlstate(pg), UNDEFINED_FUNCTION) == 0 ? " (was it migrated?)" : "");
		return false;
	}
	if (done > 0)
		log_info("job %s for creator %s: %lld", job->name, creator, (long long)done);
	tally->done += done;
	return done >= job->limit;
}

static void call_all(const struct job *job, struct pg *pg, const char *creator,
    bool (*go_on)(struct pg *pg), struct job_tally *tally)
{
	const int max = job->calls_max > 0 ? job->calls_max : CALLS_MAX;

	for (int calls = 0; calls < max && go_on(pg); calls++)
		if (!call_once(job, pg, creator, tally))
			return;
}

// The nil creator comes first: what belongs to none, such as answers to operators.
bool job_run(
    const struct job *job, struct pg *pg, bool (*go_on)(struct pg *pg), struct job_tally *tally)
{
	char after[UUID_TEXT_LEN + 1] = "00000000-0000-0000-0000-000000000000", limit[16];
	size_t found;
	snprintf(limit, sizeof(limit), "%d", CREATORS_PAGE);
	call_all(job, pg, after, go_on, tally);
	do {
		const char *params[] = {after, limit};
		struct pg_rows *rows = pg_query(
		    pg, "select id from api.janitor_creators($1::uuid, $2::integer)", params, 2);
		if (rows == NULL) {
			log_error("job %s: cannot list the creators: %s", job->name, pg_error(pg));
			return false;
		}
		found = pg_count(rows);
		for (size_t i = 0; i < found && !pg_is_lost(pg) && go_on(pg); i++) {
			snprintf(after, sizeof(after), "%s", pg_text(rows, i, 0));
			call_all(job, pg, after, go_on, tally);
		}
		pg_rows_release(rows);
	} while (found == CREATORS_PAGE && !pg_is_lost(pg) && go_on(pg));
	return !pg_is_lost(pg);
}
