// SPDX-License-Identifier: Apache-2.0
//
// Public data only, so nothing here needs constant time. Owns nothing between calls.
#include "crypto/ed25519_point.h"

#include <string.h>

#include <openssl/bn.h>

// y of the eight points of small order, little-endian: 0, 1, -1 and the two of order 8.
static const uint8_t small_order_y[5][32] = {
    {0},
    {1},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0x7f},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
	0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc,
	0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
	0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03,
	0x7a},
};

static const char field_hex[] = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed";
static const char d_hex[] = "52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3";

// -x² + y² = 1 + d x² y² has an x for this y when (y² - 1)(d y² + 1) is a square modulo p.
static bool has_x(const BIGNUM *y, const BIGNUM *p, BN_CTX *ctx)
{
	BIGNUM *d = BN_CTX_get(ctx);
	BIGNUM *u = BN_CTX_get(ctx);
	BIGNUM *v = BN_CTX_get(ctx);
	int symbol = 0;

	ASSERT(v != NULL && BN_hex2bn(&d, d_hex) > 0);
	ASSERT(BN_mod_sqr(u, y, p, ctx) == 1 && BN_mod_mul(v, u, d, p, ctx) == 1);
	ASSERT(BN_sub_word(u, 1) == 1 && BN_add_word(v, 1) == 1);
	ASSERT(BN_mod_mul(u, u, v, p, ctx) == 1);
	symbol = BN_kronecker(u, p, ctx);
	ASSERT(symbol >= -1);
	return symbol >= 0;
}

bool ed25519_point_acceptable(const uint8_t point[32])
{
	uint8_t y_bytes[32];
	BN_CTX *ctx = NULL;
	BIGNUM *y = NULL;
	BIGNUM *p = NULL;
	bool ok = false;

	memcpy(y_bytes, point, sizeof(y_bytes));
	y_bytes[31] &= 0x7f; // the top bit is the sign of x
	for (size_t i = 0; i < ARRAY_LEN(small_order_y); i++)
		if (memcmp(y_bytes, small_order_y[i], sizeof(y_bytes)) == 0)
			return false;
	ctx = BN_CTX_new();
	ASSERT(ctx != NULL);
	BN_CTX_start(ctx);
	y = BN_CTX_get(ctx);
	p = BN_CTX_get(ctx);
	ASSERT(p != NULL && BN_lebin2bn(y_bytes, 32, y) != NULL && BN_hex2bn(&p, field_hex) > 0);
	ok = BN_cmp(y, p) < 0 && has_x(y, p, ctx);
	BN_CTX_end(ctx);
	BN_CTX_free(ctx);
	return ok;
}
