// SPDX-License-Identifier: Apache-2.0
//
// The transparency logs: builds each creator's tiles from the ledger and signs checkpoints.
//
// For one log, in this order:
//
//   1. entries are hashed and their tiles stored; the transaction is durable when it returns
//   2. the root is computed from what is stored, at this size and at each size signed before
//   3. the host's memory, a file in the state directory, takes size and root; synced
//   4. the checkpoint is signed and shown
//
// A kill between any two steps leaves a log that the next pass finishes: nothing is kept in memory
// between passes. A checkpoint that this host has signed or seen is never contradicted: when the
// stored tree is smaller, or had another root at that size, signing halts for every host, the log
// says why at level error, and the job counts a failure. So a database that was set back cannot
// make a log tell two histories.
#ifndef ROADSHOW_JANITOR_PUBLISH_H
#define ROADSHOW_JANITOR_PUBLISH_H

#include "base/base.h"
#include "base/buf.h"
#include "crypto/keys.h"
#include "janitor/jobs.h"
#include "tool/pg.h"

struct publisher {
	const char *public_url;
	const char *state_dir;
	const char *host;
	const struct keyring *keys; // Ed25519
	int64_t halted;		    // logs that were not signed in the last whole pass
};

// Makes the state directory when it is missing. False with one line in `error` when it cannot be
// written, or the active key is not of Ed25519.
bool publish_prepare(const struct publisher *p, struct buf *error) MUST_CHECK;

// One pass over all creators while `go_on` says so; bounded work for each. *more: some log has more
// entries than one pass takes. False when the connection is lost or the creators cannot be listed.
bool publish_pass(struct publisher *p, struct pg *pg, bool (*go_on)(struct pg *pg),
    struct job_tally *tally, bool *more) MUST_CHECK;

#endif
