// SPDX-License-Identifier: Apache-2.0
//
// Pure; nothing is allocated beyond the digest's own context.
#include "crypto/merkle.h"

#include <string.h>

struct digest merkle_leaf(const void *entry, size_t len)
{
	struct sha256 *h = sha256_start();

	sha256_put(h, "\x00", 1);
	sha256_put(h, entry, len);
	return sha256_finish(h);
}

struct digest merkle_node(const struct digest *left, const struct digest *right)
{
	uint8_t text[1 + 2 * DIGEST_LEN] = {0x01};

	memcpy(text + 1, left->b, DIGEST_LEN);
	memcpy(text + 1 + DIGEST_LEN, right->b, DIGEST_LEN);
	return digest_sha256(text, sizeof(text));
}

struct digest merkle_root(const struct digest *leaves, size_t count)
{
	struct merkle_range r;

	merkle_range_init(&r);
	for (size_t i = 0; i < count; i++)
		merkle_range_append(&r, &leaves[i]);
	return merkle_range_root(&r);
}

// ---- compact range

void merkle_range_init(struct merkle_range *r)
{
	memset(r, 0, sizeof(*r));
}

// Each 1 at the low end of the old size is a full subtree as large as the one being completed.
void merkle_range_append(struct merkle_range *r, const struct digest *leaf)
{
	struct digest node = *leaf;

	ASSERT(r->size < (UINT64_C(1) << MERKLE_DEPTH_MAX) - 1);
	ASSERT(r->count == (unsigned)__builtin_popcountll(r->size));
	for (uint64_t size = r->size; (size & 1) != 0; size >>= 1) {
		r->count--;
		node = merkle_node(&r->nodes[r->count], &node);
	}
	r->nodes[r->count++] = node;
	r->size++;
}

struct digest merkle_range_root(const struct merkle_range *r)
{
	struct digest root;

	ASSERT(r->count == (unsigned)__builtin_popcountll(r->size));
	if (r->count == 0)
		return digest_sha256("", 0);
	root = r->nodes[r->count - 1];
	for (unsigned i = r->count - 1; i > 0; i--)
		root = merkle_node(&r->nodes[i - 1], &root);
	return root;
}

// ---- audit paths

// The largest power of two below n, for n > 1: where RFC 6962 splits a tree of n leaves.
static size_t split_of(size_t n)
{
	return (size_t)1 << (63 - __builtin_clzll((unsigned long long)n - 1));
}

static void reverse(struct digest *d, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct digest other = d[i];

		d[i] = d[count - 1 - i];
		d[count - 1 - i] = other;
	}
}

size_t merkle_path(const struct digest *leaves, size_t count, size_t index, struct digest *path)
{
	size_t len = 0;

	ASSERT(index < count);
	while (count > 1) {
		size_t k = split_of(count);

		ASSERT(len < MERKLE_DEPTH_MAX);
		if (index < k) {
			path[len++] = merkle_root(leaves + k, count - k);
			count = k;
		} else {
			path[len++] = merkle_root(leaves, k);
			leaves += k;
			index -= k;
			count -= k;
		}
	}
	reverse(path, len); // found from the root down
	return len;
}

// RFC 9162 section 2.1.3.2, whose names these are.
bool merkle_path_verify(const struct digest *leaf, uint64_t index, uint64_t size,
    const struct digest *path, size_t path_len, const struct digest *root)
{
	uint64_t fn = index;
	uint64_t sn = size - 1;
	struct digest r = *leaf;

	if (index >= size)
		return false;
	for (size_t i = 0; i < path_len; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) != 0 || fn == sn) {
			r = merkle_node(&path[i], &r);
			while ((fn & 1) == 0 && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			r = merkle_node(&r, &path[i]);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && digest_equal(&r, root);
}
