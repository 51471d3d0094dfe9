// SPDX-License-Identifier: Apache-2.0
//
// Mends Kore 4.1's key manager on OpenSSL 3, by the linker's --wrap: the private key still lives in
// the key manager's process alone.
//
// Kore sets its method on the legacy EC_KEY or RSA that EVP_PKEY_get1_*() returns. In OpenSSL 3
// that is a cached copy of a provider key, and TLS goes on using the provider's. So the context is
// given a fresh EVP_PKEY made of the very legacy object that Kore put its method on. The key
// manager's side reads the legacy key through EVP_PKEY_get0(), which is null for provider keys; and
// Kore's EC method has sign_sig but no sign, which is what OpenSSL calls.
//
// Kore also refuses a certificate without Diffie-Hellman parameters; a standard group (RFC 7919)
// saves the operator a file.
//
// The deprecated calls are the point of this file, so their warnings are off here.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/dh.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>

#include "base/base.h"

typedef int sign_fn(int, const unsigned char *, int, unsigned char *, unsigned int *,
    const BIGNUM *, const BIGNUM *, EC_KEY *);
typedef int setup_fn(EC_KEY *, BN_CTX *, BIGNUM **, BIGNUM **);
typedef ECDSA_SIG *sign_sig_fn(
    const unsigned char *, int, const BIGNUM *, const BIGNUM *, EC_KEY *);

int __real_SSL_CTX_use_PrivateKey(SSL_CTX *ctx, EVP_PKEY *pkey);
int __wrap_SSL_CTX_use_PrivateKey(SSL_CTX *ctx, EVP_PKEY *pkey);
void *__wrap_EVP_PKEY_get0(const EVP_PKEY *pkey);
void __real_EC_KEY_METHOD_set_sign(
    EC_KEY_METHOD *m, sign_fn *sign, setup_fn *setup, sign_sig_fn *s);
void __wrap_EC_KEY_METHOD_set_sign(
    EC_KEY_METHOD *m, sign_fn *sign, setup_fn *setup, sign_sig_fn *s);

extern DH *tls_dhparam; // Kore's, from its configuration

static sign_sig_fn *kore_sign_sig; // Kore's own, which asks the key manager

int __wrap_SSL_CTX_use_PrivateKey(SSL_CTX *ctx, EVP_PKEY *pkey)
{
	EVP_PKEY *legacy = EVP_PKEY_new();
	int ok = 0;

	if (legacy == NULL)
		return 0;
	if (tls_dhparam == NULL) // Kore looks at it right after this call
		tls_dhparam = DH_new_by_nid(NID_ffdhe2048);
	if (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_RSA)
		ok = EVP_PKEY_set1_RSA(legacy, (RSA *)(uintptr_t)EVP_PKEY_get0_RSA(pkey));
	else if (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_EC)
		ok = EVP_PKEY_set1_EC_KEY(legacy, (EC_KEY *)(uintptr_t)EVP_PKEY_get0_EC_KEY(pkey));
	if (ok == 1)
		ok = __real_SSL_CTX_use_PrivateKey(ctx, legacy);
	EVP_PKEY_free(legacy); // the context keeps its own reference
	return ok;
}

void *__wrap_EVP_PKEY_get0(const EVP_PKEY *pkey)
{
	if (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_RSA)
		return (void *)(uintptr_t)EVP_PKEY_get0_RSA(pkey);
	if (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_EC)
		return (void *)(uintptr_t)EVP_PKEY_get0_EC_KEY(pkey);
	return NULL;
}

// What OpenSSL calls to sign: DER of what Kore's key manager answers.
static int sign_der(int type, const unsigned char *digest, int digest_len, unsigned char *out,
    unsigned int *out_len, const BIGNUM *kinv, const BIGNUM *r, EC_KEY *key)
{
	ECDSA_SIG *signature = kore_sign_sig(digest, digest_len, kinv, r, key);
	int len;

	(void)type;
	if (signature == NULL) {
		*out_len = 0;
		return 0;
	}
	len = i2d_ECDSA_SIG(signature, &out);
	ECDSA_SIG_free(signature);
	*out_len = len > 0 ? (unsigned int)len : 0;
	return len > 0;
}

void __wrap_EC_KEY_METHOD_set_sign(EC_KEY_METHOD *m, sign_fn *sign, setup_fn *setup, sign_sig_fn *s)
{
	if (sign == NULL && s != NULL) {
		kore_sign_sig = s;
		sign = sign_der;
	}
	__real_EC_KEY_METHOD_set_sign(m, sign, setup, s);
}
