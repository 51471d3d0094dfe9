// SPDX-License-Identifier: Apache-2.0
//
// Owns the process's fetched algorithms and one context of each kind, made by crypto_init() and
// alive until the process ends. Using a context leaves nothing in it that the next use needs.
#include "crypto/digest.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

static struct {
	EVP_MD *sha256;
	EVP_MD_CTX *md;	     // for whole messages
	EVP_MAC_CTX *hmac;   // bound to SHA-256; each use sets its key
	EVP_KDF_CTX *pbkdf2; // each use sets everything
} lib;

void crypto_init(void)
{
	char name[] = "SHA256";
	OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
	    OSSL_PARAM_construct_end(),
	};
	EVP_MAC *mac = NULL;
	EVP_KDF *kdf = NULL;

	if (lib.hmac != NULL)
		return;
	ASSERT(OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CRYPTO_STRINGS, NULL) == 1);
	lib.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	lib.md = EVP_MD_CTX_new();
	mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	ASSERT(lib.sha256 != NULL && lib.md != NULL && mac != NULL);
	lib.hmac = EVP_MAC_CTX_new(mac);
	ASSERT(lib.hmac != NULL && EVP_MAC_CTX_set_params(lib.hmac, params) == 1);
	EVP_MAC_free(mac); // the context holds its own reference
	kdf = EVP_KDF_fetch(NULL, "PBKDF2", NULL);
	ASSERT(kdf != NULL);
	lib.pbkdf2 = EVP_KDF_CTX_new(kdf);
	ASSERT(lib.pbkdf2 != NULL);
	EVP_KDF_free(kdf);		      // as above
	(void)pbkdf2_sha256("", 0, "", 0, 1); // fetches what it uses inside
}

bool crypto_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

void crypto_wipe(void *secret, size_t len)
{
	OPENSSL_cleanse(secret, len);
}

struct digest digest_sha256(const void *data, size_t len)
{
	struct digest d;

	crypto_init();
	ASSERT(EVP_DigestInit_ex2(lib.md, lib.sha256, NULL) == 1);
	ASSERT(EVP_DigestUpdate(lib.md, data, len) == 1);
	ASSERT(EVP_DigestFinal_ex(lib.md, d.b, NULL) == 1);
	return d;
}

bool digest_equal(const struct digest *a, const struct digest *b)
{
	return crypto_equal(a->b, b->b, DIGEST_LEN);
}

void digest_text(const struct digest *d, char *out)
{
	struct buf text;

	buf_init(&text, DIGEST_TEXT_LEN);
	str_base64url(&text, d->b, DIGEST_LEN);
	ASSERT(!text.failed && text.len == DIGEST_TEXT_LEN);
	memcpy(out, text.data, DIGEST_TEXT_LEN);
	out[DIGEST_TEXT_LEN] = '\0';
	buf_release(&text);
}

bool digest_parse(struct span in, struct digest *out)
{
	size_t len = 0;

	return in.len == DIGEST_TEXT_LEN && str_base64url_decode(in, out->b, DIGEST_LEN, &len) &&
	       len == DIGEST_LEN;
}

// An unfinished hash is OpenSSL's context under our name: it is never dereferenced here.
static EVP_MD_CTX *context_of(struct sha256 *h)
{
	return (EVP_MD_CTX *)(void *)h;
}

struct sha256 *sha256_start(void)
{
	EVP_MD_CTX *ctx = NULL;

	crypto_init();
	ctx = EVP_MD_CTX_new();
	ASSERT(ctx != NULL && EVP_DigestInit_ex2(ctx, lib.sha256, NULL) == 1);
	return (struct sha256 *)(void *)ctx;
}

void sha256_put(struct sha256 *h, const void *data, size_t len)
{
	ASSERT(EVP_DigestUpdate(context_of(h), data, len) == 1);
}

struct digest sha256_finish(struct sha256 *h)
{
	struct digest d;

	ASSERT(EVP_DigestFinal_ex(context_of(h), d.b, NULL) == 1);
	EVP_MD_CTX_free(context_of(h));
	return d;
}

struct digest hmac_sha256(const void *key, size_t key_len, const void *data, size_t len)
{
	static const uint8_t no_key[1]; // OpenSSL takes a NULL key for "as before"
	struct digest d;
	size_t n = 0;

	crypto_init();
	ASSERT(EVP_MAC_init(lib.hmac, key_len > 0 ? key : no_key, key_len, NULL) == 1);
	ASSERT(EVP_MAC_update(lib.hmac, data, len) == 1);
	ASSERT(EVP_MAC_final(lib.hmac, d.b, &n, DIGEST_LEN) == 1 && n == DIGEST_LEN);
	return d;
}

// OpenSSL's parameters are not const, but it only reads these.
struct digest pbkdf2_sha256(const void *password, size_t password_len, const void *salt,
    size_t salt_len, unsigned iterations)
{
	char name[] = "SHA256";
	int relaxed = 1; // no lower bounds of SP 800-132: the cost is the caller's
	OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_octet_string(
		OSSL_KDF_PARAM_PASSWORD, (void *)(uintptr_t)password, password_len),
	    OSSL_PARAM_construct_octet_string(
		OSSL_KDF_PARAM_SALT, (void *)(uintptr_t)salt, salt_len),
	    OSSL_PARAM_construct_uint(OSSL_KDF_PARAM_ITER, &iterations),
	    OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, name, 0),
	    OSSL_PARAM_construct_int(OSSL_KDF_PARAM_PKCS5, &relaxed),
	    OSSL_PARAM_construct_end(),
	};
	struct digest d;

	crypto_init();
	ASSERT(EVP_KDF_derive(lib.pbkdf2, d.b, sizeof(d.b), params) == 1);
	return d;
}
