// SPDX-License-Identifier: Apache-2.0
//
// A venue device as a program would build one: it has a P-256 key, signs its requests (RFC 9421),
// checks tokens by itself with the service's public keys, and keeps a log in which every line names
// the hash of the line before it. Its clock may be wrong.
#ifndef ROADSHOW_CLI_DEMO_DEVICE_H
#define ROADSHOW_CLI_DEMO_DEVICE_H

#include "cli/demo_play.h"
#include "cli/demo_story.h"
#include "crypto/jws.h"
#include "crypto/keys.h"

struct device {
	struct demo *demo;
	const struct story_device *story;
	struct key *key;
	struct digest head; // what the next line's `prev` says
	int64_t seq;	    // of the last line
	struct buf log;	    // the lines, each with its newline
};

// Takes the key, and the log as far as it was written, from the notes. False with `why` when there
// is no key. device_close() frees.
bool device_open(struct device *v, struct demo *d, const struct story_device *story) MUST_CHECK;
void device_close(struct device *v);
// Keeps the log in the notes.
void device_keep_log(struct device *v);

int64_t device_now_us(const struct device *v); // by its own clock
// Signs a call whose path, key and body are complete: adds the digest, its clock and the signature.
void device_sign(struct device *v, struct ask *a);

// Begins a line of the log with seq, prev, ts and kind; the caller adds members and ends it.
struct json_out device_line(struct device *v, const char *kind);
void device_line_end(struct device *v, struct json_out *w);

// ---- tokens, offline

#define VERIFIER_KEYS_MAX 8

// The service's public keys, as fetched while there was a network.
struct verifier {
	struct keyring *rings[VERIFIER_KEYS_MAX];
	size_t count;
};

bool verifier_fetch(struct verifier *r, struct demo *d) MUST_CHECK;
void verifier_release(struct verifier *r);
// Is the text a genuine token? Its claims live in the arena.
bool verifier_check(const struct verifier *r, struct arena *a, const char *jwt,
    struct token_claims *claims) MUST_CHECK;

#endif
