// SPDX-License-Identifier: Apache-2.0
//
// Adds up a log's entries as a stranger who believes nothing else, in order, one by one:
//
//   - indices are dense, times never go back, `prev` names an earlier entry about the same subject
//   - a token has one drop and one serial for its life, a serial one token; what has ended stays ended;
//     its version rises by one with each transfer and never otherwise
//   - at every index, the tokens of a drop that are held, issued (listed for resale or not) or redeemed
//     are no more than it had tokenized by then
//
// Kinds that are not known are counted and skipped. Pure; memory grows with the log, about 200
// bytes an entry.
#ifndef ROADSHOW_CLI_LOG_AUDIT_H
#define ROADSHOW_CLI_LOG_AUDIT_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"

struct audit;

struct audit *audit_new(void);
void audit_release(struct audit *a); // NULL is fine

// The next entry's bytes, of ENTRIES_MAX (cli/entry.h) at most. False with one line in `error` about what is wrong; then the audit is over.
bool audit_take(struct audit *a, struct span entry, struct buf *error) MUST_CHECK;

struct audit_sums {
	uint64_t entries;
	uint64_t drops, tokens;
	uint64_t live;	    // tokens held, issued or redeemed now
	uint64_t tokenized; // over all drops now
	char first_at[32], last_at[32];
};
struct audit_sums audit_sums(const struct audit *a);

#endif
