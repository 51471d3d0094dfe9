// SPDX-License-Identifier: Apache-2.0
//
// OpenSSL 3.0 cannot be asked for RFC 6979 (3.2 can: `nonce-type`), and its EVP interface takes no
// nonce. The older EC_KEY interface takes k⁻¹ and r, which are computed here; s, with its blinding,
// is OpenSSL's. This is the one file that uses deprecated functions.
//
// Everything that depends on the secret or on k runs in constant time: HMAC, the multiplication by
// the generator (ecp_nistz256), Fermat's inverse by Montgomery exponentiation.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/ecdsa.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>

struct ecdsa_signer {
	uint8_t secret[ECDSA_SCALAR_LEN];
	EC_KEY *key;
	const EC_GROUP *group; // the key's
	const BIGNUM *order;   // the group's
	BIGNUM *order_less_2;
	BN_MONT_CTX *mont; // modulo the order
	// scratch, overwritten by each signature
	BN_CTX *ctx;
	BIGNUM *k, *k_inverse, *x, *r;
	EC_POINT *point;
};

static void allocate(struct ecdsa_signer *s)
{
	s->key = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
	s->ctx = BN_CTX_secure_new();
	s->mont = BN_MONT_CTX_new();
	s->order_less_2 = BN_new();
	s->k = BN_secure_new();
	s->k_inverse = BN_secure_new();
	s->x = BN_new();
	s->r = BN_new();
	ASSERT(s->key != NULL && s->ctx != NULL && s->mont != NULL && s->order_less_2 != NULL);
	ASSERT(s->k != NULL && s->k_inverse != NULL && s->x != NULL && s->r != NULL);
	// An engine or a default method set elsewhere in the process must not see our keys.
	ASSERT(EC_KEY_set_method(s->key, EC_KEY_OpenSSL()) == 1);
	BN_set_flags(s->k, BN_FLG_CONSTTIME);
	BN_set_flags(s->k_inverse, BN_FLG_CONSTTIME);
	s->group = EC_KEY_get0_group(s->key);
	s->order = EC_GROUP_get0_order(s->group);
	s->point = EC_POINT_new(s->group);
	ASSERT(s->point != NULL && BN_MONT_CTX_set(s->mont, s->order, s->ctx) == 1);
	ASSERT(BN_copy(s->order_less_2, s->order) != NULL && BN_sub_word(s->order_less_2, 2) == 1);
}

struct ecdsa_signer *ecdsa_signer_new(const uint8_t secret[ECDSA_SCALAR_LEN])
{
	struct ecdsa_signer *s = calloc(1, sizeof(*s));

	ASSERT(s != NULL);
	allocate(s);
	memcpy(s->secret, secret, sizeof(s->secret));
	ASSERT(BN_bin2bn(secret, ECDSA_SCALAR_LEN, s->k) != NULL);
	if (BN_is_zero(s->k) || BN_cmp(s->k, s->order) >= 0) {
		ecdsa_signer_release(s);
		return NULL;
	}
	ASSERT(EC_KEY_set_private_key(s->key, s->k) == 1);
	return s;
}

void ecdsa_signer_release(struct ecdsa_signer *s)
{
	if (s == NULL)
		return;
	EC_POINT_free(s->point);
	BN_free(s->r);
	BN_free(s->x);
	BN_clear_free(s->k_inverse);
	BN_clear_free(s->k);
	BN_free(s->order_less_2);
	BN_MONT_CTX_free(s->mont);
	BN_CTX_free(s->ctx);
	EC_KEY_free(s->key);
	crypto_wipe(s->secret, sizeof(s->secret));
	free(s);
}

// HMAC_DRBG of RFC 6979 section 3.2 in the making of one k.
struct drbg {
	struct digest k;
	struct digest v;
};

// K = HMAC(K, V ‖ tag ‖ tail), V = HMAC(K, V): steps d–e, f–g, and h.3 without a tail.
static void drbg_update(struct drbg *g, uint8_t tag, const uint8_t *tail, size_t tail_len)
{
	uint8_t text[DIGEST_LEN + 1 + 2 * ECDSA_SCALAR_LEN];

	memcpy(text, g->v.b, DIGEST_LEN);
	text[DIGEST_LEN] = tag;
	if (tail_len > 0)
		memcpy(text + DIGEST_LEN + 1, tail, tail_len);
	g->k = hmac_sha256(g->k.b, DIGEST_LEN, text, DIGEST_LEN + 1 + tail_len);
	g->v = hmac_sha256(g->k.b, DIGEST_LEN, g->v.b, DIGEST_LEN);
	crypto_wipe(text, sizeof(text));
}

// int2octets(secret) ‖ bits2octets(message): the digest as a number modulo the order. Both have 256
// bits, so one subtraction reduces it. The digest is no secret (the signature's reader knows it).
static void drbg_seed(const struct ecdsa_signer *s, const struct digest *message, uint8_t *out)
{
	BIGNUM *z = s->x;

	memcpy(out, s->secret, ECDSA_SCALAR_LEN);
	ASSERT(BN_bin2bn(message->b, DIGEST_LEN, z) != NULL);
	if (BN_cmp(z, s->order) >= 0)
		ASSERT(BN_sub(z, z, s->order) == 1);
	ASSERT(BN_bn2binpad(z, out + ECDSA_SCALAR_LEN, ECDSA_SCALAR_LEN) == ECDSA_SCALAR_LEN);
}

// r = x-coordinate of k·G modulo the order. False for an r of zero.
static bool set_r(const struct ecdsa_signer *s)
{
	ASSERT(EC_POINT_mul(s->group, s->point, s->k, NULL, NULL, s->ctx) == 1);
	ASSERT(EC_POINT_get_affine_coordinates(s->group, s->point, s->x, NULL, s->ctx) == 1);
	ASSERT(BN_nnmod(s->r, s->x, s->order, s->ctx) == 1);
	return !BN_is_zero(s->r);
}

// Sets k and r. The loop's second round comes with probability 2⁻³² (k beyond the order).
static void choose_k(const struct ecdsa_signer *s, const struct digest *message)
{
	struct drbg g;
	uint8_t seed[2 * ECDSA_SCALAR_LEN];

	memset(g.k.b, 0x00, DIGEST_LEN);
	memset(g.v.b, 0x01, DIGEST_LEN);
	drbg_seed(s, message, seed);
	drbg_update(&g, 0x00, seed, sizeof(seed));
	drbg_update(&g, 0x01, seed, sizeof(seed));
	for (;;) {
		g.v = hmac_sha256(g.k.b, DIGEST_LEN, g.v.b, DIGEST_LEN);
		ASSERT(BN_bin2bn(g.v.b, DIGEST_LEN, s->k) != NULL);
		if (!BN_is_zero(s->k) && BN_cmp(s->k, s->order) < 0 && set_r(s))
			break;
		drbg_update(&g, 0x00, NULL, 0);
	}
	crypto_wipe(seed, sizeof(seed));
	crypto_wipe(&g, sizeof(g));
}

void ecdsa_sign(const struct ecdsa_signer *s, const struct digest *message, uint8_t out[64])
{
	ECDSA_SIG *sig = NULL;

	choose_k(s, message);
	ASSERT(BN_mod_exp_mont_consttime(
		   s->k_inverse, s->k, s->order_less_2, s->order, s->ctx, s->mont) == 1);
	// Fails for want of memory or, with probability 2⁻²⁵⁶, for an s of zero.
	sig = ECDSA_do_sign_ex(message->b, DIGEST_LEN, s->k_inverse, s->r, s->key);
	ASSERT(sig != NULL);
	ASSERT(BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, 32) == 32);
	ASSERT(BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + 32, 32) == 32);
	ECDSA_SIG_free(sig);
	BN_clear(s->k);
	BN_clear(s->k_inverse);
}
