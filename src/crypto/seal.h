// SPDX-License-Identifier: Apache-2.0
//
// Sealing of what must be stored but not be readable in the database (an API key in a remembered
// answer): AES-256-GCM (NIST SP 800-38D) with a random nonce, and the key's id beside the
// ciphertext.
//
//   sealed = version 0x01 (1) ‖ key id (8) ‖ nonce (12) ‖ ciphertext (as the text) ‖ tag (16)
//
// Key id: first 8 bytes of SHA-256("roadshow-seal/v1\0" ‖ key). Authenticated beside the
// ciphertext: the first 9 bytes of `sealed`, then the caller's `context`, which binds the text to
// its place (for example the id of the key's row), so that a sealed text copied to another row does
// not open.
//
// Keys are files `<use>-<label>[.next|.old].key` that hold 64 hex digits; the states are those of
// crypto/keys.h: the active key seals, every key opens.
#ifndef ROADSHOW_SEAL_H
#define ROADSHOW_SEAL_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"

#define SEAL_KEY_LEN 32
#define SEAL_KEY_ID_LEN 8
#define SEAL_OVERHEAD 37 // bytes that sealing adds

struct seal_ring;

enum seal_result {
	SEAL_OK,
	SEAL_MALFORMED,	  // too short, of a version we do not know, or longer than `out` may be
	SEAL_UNKNOWN_KEY, // its key is not in the ring
	SEAL_FORGED,	  // changed, or sealed in another context
};

// Reads the keys of one use from a directory. NULL with one line in `error` when there is not
// exactly one active key, or a file is unreadable, malformed or open to others.
// The caller releases with seal_ring_release().
struct seal_ring *seal_ring_load(const char *dir, const char *use, struct buf *error) MUST_CHECK;
// A ring of this one key, which is copied. The caller releases it.
struct seal_ring *seal_ring_of(const uint8_t key[SEAL_KEY_LEN]);
void seal_ring_release(struct seal_ring *r); // wipes the keys; NULL is fine
// Writes a new random key to the file, mode 0600; refuses to overwrite.
bool seal_key_create(const char *path, struct buf *error) MUST_CHECK;

// Appends the sealed text to `out`.
void seal_put(struct buf *out, const struct seal_ring *r, struct span context, struct span text);
// Appends the text to `out`; leaves `out` as it was unless SEAL_OK.
enum seal_result seal_open(
    struct buf *out, const struct seal_ring *r, struct span context, struct span sealed) MUST_CHECK;

#endif
