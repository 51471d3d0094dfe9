// SPDX-License-Identifier: Apache-2.0
//
// Owns nothing but scratch memory while it ranks.
#include "draw/draw.h"

#include <stdlib.h>
#include <string.h>

struct scored {
	struct digest score;
	struct uuid id;
};

struct uuid draw_entry_id(const uint8_t nonce[DRAW_NONCE_LEN], const uint8_t salt[DRAW_NONCE_LEN])
{
	uint8_t both[2 * DRAW_NONCE_LEN];
	struct digest d;
	struct uuid id;

	memcpy(both, nonce, DRAW_NONCE_LEN);
	memcpy(both + DRAW_NONCE_LEN, salt, DRAW_NONCE_LEN);
	d = digest_sha256(both, sizeof(both));
	memcpy(id.b, d.b, sizeof(id.b));
	return id;
}

static int by_id(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct uuid));
}

bool draw_sort(struct uuid *ids, size_t count)
{
	if (count > 1)
		qsort(ids, count, sizeof(*ids), by_id);
	for (size_t i = 1; i < count; i++)
		if (uuid_eq(&ids[i - 1], &ids[i]))
			return false;
	return true;
}

struct digest draw_root(const struct uuid *ids, size_t count)
{
	struct merkle_range range;

	merkle_range_init(&range);
	for (size_t i = 0; i < count; i++) {
		struct digest leaf = merkle_leaf(ids[i].b, sizeof(ids[i].b));

		merkle_range_append(&range, &leaf);
	}
	return merkle_range_root(&range);
}

// RFC 5869; one block is all that 32 bytes take: T(1) = HMAC(PRK, info ‖ 0x01).
struct digest draw_key(const struct digest *root, const void *secrets, size_t secrets_len,
    const struct uuid *drop, uint64_t count)
{
	static const char name[] = DRAW_ALGORITHM; // with its NUL
	uint8_t info[sizeof(name) + sizeof(drop->b) + 8 + 1], *at = info;
	struct digest prk = hmac_sha256(root->b, sizeof(root->b), secrets, secrets_len), key;

	memcpy(at, name, sizeof(name));
	at += sizeof(name);
	memcpy(at, drop->b, sizeof(drop->b));
	at += sizeof(drop->b);
	for (int shift = 56; shift >= 0; shift -= 8)
		*at++ = (uint8_t)(count >> shift);
	*at = 1;
	key = hmac_sha256(prk.b, sizeof(prk.b), info, sizeof(info));
	crypto_wipe(&prk, sizeof(prk));
	return key;
}

struct digest draw_score(const struct digest *key, const struct uuid *id)
{
	return hmac_sha256(key->b, sizeof(key->b), id->b, sizeof(id->b));
}

static int by_score(const void *a, const void *b)
{
	const struct scored *x = a, *y = b;
	int order = memcmp(x->score.b, y->score.b, sizeof(x->score.b));

	return order != 0 ? order : uuid_cmp(&x->id, &y->id);
}

bool draw_rank(struct uuid *ids, size_t count, const struct digest *key)
{
	struct scored *all;

	if (count == 0)
		return true;
	ASSERT(count <= DRAW_ENTRIES_MAX);
	all = malloc(count * sizeof(*all));
	if (all == NULL)
		return false;
	for (size_t i = 0; i < count; i++)
		all[i] = (struct scored){draw_score(key, &ids[i]), ids[i]};
	qsort(all, count, sizeof(*all), by_score);
	for (size_t i = 0; i < count; i++)
		ids[i] = all[i].id;
	free(all);
	return true;
}

// ---- the service's secret -----------------------------------------------------------------------

#define CONTEXT_LEN (sizeof(DRAW_ALGORITHM) + 2 * sizeof(struct uuid))

// Binds a sealed secret to its draw.
static struct span context_of(
    uint8_t out[CONTEXT_LEN], const struct uuid *creator, const struct uuid *drop)
{
	memcpy(out, DRAW_ALGORITHM, sizeof(DRAW_ALGORITHM));
	memcpy(out + sizeof(DRAW_ALGORITHM), creator->b, sizeof(creator->b));
	memcpy(out + sizeof(DRAW_ALGORITHM) + sizeof(creator->b), drop->b, sizeof(drop->b));
	return (struct span){(const char *)out, CONTEXT_LEN};
}

void draw_seal(struct buf *out, const struct seal_ring *r, const struct uuid *creator,
    const struct uuid *drop, const uint8_t secret[DRAW_SECRET_LEN])
{
	uint8_t context[CONTEXT_LEN];

	seal_put(out, r, context_of(context, creator, drop),
	    (struct span){(const char *)secret, DRAW_SECRET_LEN});
}

bool draw_open(const struct seal_ring *r, const struct uuid *creator, const struct uuid *drop,
    struct span sealed, uint8_t secret[DRAW_SECRET_LEN])
{
	uint8_t context[CONTEXT_LEN];
	struct buf text;
	bool ok;

	buf_init(&text, DRAW_SECRET_LEN);
	ok = seal_open(&text, r, context_of(context, creator, drop), sealed) == SEAL_OK &&
	     text.len == DRAW_SECRET_LEN;
	if (ok)
		memcpy(secret, text.data, DRAW_SECRET_LEN);
	if (text.data != NULL)
		crypto_wipe(text.data, text.len);
	buf_release(&text);
	return ok;
}
