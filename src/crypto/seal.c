// SPDX-License-Identifier: Apache-2.0
//
// Owns the sealing keys of one use. Invariant: keys[active] exists; ids are derived, not given.
#include "crypto/seal.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/ids.h"
#include "crypto/digest.h"
#include "crypto/keyfile.h"

#define SEAL_VERSION 0x01
#define HEADER_LEN (1 + SEAL_KEY_ID_LEN)
#define NONCE_LEN 12
#define TAG_LEN 16
#define KEY_FILE_LEN ((size_t)64) // hex digits; a newline may follow

_Static_assert(KEY_FILE_LEN == (size_t)2 * SEAL_KEY_LEN, "two digits a byte");
_Static_assert(SEAL_OVERHEAD == HEADER_LEN + NONCE_LEN + TAG_LEN, "the layout in seal.h");

struct seal_key {
	uint8_t secret[SEAL_KEY_LEN];
	uint8_t id[SEAL_KEY_ID_LEN];
};

struct seal_ring {
	struct seal_key keys[KEYFILE_COUNT_MAX];
	size_t count;
	size_t active;
	EVP_CIPHER *aes;
	EVP_CIPHER_CTX *ctx; // re-initialised with key and nonce by each use
};

static void set_id(struct seal_key *k)
{
	static const char domain[] = "roadshow-seal/v1"; // its NUL belongs to it
	uint8_t text[sizeof(domain) + SEAL_KEY_LEN];
	struct digest d;

	memcpy(text, domain, sizeof(domain));
	memcpy(text + sizeof(domain), k->secret, SEAL_KEY_LEN);
	d = digest_sha256(text, sizeof(text));
	memcpy(k->id, d.b, SEAL_KEY_ID_LEN);
	crypto_wipe(text, sizeof(text));
}

static struct seal_ring *ring_new(void)
{
	struct seal_ring *r = calloc(1, sizeof(*r));

	crypto_init();
	ASSERT(r != NULL);
	r->aes = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	r->ctx = EVP_CIPHER_CTX_new();
	ASSERT(r->aes != NULL && r->ctx != NULL);
	ASSERT(EVP_CipherInit_ex2(r->ctx, r->aes, NULL, NULL, 1, NULL) == 1);
	return r;
}

static bool take_file(void *arg, const struct keyfile *f, struct buf *error)
{
	struct seal_ring *r = arg;
	struct seal_key *k = &r->keys[r->count];
	struct span hex = f->content;

	if (hex.len > 0 && hex.ptr[hex.len - 1] == '\n')
		hex.len--;
	if (hex.len != KEY_FILE_LEN || !str_hex_decode(hex, k->secret, SEAL_KEY_LEN)) {
		buf_printf(error, "%s: not %zu hex digits", f->path, KEY_FILE_LEN);
		return false;
	}
	if (f->open_to_others) {
		buf_printf(error, "%s: a key that others may access; chmod o= it", f->path);
		return false;
	}
	set_id(k);
	if (f->state == KEYFILE_ACTIVE)
		r->active = r->count;
	r->count++;
	return true;
}

struct seal_ring *seal_ring_load(const char *dir, const char *use, struct buf *error)
{
	struct seal_ring *r = ring_new();

	if (!keyfiles_read(dir, use, ".key", take_file, r, error)) {
		seal_ring_release(r);
		return NULL;
	}
	return r;
}

struct seal_ring *seal_ring_of(const uint8_t key[SEAL_KEY_LEN])
{
	struct seal_ring *r = ring_new();

	memcpy(r->keys[0].secret, key, SEAL_KEY_LEN);
	set_id(&r->keys[0]);
	r->count = 1;
	return r;
}

void seal_ring_release(struct seal_ring *r)
{
	if (r == NULL)
		return;
	EVP_CIPHER_CTX_free(r->ctx);
	EVP_CIPHER_free(r->aes);
	crypto_wipe(r, sizeof(*r));
	free(r);
}

bool seal_key_create(const char *path, struct buf *error)
{
	uint8_t secret[SEAL_KEY_LEN];
	struct buf text;
	bool ok = false;

	ids_random(secret, sizeof(secret));
	buf_init(&text, KEY_FILE_LEN + 1);
	str_hex(&text, secret, sizeof(secret));
	buf_putc(&text, '\n');
	ASSERT(!text.failed);
	ok = keyfile_create(path, (struct span){.ptr = buf_text(&text), .len = text.len}, error);
	crypto_wipe(text.data, text.len);
	crypto_wipe(secret, sizeof(secret));
	buf_release(&text);
	return ok;
}

// One update; OpenSSL counts in int, and our texts are far below its limit.
static void feed(EVP_CIPHER_CTX *ctx, uint8_t *out, const void *in, size_t len)
{
	int n = 0;

	ASSERT(len <= INT32_MAX);
	if (len > 0)
		ASSERT(EVP_CipherUpdate(ctx, out, &n, in, (int)len) == 1 && (size_t)n == len);
}

static void begin(const struct seal_ring *r, const struct seal_key *k, const uint8_t *header,
    struct span context, int encrypt)
{
	const uint8_t *nonce = header + HEADER_LEN;

	ASSERT(EVP_CipherInit_ex2(r->ctx, NULL, k->secret, nonce, encrypt, NULL) == 1);
	feed(r->ctx, NULL, header, HEADER_LEN);
	feed(r->ctx, NULL, context.ptr, context.len);
}

void seal_put(struct buf *out, const struct seal_ring *r, struct span context, struct span text)
{
	const struct seal_key *k = &r->keys[r->active];
	uint8_t *at = buf_reserve(out, SEAL_OVERHEAD + text.len);
	uint8_t *body = NULL;
	int n = 0;

	if (at == NULL)
		return;
	body = at + HEADER_LEN + NONCE_LEN;
	at[0] = SEAL_VERSION;
	memcpy(at + 1, k->id, SEAL_KEY_ID_LEN);
	ids_random(at + HEADER_LEN, NONCE_LEN);
	begin(r, k, at, context, 1);
	feed(r->ctx, body, text.ptr, text.len);
	ASSERT(EVP_CipherFinal_ex(r->ctx, body + text.len, &n) == 1 && n == 0);
	ASSERT(EVP_CIPHER_CTX_ctrl(r->ctx, EVP_CTRL_AEAD_GET_TAG, TAG_LEN, body + text.len) == 1);
	out->len += SEAL_OVERHEAD + text.len;
}

static const struct seal_key *find(const struct seal_ring *r, const uint8_t *id)
{
	for (size_t i = 0; i < r->count; i++)
		if (memcmp(r->keys[i].id, id, SEAL_KEY_ID_LEN) == 0)
			return &r->keys[i];
	return NULL;
}

enum seal_result seal_open(
    struct buf *out, const struct seal_ring *r, struct span context, struct span sealed)
{
	const uint8_t *at = (const uint8_t *)sealed.ptr;
	const struct seal_key *k = NULL;
	uint8_t tag[TAG_LEN];
	uint8_t *text = NULL;
	size_t len = 0;
	int n = 0;

	if (sealed.len < SEAL_OVERHEAD || at[0] != SEAL_VERSION)
		return SEAL_MALFORMED;
	k = find(r, at + 1);
	if (k == NULL)
		return SEAL_UNKNOWN_KEY;
	len = sealed.len - SEAL_OVERHEAD;
	text = buf_reserve(out, len);
	if (text == NULL)
		return SEAL_MALFORMED;
	memcpy(tag, at + sealed.len - TAG_LEN, TAG_LEN);
	begin(r, k, at, context, 0);
	feed(r->ctx, text, at + HEADER_LEN + NONCE_LEN, len);
	ASSERT(EVP_CIPHER_CTX_ctrl(r->ctx, EVP_CTRL_AEAD_SET_TAG, TAG_LEN, tag) == 1);
	if (EVP_CipherFinal_ex(r->ctx, tag, &n) != 1) {
		ERR_clear_error();
		crypto_wipe(text, len);
		return SEAL_FORGED;
	}
	out->len += len;
	return SEAL_OK;
}
