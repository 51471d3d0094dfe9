// SPDX-License-Identifier: Apache-2.0
//
// Signed notes (c2sp.org/signed-note) with Ed25519, checkpoints of logs (c2sp.org/tlog-checkpoint)
// and inclusion proofs as text (c2sp.org/tlog-proof@v1). A log's origin is also its key's name.
#ifndef ROADSHOW_NOTE_H
#define ROADSHOW_NOTE_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"
#include "crypto/keys.h"
#include "crypto/merkle.h"

#define NOTE_NAME_MAX 511
#define NOTE_BYTES_MAX 16384
#define NOTE_SIGNATURES_MAX 16 // looked at; more are refused

// "<host>/logs/<slug>" of the public URL: "https://a.example:8443" gives "a.example:8443/logs/x".
// False when it does not fit or holds what a key's name may not (white space, '+').
bool note_origin(struct span public_url, struct span slug, char out[NOTE_NAME_MAX + 1]) MUST_CHECK;

// ---- keys

// First four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key).
uint32_t note_key_id(const char *name, const struct key *k);
// "name+hex(id)+base64(0x01 ‖ public key)", as golang.org/x/mod/sumdb/note has it.
void note_verifier_put(struct buf *out, const char *name, const struct key *k);

struct note_verifier {
	char name[NOTE_NAME_MAX + 1];
	uint32_t id;
	struct key *key; // owned
};

// The text of a verifier key, without a newline. False with one line in `error`.
bool note_verifier_parse(struct span text, struct note_verifier *out, struct buf *error) MUST_CHECK;
void note_verifier_release(struct note_verifier *v); // of zeroes is fine

// ---- notes

// Appends the blank line and the signature to a text that ends in a newline and is all of `note`.
void note_sign(struct buf *note, const char *name, const struct key *k);
// Does the note have a line of this name and key id? Says nothing about whether it verifies.
bool note_names_key(struct span note, const char *name, uint32_t id);
// Is the note well formed and signed by this key?
bool note_verify(struct span note, const struct note_verifier *v) MUST_CHECK;

// ---- checkpoints

struct checkpoint {
	struct span origin;
	uint64_t size; // below 2^63
	struct digest root;
};

// The text that is signed: three lines.
void checkpoint_put(struct buf *out, const struct checkpoint *c);
// From a signed note or from its text alone. Further lines of the text are ignored. `origin` points
// into the note.
bool checkpoint_parse(struct span note, struct checkpoint *out) MUST_CHECK;

// ---- proofs

// `extra` is left out when it is {NULL, 0}.
void tlog_proof_put(struct buf *out, struct span extra, uint64_t index, const struct digest *path,
    size_t path_len, struct span checkpoint);

#endif
