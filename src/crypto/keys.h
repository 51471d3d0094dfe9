// SPDX-License-Identifier: Apache-2.0
//
// Keys that sign: ECDSA on P-256 with SHA-256 (signatures are raw r ‖ s, deterministic as RFC 6979)
// and Ed25519 (RFC 8032). Both sign to 64 bytes. A P-256 key may be one that others encrypt to instead
// (crypto/jwe.h): which it is follows from its use. A key is complete in memory once it is loaded:
// signing and verifying open no file, so keys work after chroot and fork.
//
// A keyring holds the keys of one use. The file's name says the key's state:
//
//   <use>-<label>.pem        active: signs. Exactly one per use.
//   <use>-<label>.next.pem   published ahead of its time, does not sign
//   <use>-<label>.old.pem    signs no more, published until what it signed has expired;
//                            may be a public key, the private one being destroyed
//
// Of keys that are encrypted to, the active one is published, and each that is private opens.
//
// To rotate, put a .next.pem there a mirror period ahead, then rename active to .old.pem and
// .next.pem to .pem, and restart. Labels are of [a-z0-9-]; keys are listed by label.
#ifndef ROADSHOW_KEYS_H
#define ROADSHOW_KEYS_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"
#include "crypto/digest.h"
#include "json/json.h"

#define KEY_SIGNATURE_LEN 64
#define KEY_AGREED_LEN 32
#define KEY_KID_LEN                                                                                \
	8 // first characters of the RFC 7638 thumbprint: 48 bits tell our few keys apart
#define KEY_PUBLIC_MAX 65
#define KEY_PEM_MAX 4096
#define KEYRING_MAX 16

enum key_type { KEY_P256, KEY_ED25519 };

struct key;
struct keyring;

// ---- one key; each maker returns NULL with one line in `error`; released by key_release()

struct key *key_generate(enum key_type type); // panics when there is no randomness
// PKCS #8 or SEC 1 private, or SubjectPublicKeyInfo; unencrypted; P-256 or Ed25519 only.
struct key *key_from_pem(struct span pem, struct buf *error) MUST_CHECK;
// Public JWK (RFC 7517, 7518, 8037): kty EC with crv P-256, x, y on the curve; or kty OKP with crv
// Ed25519, x a point of large order in canonical form. `alg`, `use` and `key_ops` must fit when
// they are there; a private member (`d`) is refused; other members are ignored.
struct key *key_from_jwk(const struct json *jwk, struct buf *error) MUST_CHECK;
// The same from the text of a JWK, as the database stores it.
struct key *key_from_jwk_text(struct span text, struct buf *error) MUST_CHECK;
// An ephemeral public key as the header of a JWE has it (RFC 7518, section 4.6.1.1): kty EC, crv P-256,
// x and y on the curve, no d.
struct key *key_from_epk(const struct json *epk, struct buf *error) MUST_CHECK;
// From key_public_bytes(): 65 bytes 0x04 ‖ x ‖ y, or 32 bytes. Checked as a JWK's.
struct key *key_from_public_bytes(
    enum key_type type, const uint8_t *bytes, size_t len, struct buf *error) MUST_CHECK;
void key_release(struct key *k); // NULL is fine

enum key_type key_type(const struct key *k);
bool key_is_private(const struct key *k);
const char *key_kid(const struct key *k);		  // KEY_KID_LEN characters
const char *key_alg(const struct key *k);		  // JOSE: "ES256" or "EdDSA"
const struct digest *key_thumbprint(const struct key *k); // RFC 7638, SHA-256
// Borrowed: 65 bytes 0x04 ‖ x ‖ y, or the 32 bytes of Ed25519.
struct span key_public_bytes(const struct key *k);

// The whole object: {kty, crv, x, y?, kid, alg, use}.
void key_jwk(struct json_out *w, const struct key *k);
// The same of a P-256 key that is encrypted to: alg "ECDH-ES", use "enc".
void key_jwk_enc(struct json_out *w, const struct key *k);
void key_pem(struct buf *out, const struct key *k);	   // PKCS #8; the key must be private
void key_public_pem(struct buf *out, const struct key *k); // SubjectPublicKeyInfo
// Writes key_pem() to a new file, mode 0600; refuses to overwrite.
bool key_save(const struct key *k, const char *path, struct buf *error) MUST_CHECK;

// Signs the message (P-256 hashes it with SHA-256 first). The key must be private. The same key and
// message give the same bytes.
void key_sign(const struct key *k, const void *data, size_t len, uint8_t out[KEY_SIGNATURE_LEN]);
bool key_verify(
    const struct key *k, const void *data, size_t len, struct span signature) MUST_CHECK;

// ECDH (NIST SP 800-56A; RFC 7518 section 4.6): the x that my private key and their public one agree on,
// both of P-256. False when they do not.
bool key_agree(
    const struct key *mine, const struct key *theirs, uint8_t out[KEY_AGREED_LEN]) MUST_CHECK;

// ---- keys of one use

// Reads `<use>-*.pem` of a directory. NULL with one line in `error` when there is not exactly one
// active key, a name breaks the rule above, or a file is unreadable, malformed or open to others.
// A use with a hyphen is not possible: "token-a-b" is label "a-b" of use "token".
struct keyring *keyring_load(const char *dir, const char *use, struct buf *error) MUST_CHECK;
// A ring of this one key, which it owns. A private key is active; a public one can only verify.
struct keyring *keyring_of(struct key *take);
void keyring_release(struct keyring *r); // and its keys; NULL is fine
const struct key *keyring_active(const struct keyring *r);
const struct key *keyring_at(const struct keyring *r, size_t i); // any state; NULL past the last
const struct key *keyring_find(const struct keyring *r, struct span kid); // any state; NULL
// {"keys":[…]} of several rings in order, as /.well-known/jwks.json serves it.
void keyring_jwks(struct buf *out, const struct keyring *const *rings, size_t count);

#endif
