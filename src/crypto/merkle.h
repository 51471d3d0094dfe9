// SPDX-License-Identifier: Apache-2.0
//
// Merkle trees as in RFC 6962 section 2.1: leaf = SHA-256(0x00 ‖ entry), node = SHA-256(0x01 ‖ left
// ‖ right), the root of nothing = SHA-256(""). Pure; sizes up to 2^63.
#ifndef ROADSHOW_MERKLE_H
#define ROADSHOW_MERKLE_H

#include "base/base.h"
#include "crypto/digest.h"

#define MERKLE_DEPTH_MAX 63

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

#endif
