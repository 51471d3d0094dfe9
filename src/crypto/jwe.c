// SPDX-License-Identifier: Apache-2.0
//
// Opens compact JWE. Keeps nothing: derived keys are wiped on the way out, what it parses lives in the
// caller's arena.
#include "crypto/jwe.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "crypto/digest.h"
#include "crypto/jose.h"
#include "json/json.h"

#define IV_LEN 12
#define TAG_LEN 16
#define KEY_LEN 32

static const char *const texts[] = {
    [JWE_OK] = "It was opened.",
    [JWE_MALFORMED] = "This is not a compact JWE.",
    [JWE_WRONG_ALG] = "The JWE is not encrypted with ECDH-ES on P-256 and A256GCM.",
    [JWE_UNSUPPORTED] = "The JWE's header has `crit` or `zip`, which are not supported.",
    [JWE_UNKNOWN_KEY] = "The JWE names no key that is known here.",
    [JWE_OTHER_PARTY] = "The JWE's `apv` is not the id of the device that tells it.",
    [JWE_FORGED] = "The JWE does not open: it was changed, or encrypted to another key.",
};

const char *jwe_result_text(enum jwe_result r)
{
	ASSERT((size_t)r < ARRAY_LEN(texts));
	return texts[r];
}

// ---- the text -----------------------------------------------------------------------------------

enum part { HEADER, ENCRYPTED_KEY, IV, CIPHERTEXT, TAG, PARTS };

// ---- the key ------------------------------------------------------------------------------------

static void put_be32(struct sha256 *h, size_t n)
{
	const uint8_t b[4] = {
	    (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};

	sha256_put(h, b, sizeof(b));
}

static void put_counted(struct sha256 *h, struct span s)
{
	put_be32(h, s.len);
	sha256_put(h, s.ptr, s.len);
}

// Concat KDF (NIST SP 800-56A section 5.8.1 as RFC 7518 section 4.6.2 has it): one round of SHA-256, so
// up to 256 bits; a shorter key is its first bytes.
static struct digest concat_kdf(
    const uint8_t z[KEY_AGREED_LEN], const char *enc, struct span apu, struct span apv, size_t bits)
{
	struct sha256 *h = sha256_start();

	put_be32(h, 1);
	sha256_put(h, z, KEY_AGREED_LEN);
	put_counted(h, span_of(enc));
	put_counted(h, apu);
	put_counted(h, apv);
	put_be32(h, bits);
	return sha256_finish(h);
}

// A party's info, which need not be there.
static bool party_of(const struct json *header, const char *name,
    uint8_t bytes[JWE_PARTY_BYTES_MAX], struct span *out)
{
	const struct json *v = json_get(header, name);

	*out = (struct span){(const char *)bytes, 0};
	return v == NULL || (v->type == JSON_STRING && str_base64url_decode(v->text, bytes,
							   JWE_PARTY_BYTES_MAX, &out->len));
}

static struct key *ephemeral_of(const struct json *header)
{
	struct buf why;
	struct key *k = NULL;
	const struct json *epk = json_get(header, "epk");

	buf_init(&why, 256);
	if (epk != NULL)
		k = key_from_epk(epk, &why);
	buf_release(&why);
	return k;
}

static bool derive(const struct json *header, const struct key *mine, struct digest *out)
{
	uint8_t apu_bytes[JWE_PARTY_BYTES_MAX], apv_bytes[JWE_PARTY_BYTES_MAX];
	uint8_t z[KEY_AGREED_LEN];
	struct span apu, apv;
	struct key *theirs = ephemeral_of(header);
	bool ok = theirs != NULL && party_of(header, "apu", apu_bytes, &apu) &&
		  party_of(header, "apv", apv_bytes, &apv) && key_agree(mine, theirs, z);

	if (ok)
		*out = concat_kdf(z, "A256GCM", apu, apv, (size_t)8 * KEY_LEN);
	crypto_wipe(z, sizeof(z));
	key_release(theirs);
	return ok;
}

// ---- opening ------------------------------------------------------------------------------------

static enum jwe_result check_header(const struct json *header)
{
	if (!span_eq(json_get_text(header, "alg"), "ECDH-ES") ||
	    !span_eq(json_get_text(header, "enc"), "A256GCM"))
		return JWE_WRONG_ALG;
	return json_get(header, "crit") != NULL || json_get(header, "zip") != NULL ? JWE_UNSUPPORTED
										   : JWE_OK;
}

static bool decrypt(const struct digest *key, const struct span part[PARTS],
    const uint8_t iv[IV_LEN], uint8_t tag[TAG_LEN], uint8_t *text, size_t len)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	EVP_CIPHER *aes = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	uint8_t none[TAG_LEN];
	int n = 0;
	bool ok;

	ASSERT(ctx != NULL && aes != NULL && len <= JWE_PLAIN_MAX);
	ok = EVP_DecryptInit_ex2(ctx, aes, key->b, iv, NULL) == 1 &&
	     EVP_DecryptUpdate(
		 ctx, NULL, &n, (const uint8_t *)part[HEADER].ptr, (int)part[HEADER].len) == 1 &&
	     (len == 0 || EVP_DecryptUpdate(ctx, text, &n, text, (int)len) == 1) &&
	     EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_LEN, tag) == 1 &&
	     EVP_DecryptFinal_ex(ctx, none, &n) == 1;
	if (!ok)
		ERR_clear_error();
	EVP_CIPHER_free(aes);
	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

static enum jwe_result check_party(const struct json *header, struct span expected)
{
	uint8_t bytes[JWE_PARTY_BYTES_MAX];
	struct span apv;

	if (!party_of(header, "apv", bytes, &apv))
		return JWE_MALFORMED;
	return apv.len == expected.len &&
		       (apv.len == 0 || memcmp(apv.ptr, expected.ptr, apv.len) == 0)
		   ? JWE_OK
		   : JWE_OTHER_PARTY;
}

enum jwe_result jwe_open(
    struct arena *a, struct span text, const struct keyring *ring, struct span apv, struct buf *out)
{
	struct span part[PARTS];
	uint8_t iv[IV_LEN], tag[TAG_LEN], plain[JWE_PLAIN_MAX];
	size_t iv_len = 0, tag_len = 0, len = 0;
	const struct json *header = NULL;
	const struct key *mine = NULL;
	struct digest key;
	enum jwe_result r;

	if (text.len == 0 || text.len > JWE_LEN_MAX || !jose_split(text, part, PARTS) ||
	    (header = jose_object(a, part[HEADER])) == NULL)
		return JWE_MALFORMED;
	r = check_header(header);
	if (r != JWE_OK)
		return r;
	if (part[ENCRYPTED_KEY].len != 0 ||
	    !str_base64url_decode(part[IV], iv, sizeof(iv), &iv_len) || iv_len != IV_LEN ||
	    !str_base64url_decode(part[TAG], tag, sizeof(tag), &tag_len) || tag_len != TAG_LEN ||
	    !str_base64url_decode(part[CIPHERTEXT], plain, sizeof(plain), &len))
		return JWE_MALFORMED;
	mine = keyring_find(ring, json_get_text(header, "kid"));
	if (mine == NULL || !key_is_private(mine))
		return JWE_UNKNOWN_KEY;
	r = check_party(header, apv);
	if (r != JWE_OK)
		return r;
	if (!derive(header, mine, &key))
		return JWE_MALFORMED;
	r = decrypt(&key, part, iv, tag, plain, len) ? JWE_OK : JWE_FORGED;
	if (r == JWE_OK)
		buf_put(out, plain, len);
	crypto_wipe(plain, sizeof(plain));
	crypto_wipe(&key, sizeof(key));
	return r;
}

void jwe_put_jwks(struct buf *out, const struct keyring *ring)
{
	struct json_out w = json_to(out);

	json_open(&w, '{');
	json_key(&w, "keys");
	json_open(&w, '[');
	key_jwk_enc(&w, keyring_active(ring));
	json_close(&w, ']');
	json_close(&w, '}');
}
