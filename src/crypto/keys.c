// SPDX-License-Identifier: Apache-2.0
//
// Owns one key: OpenSSL's object, contexts ready for use, and the public facts derived from it.
// Every key passes through settle(), which fills the struct and, for a private key, signs and
// verifies once: a damaged pair is refused, and nothing is left for OpenSSL to fetch later.
//
// Invariants: public_bytes, thumbprint and kid are set; `verify` exists for P-256 only; `signer`
// exists for private P-256 keys only.
#include "crypto/keys.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include "crypto/ecdsa.h"
#include "crypto/ed25519_point.h"
#include "crypto/keyfile.h"

#define P256_POINT_LEN 65
#define ED25519_POINT_LEN 32
#define P256_NAME "prime256v1"

struct key {
	enum key_type type;
	bool private;
	EVP_PKEY *pkey;
	EVP_PKEY_CTX *verify; // set up for verification of a digest
	EVP_MD_CTX *ed25519;  // set up anew for each message
	struct ecdsa_signer *signer;
	uint8_t public_bytes[KEY_PUBLIC_MAX];
	struct digest thumbprint;
	char kid[KEY_KID_LEN + 1];
};

void key_release(struct key *k)
{
	if (k == NULL)
		return;
	ecdsa_signer_release(k->signer);
	EVP_MD_CTX_free(k->ed25519);
	EVP_PKEY_CTX_free(k->verify);
	EVP_PKEY_free(k->pkey);
	free(k);
}

// ---- settling: what is derived from the OpenSSL object

static bool is_p256(const EVP_PKEY *pkey)
{
	char group[32];

	return EVP_PKEY_is_a(pkey, "EC") &&
	       EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) == 1 &&
	       strcmp(group, P256_NAME) == 0;
}

// A coordinate or the private scalar, as 32 bytes.
static bool p256_number(const EVP_PKEY *pkey, const char *name, uint8_t *out)
{
	BIGNUM *n = NULL;
	bool ok = EVP_PKEY_get_bn_param(pkey, name, &n) == 1 && BN_bn2binpad(n, out, 32) == 32;

	BN_clear_free(n);
	return ok;
}

static bool settle_p256(struct key *k)
{
	uint8_t secret[ECDSA_SCALAR_LEN];

	k->public_bytes[0] = 0x04;
	if (!p256_number(k->pkey, OSSL_PKEY_PARAM_EC_PUB_X, k->public_bytes + 1) ||
	    !p256_number(k->pkey, OSSL_PKEY_PARAM_EC_PUB_Y, k->public_bytes + 33))
		return false;
	k->verify = EVP_PKEY_CTX_new_from_pkey(NULL, k->pkey, NULL);
	ASSERT(k->verify != NULL && EVP_PKEY_verify_init(k->verify) == 1);
	k->private = p256_number(k->pkey, OSSL_PKEY_PARAM_PRIV_KEY, secret);
	if (k->private)
		k->signer = ecdsa_signer_new(secret);
	crypto_wipe(secret, sizeof(secret));
	return !k->private || k->signer != NULL;
}

static bool settle_ed25519(struct key *k)
{
	size_t len = ED25519_POINT_LEN;
	size_t secret_len = 0;

	if (EVP_PKEY_get_raw_public_key(k->pkey, k->public_bytes, &len) != 1 ||
	    len != ED25519_POINT_LEN)
		return false;
	k->private = EVP_PKEY_get_raw_private_key(k->pkey, NULL, &secret_len) == 1;
	k->ed25519 = EVP_MD_CTX_new();
	ASSERT(k->ed25519 != NULL);
	return ed25519_point_acceptable(k->public_bytes);
}

// RFC 7638: the required members in the order of their names, without white space.
static void set_thumbprint(struct key *k)
{
	char text[DIGEST_TEXT_LEN + 1];
	struct buf json;

	buf_init(&json, 256);
	if (k->type == KEY_P256) {
		buf_puts(&json, "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"");
		str_base64url(&json, k->public_bytes + 1, 32);
		buf_puts(&json, "\",\"y\":\"");
		str_base64url(&json, k->public_bytes + 33, 32);
	} else {
		buf_puts(&json, "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"");
		str_base64url(&json, k->public_bytes, ED25519_POINT_LEN);
	}
	buf_puts(&json, "\"}");
	ASSERT(!json.failed);
	k->thumbprint = digest_sha256(json.data, json.len);
	buf_release(&json);
	digest_text(&k->thumbprint, text);
	memcpy(k->kid, text, KEY_KID_LEN);
}

// Do the private and the public half belong together?
static bool signs_for_itself(const struct key *k)
{
	static const char probe[] = "roadshow";
	uint8_t signature[KEY_SIGNATURE_LEN];
	struct span s = {.ptr = (const char *)signature, .len = sizeof(signature)};

	if (!k->private)
		return true;
	key_sign(k, probe, sizeof(probe), signature);
	return key_verify(k, probe, sizeof(probe), s);
}

// Fills what depends on the kind of key. NULL, or why the key is refused.
static const char *settle_kind(struct key *k)
{
	bool ok = false;

	if (k->pkey == NULL)
		return "not a key that can be read";
	if (is_p256(k->pkey)) {
		k->type = KEY_P256;
		ok = settle_p256(k);
	} else if (EVP_PKEY_is_a(k->pkey, "ED25519")) {
		k->type = KEY_ED25519;
		ok = settle_ed25519(k);
	} else {
		return "neither a P-256 nor an Ed25519 key";
	}
	if (ok)
		set_thumbprint(k);
	return ok && signs_for_itself(k) ? NULL : "the key is damaged";
}

// Takes the OpenSSL object, also when it refuses it; NULL is refused.
static struct key *settle(EVP_PKEY *take, struct buf *error)
{
	struct key *k = calloc(1, sizeof(*k));
	const char *why = NULL;

	ASSERT(k != NULL);
	crypto_init();
	k->pkey = take;
	why = settle_kind(k);
	ERR_clear_error(); // what OpenSSL found is told by `error`
	if (why == NULL)
		return k;
	buf_puts(error, why);
	key_release(k);
	return NULL;
}

// ---- making

struct key *key_generate(enum key_type type)
{
	struct buf error;
	struct key *k = NULL;
	EVP_PKEY *pkey = type == KEY_P256 ? EVP_PKEY_Q_keygen(NULL, NULL, "EC", P256_NAME)
					  : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	ASSERT(pkey != NULL);
	buf_init(&error, 256);
	k = settle(pkey, &error);
	ASSERT(k != NULL);
	buf_release(&error);
	return k;
}

// Keeps OpenSSL from asking the terminal for the passphrase of an encrypted key.
static int no_passphrase(char *buf, int size, int rwflag, void *arg)
{
	(void)buf;
	(void)size;
	(void)rwflag;
	(void)arg;
	return -1;
}

struct key *key_from_pem(struct span pem, struct buf *error)
{
	EVP_PKEY *pkey = NULL;
	BIO *bio = NULL;

	if (pem.len == 0 || pem.len > KEY_PEM_MAX) {
		buf_puts(error, "not a key that can be read");
		return NULL;
	}
	bio = BIO_new_mem_buf(pem.ptr, (int)pem.len);
	ASSERT(bio != NULL);
	pkey = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	if (pkey == NULL) {
		(void)BIO_reset(bio);
		pkey = PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL);
	}
	BIO_free(bio);
	return settle(pkey, error);
}

static EVP_PKEY *p256_of_point(const uint8_t *point)
{
	char group[] = P256_NAME;
	uint8_t copy[P256_POINT_LEN];
	OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
	    OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy, sizeof(copy)),
	    OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *pkey = NULL;

	memcpy(copy, point, sizeof(copy));
	ASSERT(ctx != NULL && EVP_PKEY_fromdata_init(ctx) == 1);
	// Refuses a point that is not on the curve, whose cofactor is 1: no further check is
	// needed.
	if (EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

struct key *key_from_public_bytes(
    enum key_type type, const uint8_t *bytes, size_t len, struct buf *error)
{
	EVP_PKEY *pkey = NULL;

	if (type == KEY_P256 && len == P256_POINT_LEN && bytes[0] == 0x04)
		pkey = p256_of_point(bytes);
	else if (type == KEY_ED25519 && len == ED25519_POINT_LEN && ed25519_point_acceptable(bytes))
		pkey = EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, bytes, len);
	if (pkey == NULL) {
		ERR_clear_error();
		buf_puts(error, "not a point of the curve that is fit for a key");
		return NULL;
	}
	return settle(pkey, error);
}

// ---- facts

enum key_type key_type(const struct key *k)
{
	return k->type;
}

bool key_is_private(const struct key *k)
{
	return k->private;
}

const char *key_kid(const struct key *k)
{
	return k->kid;
}

const char *key_alg(const struct key *k)
{
	return k->type == KEY_P256 ? "ES256" : "EdDSA";
}

const struct digest *key_thumbprint(const struct key *k)
{
	return &k->thumbprint;
}

struct span key_public_bytes(const struct key *k)
{
	return (struct span){
	    .ptr = (const char *)k->public_bytes,
	    .len = k->type == KEY_P256 ? P256_POINT_LEN : ED25519_POINT_LEN,
	};
}

// ---- writing

static void put_bio(struct buf *out, BIO *bio)
{
	char *text = NULL;
	long len = BIO_get_mem_data(bio, &text);

	ASSERT(len > 0);
	buf_put(out, text, (size_t)len);
	crypto_wipe(text, (size_t)len);
	BIO_free(bio);
}

void key_pem(struct buf *out, const struct key *k)
{
	BIO *bio = BIO_new(BIO_s_mem());

	ASSERT(k->private && bio != NULL);
	ASSERT(PEM_write_bio_PKCS8PrivateKey(bio, k->pkey, NULL, NULL, 0, NULL, NULL) == 1);
	put_bio(out, bio);
}

void key_public_pem(struct buf *out, const struct key *k)
{
	BIO *bio = BIO_new(BIO_s_mem());

	ASSERT(bio != NULL && PEM_write_bio_PUBKEY(bio, k->pkey) == 1);
	put_bio(out, bio);
}

bool key_save(const struct key *k, const char *path, struct buf *error)
{
	struct buf pem;
	bool ok = false;

	buf_init(&pem, KEY_PEM_MAX);
	key_pem(&pem, k);
	ASSERT(!pem.failed);
	ok = keyfile_create(path, (struct span){.ptr = buf_text(&pem), .len = pem.len}, error);
	crypto_wipe(pem.data, pem.len);
	buf_release(&pem);
	return ok;
}

// ---- signing and verifying

void key_sign(const struct key *k, const void *data, size_t len, uint8_t out[KEY_SIGNATURE_LEN])
{
	size_t out_len = KEY_SIGNATURE_LEN;

	ASSERT(k->private);
	if (k->type == KEY_P256) {
		struct digest d = digest_sha256(data, len);

		ecdsa_sign(k->signer, &d, out);
		return;
	}
	ASSERT(EVP_DigestSignInit(k->ed25519, NULL, NULL, NULL, k->pkey) == 1);
	ASSERT(EVP_DigestSign(k->ed25519, out, &out_len, data, len) == 1);
	ASSERT(out_len == KEY_SIGNATURE_LEN);
	EVP_MD_CTX_reset(k->ed25519);
}

// OpenSSL verifies the DER form (RFC 3279) of r and s.
static bool verify_p256(const struct key *k, const struct digest *d, const uint8_t *raw)
{
	uint8_t der[80];
	uint8_t *end = der;
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(raw, 32, NULL);
	BIGNUM *s = BN_bin2bn(raw + 32, 32, NULL);
	int der_len = 0;

	ASSERT(sig != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(sig, r, s) == 1);
	der_len = i2d_ECDSA_SIG(sig, NULL);
	ASSERT(der_len > 0 && (size_t)der_len <= sizeof(der));
	der_len = i2d_ECDSA_SIG(sig, &end);
	ECDSA_SIG_free(sig);
	return EVP_PKEY_verify(k->verify, der, (size_t)der_len, d->b, DIGEST_LEN) == 1;
}

bool key_verify(const struct key *k, const void *data, size_t len, struct span signature)
{
	const uint8_t *raw = (const uint8_t *)signature.ptr;
	bool ok = false;

	if (signature.len != KEY_SIGNATURE_LEN)
		return false;
	if (k->type == KEY_P256) {
		struct digest d = digest_sha256(data, len);

		ok = verify_p256(k, &d, raw);
	} else {
		ASSERT(EVP_DigestVerifyInit(k->ed25519, NULL, NULL, NULL, k->pkey) == 1);
		ok = EVP_DigestVerify(k->ed25519, raw, KEY_SIGNATURE_LEN, data, len) == 1;
		EVP_MD_CTX_reset(k->ed25519);
	}
	if (!ok)
		ERR_clear_error();
	return ok;
}

// ---- agreeing

bool key_agree(const struct key *mine, const struct key *theirs, uint8_t out[KEY_AGREED_LEN])
{
	size_t len = KEY_AGREED_LEN;
	EVP_PKEY_CTX *ctx = NULL;
	bool ok;

	ASSERT(mine->private && mine->type == KEY_P256);
	if (theirs->type != KEY_P256)
		return false;
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, mine->pkey, NULL);
	ASSERT(ctx != NULL);
	ok = EVP_PKEY_derive_init(ctx) == 1 && EVP_PKEY_derive_set_peer(ctx, theirs->pkey) == 1 &&
	     EVP_PKEY_derive(ctx, out, &len) == 1 && len == KEY_AGREED_LEN;
	if (!ok)
		ERR_clear_error();
	EVP_PKEY_CTX_free(ctx);
	return ok;
}
