// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 (FIPS 180-4), HMAC-SHA-256 (RFC 2104), PBKDF2 with it, and constant-time comparison.
//
// crypto_init() fetches every algorithm that src/crypto uses, so that nothing is looked up, loaded
// or read from a file later: call it before chroot and before fork; children inherit what it made.
// Programs are single-threaded; the functions share contexts and are not thread-safe. They cannot
// fail but for lack of memory, and then they panic.
#ifndef ROADSHOW_DIGEST_H
#define ROADSHOW_DIGEST_H

#include "base/base.h"
#include "base/str.h"

#define DIGEST_LEN 32
#define DIGEST_TEXT_LEN 43 // base64url without padding

struct digest {
	uint8_t b[DIGEST_LEN];
};

struct sha256; // an unfinished hash

// Once per process; more calls do nothing. Panics when OpenSSL lacks an algorithm we rely on.
void crypto_init(void);

// Same bytes? The time taken depends on `len` only.
bool crypto_equal(const void *a, const void *b, size_t len) MUST_CHECK;
// Overwrites a secret in a way that compilers keep.
void crypto_wipe(void *secret, size_t len);

struct digest digest_sha256(const void *data, size_t len);
bool digest_equal(const struct digest *a, const struct digest *b) MUST_CHECK; // constant time
// base64url; `out` takes DIGEST_TEXT_LEN + 1 bytes.
void digest_text(const struct digest *d, char *out);
// The reverse: exactly DIGEST_TEXT_LEN characters of strict base64url.
bool digest_parse(struct span in, struct digest *out) MUST_CHECK;

struct sha256 *sha256_start(void); // ends in sha256_finish(), which frees it
void sha256_put(struct sha256 *h, const void *data, size_t len);
struct digest sha256_finish(struct sha256 *h);

struct digest hmac_sha256(const void *key, size_t key_len, const void *data, size_t len);

// PBKDF2 (RFC 8018) with HMAC-SHA-256, one block; `iterations` at least 1. Some 0.2 µs each.
struct digest pbkdf2_sha256(const void *password, size_t password_len, const void *salt,
    size_t salt_len, unsigned iterations);

#endif
