// SPDX-License-Identifier: Apache-2.0
//
// A device's hash chain. Each line of its uploads is one event, and names the line before it:
//
//   prev of the first line = base64url(SHA-256("roadshow-device/v1\0" ‖ key thumbprint))
//   prev of the others     = base64url(SHA-256(bytes of the previous line, without its newline))
//
// where the thumbprint is the 32 bytes of RFC 7638. Lines are hashed as sent; there is no
// canonical form. Nothing here allocates.
#ifndef ROADSHOW_CHAIN_H
#define ROADSHOW_CHAIN_H

#include "base/base.h"
#include "base/str.h"
#include "crypto/digest.h"

// What the first line's prev must be, for the key with this thumbprint.
struct digest chain_start(const struct digest *thumbprint);
// What the next line's prev must be, after this line (without its newline).
struct digest chain_next(struct span line);

// Walks the lines of an NDJSON body. A newline ends a line; the last line may lack it; a carriage
// return belongs to its line. Empty lines are passed over and are not part of the chain.
struct chain_lines {
	struct span rest;
	size_t number; // of the line last given, from 1, empty lines counted
};

struct chain_lines chain_lines_of(struct span body);
bool chain_line(struct chain_lines *l, struct span *line) MUST_CHECK; // false at the end
size_t chain_count(struct span body); // lines that chain_line() would give

#endif
