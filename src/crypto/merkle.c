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
static uint64_t split_of(uint64_t n)
{
	return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
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

// ---- trees that are stored

// MTH(D[from:to]) for a range as RFC 6962 splits them off: `from` is a multiple of every power of
// two that the length has. The full subtrees of the range, last and smallest first, are joined.
static bool range_root(const struct merkle_tree *t, uint64_t from, uint64_t to, struct digest *root)
{
	struct digest node;
	bool is_first = true;

	if (from == to)
		*root = digest_sha256("", 0);
	for (unsigned height = 0; from < to; height++) {
		uint64_t leaves = UINT64_C(1) << height;

		if (((to - from) & leaves) == 0)
			continue;
		to -= leaves;
		if (!t->read(t->arg, height, to >> height, &node))
			return false;
		*root = is_first ? node : merkle_node(&node, root);
		is_first = false;
	}
	return true;
}

bool merkle_tree_root(const struct merkle_tree *t, struct digest *root)
{
	return range_root(t, 0, t->size, root);
}

bool merkle_tree_path(
    const struct merkle_tree *t, uint64_t index, struct digest path[MERKLE_PROOF_MAX], size_t *len)
{
	uint64_t from = 0, count = t->size;
	size_t n = 0;

	ASSERT(index < t->size);
	while (count > 1) {
		uint64_t k = split_of(count);
		bool left = index - from < k;

		ASSERT(n < MERKLE_DEPTH_MAX);
		if (!range_root(
			t, left ? from + k : from, left ? from + count : from + k, &path[n++]))
			return false;
		from += left ? 0 : k;
		count = left ? k : count - k;
	}
	reverse(path, n);
	*len = n;
	return true;
}

// SUBPROOF of RFC 6962, from the root down. `m` leaves of the subtree at `from` belong to the old
// tree; while it starts where the old one does, its own root is known to whoever has that.
bool merkle_tree_consistency(const struct merkle_tree *t, uint64_t old_size,
    struct digest proof[MERKLE_PROOF_MAX], size_t *len)
{
	uint64_t from = 0, count = t->size, m = old_size;
	size_t n = 0;

	ASSERT(old_size <= t->size);
	*len = 0;
	if (old_size == 0 || old_size == t->size)
		return true;
	while (m < count) {
		uint64_t k = split_of(count);
		bool left = m <= k;

		ASSERT(n < MERKLE_DEPTH_MAX);
		if (!range_root(
			t, left ? from + k : from, left ? from + count : from + k, &proof[n++]))
			return false;
		from += left ? 0 : k;
		m -= left ? 0 : k;
		count = left ? k : count - k;
	}
	if (from > 0 && !range_root(t, from, from + count, &proof[n++]))
		return false;
	reverse(proof, n);
	*len = n;
	return true;
}

// RFC 9162 section 2.1.4.2, whose names these are.
static bool consistency_holds(uint64_t old_size, const struct digest *old_root, uint64_t size,
    const struct digest *root, const struct digest *proof, size_t len)
{
	bool is_full = (old_size & (old_size - 1)) == 0; // then its root is a node of the new tree
	uint64_t fn = old_size - 1, sn = size - 1;
	struct digest fr = is_full ? *old_root : proof[0], sr = fr;

	for (; (fn & 1) != 0; fn >>= 1)
		sn >>= 1;
	for (size_t i = is_full ? 0 : 1; i < len; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) != 0 || fn == sn) {
			fr = merkle_node(&proof[i], &fr);
			sr = merkle_node(&proof[i], &sr);
			while ((fn & 1) == 0 && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			sr = merkle_node(&sr, &proof[i]);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && digest_equal(&fr, old_root) && digest_equal(&sr, root);
}

bool merkle_consistency_verify(uint64_t old_size, const struct digest *old_root, uint64_t size,
    const struct digest *root, const struct digest *proof, size_t proof_len)
{
	struct digest nothing = digest_sha256("", 0);

	if (old_size == 0)
		return proof_len == 0 && digest_equal(old_root, &nothing);
	if (old_size == size)
		return proof_len == 0 && digest_equal(old_root, root);
	return old_size < size && proof_len > 0 &&
	       consistency_holds(old_size, old_root, size, root, proof, proof_len);
}
