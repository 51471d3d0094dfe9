// SPDX-License-Identifier: Apache-2.0
//
// Merkle trees as in RFC 6962 section 2.1: leaf = SHA-256(0x00 ‖ entry), node = SHA-256(0x01 ‖ left
// ‖ right), the root of nothing = SHA-256(""). Pure; sizes up to 2^63.
#ifndef ROADSHOW_MERKLE_H
#define ROADSHOW_MERKLE_H

#include "base/base.h"
#include "crypto/digest.h"

#define MERKLE_DEPTH_MAX 63
#define MERKLE_PROOF_MAX (MERKLE_DEPTH_MAX + 1)

struct digest merkle_leaf(const void *entry, size_t len);
struct digest merkle_node(const struct digest *left, const struct digest *right);
// Root over leaf hashes.
struct digest merkle_root(const struct digest *leaves, size_t count);

// A growing tree's compact range: the roots of its full subtrees, largest first, one for each bit
// set in `size`. Whoever stores `size` and the nodes can go on from there.
struct merkle_range {
	uint64_t size;
	unsigned count; // of nodes; the number of bits set in size
	struct digest nodes[MERKLE_DEPTH_MAX];
};

void merkle_range_init(struct merkle_range *r);
void merkle_range_append(struct merkle_range *r, const struct digest *leaf);
struct digest merkle_range_root(const struct merkle_range *r);

// Audit path (RFC 6962 section 2.1.1) of leaves[index] in the tree over leaves[0..count), leaf's
// sibling first; `path` takes MERKLE_DEPTH_MAX hashes. Returns their number. index < count.
size_t merkle_path(const struct digest *leaves, size_t count, size_t index, struct digest *path);
// Does the path lead from the leaf at `index` to the root of a tree of `size`? Exact length needed.
bool merkle_path_verify(const struct digest *leaf, uint64_t index, uint64_t size,
    const struct digest *path, size_t path_len, const struct digest *root) MUST_CHECK;

// A tree whose full subtrees somebody stores. `read` gives the root of the index-th subtree of
// 2^height leaves (height 0: a leaf hash); false when it is not there. Only subtrees that lie wholly
// within `size` are asked for.
struct merkle_tree {
	uint64_t size; // below 2^63
	bool (*read)(void *arg, unsigned height, uint64_t index, struct digest *out);
	void *arg;
};

// False when `read` was; then nothing else is set.
bool merkle_tree_root(const struct merkle_tree *t, struct digest *root) MUST_CHECK;
// As merkle_path(). index < size.
bool merkle_tree_path(const struct merkle_tree *t, uint64_t index,
    struct digest path[MERKLE_PROOF_MAX], size_t *len) MUST_CHECK;
// Consistency proof (RFC 6962 section 2.1.2) from the tree's first old_size leaves to all of it.
// old_size <= size. There is nothing to prove, and the proof is empty, when they are equal or
// old_size is 0.
bool merkle_tree_consistency(const struct merkle_tree *t, uint64_t old_size,
    struct digest proof[MERKLE_PROOF_MAX], size_t *len) MUST_CHECK;
// Does the proof show that the tree of old_root is the beginning of that of root? Exact length.
bool merkle_consistency_verify(uint64_t old_size, const struct digest *old_root, uint64_t size,
    const struct digest *root, const struct digest *proof, size_t proof_len) MUST_CHECK;

#endif
