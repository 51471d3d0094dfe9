// SPDX-License-Identifier: Apache-2.0
//
// Takes lines out of the body of an upload. Pure. What stands in a line's place is
//
//   {"redacted":"<base64url(SHA-256(the line))>"}
//
// as roadshow.redacted_line() has it, so that the chain can be followed through it. Doing it again changes
// nothing.
#ifndef ROADSHOW_JANITOR_REDACT_H
#define ROADSHOW_JANITOR_REDACT_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"
#include "crypto/digest.h"

struct redact_wanted {
	struct digest *hashes; // of the lines that go; sorted by redact_lines()
	size_t count;
	bool every_consent; // and each line that says it is one, or cannot be read and may be one
};

// Appends the text without those lines to `out`, line by line, and returns how many went. Not enough room:
// `out` has failed.
size_t redact_lines(struct span text, struct redact_wanted *w, struct buf *out) MUST_CHECK;
// All of it as one line, when it has none that can be read.
void redact_whole(struct span body, struct buf *out);

#endif
