// SPDX-License-Identifier: Apache-2.0
//
// Reads a device's upload: NDJSON, one event a line, each line naming the one before it by its hash
// (crypto/chain.h). Pure: no Kore, no libpq, no clock; what consents say is opened by a function that is
// handed in (sync/kinds.h).
//
// What is found out here needs the upload alone: where its lines are and what they hash to, whether
// they follow each other, what they say, and whether the tokens in them are genuine. Joining the
// chain to what is known, and judging the facts, is api.sync_upload()'s (sql/functions/sync.sql).
//
// A line that cannot be understood is an event like any other, `rejected`: it never blocks the
// next. Its number is what its place in the chain makes it:
//
//   the next readable line names it in `prev`   it comes just before that line
//   it is among the last lines                  it comes after the line before it
//   the next readable line names another        it is no part of the chain: a stray, only counted
//
// Members that are not known are ignored (a device may be newer than the service); the raw line is
// kept whole.
#ifndef ROADSHOW_SYNC_H
#define ROADSHOW_SYNC_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"
#include "sync/kinds.h"

#define SYNC_BODY_BYTES_MAX (8u << 20) // of lines, after gzip
#define SYNC_EVENTS_MAX 10000
#define SYNC_LINE_BYTES_MAX 65536  // a longer one is rejected, not the upload
#define SYNC_INFLATE_RATIO_MAX 200 // of gzip: lines full of hashes stay far below

enum sync_result {
	SYNC_OK,
	SYNC_EMPTY,    // no line at all
	SYNC_TOO_MANY, // more than SYNC_EVENTS_MAX lines
	SYNC_TOO_LARGE // memory or the output's limit
};

// Checking 10,000 tokens takes half a second, too long for one turn of a worker's loop: so an upload
// is read in slices. sync_begin() gives a reader that lives in the arena (its buffer does not:
// sync_release()) or NULL with the reason; sync_step() reads up to `lines` more lines and is false
// when there are no more; sync_end() appends what was found of the chain, p_run of api.sync_upload(), a JSON
// object:
//
//   first  seq of the first line; null when no line says so
//   prev   of the first line, hex; null when it cannot be read
//   break  null, or why the lines end before the body does: "gap" (seq jumps) or "fork" (a line
//          names another line before it, or one seq comes with two contents)
//   stray  how many lines are no part of the chain
// What is read with is `with`, which is copied; its keys are borrowed.
struct sync_reader;
struct sync_reader *sync_begin(struct arena *a, struct span body, const struct kind_reader *with,
    enum sync_result *why) MUST_CHECK;
bool sync_step(struct sync_reader *r, size_t lines) MUST_CHECK;
enum sync_result sync_end(struct sync_reader *r, struct buf *out) MUST_CHECK;
void sync_release(struct sync_reader *r); // NULL is fine

// After sync_end(): the lines that follow each other from `first` on, without repetitions. The spans are
// the reader's and live until sync_release().
struct sync_line {
	struct span hash;   // SHA-256
	size_t at, len;	    // in the body
	struct span kind;   // ptr is NULL when it cannot be read
	const char *error;  // NULL: understood, and ts_us is valid
	int64_t ts_us;	    // since 1970
	struct span fields; // a JSON object
};
size_t sync_lines(const struct sync_reader *r);
struct sync_line sync_line(const struct sync_reader *r, size_t i);

// gunzip (RFC 1952, one member, nothing behind it) within SYNC_BODY_BYTES_MAX and
// SYNC_INFLATE_RATIO_MAX. False: not gzip, damaged, or too large.
bool sync_inflate(struct span in, struct buf *out) MUST_CHECK;

#endif
