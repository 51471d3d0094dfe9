// SPDX-License-Identifier: Apache-2.0
//
// Shows: roots and audit paths are those of Certificate Transparency's reference tests, the compact
// range agrees with a root computed by RFC 6962's definition, and no altered path is accepted.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "crypto/merkle.h"
#include "hex.h"

static const char *const entries[8] = {"", "00", "10", "2021", "3031", "40414243",
    "5051525354555657", "606162636465666768696a6b6c6d6e6f"};

static const char *const roots[9] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

static const struct {
	size_t index;
	size_t size;
	size_t len;
	const char *path[3];
} paths[] = {
    {0, 1, 0, {NULL}},
    {0, 8, 3,
	{"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
	    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
	    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
    {5, 8, 3,
	{"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
	    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
	    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    {2, 3, 1, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
    {1, 5, 3,
	{"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
	    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
};

static void reference_leaves(struct digest *leaves)
{
	for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
		uint8_t entry[16];
		size_t len = hex_bytes(entries[i], entry, sizeof(entry));

		leaves[i] = merkle_leaf(entry, len);
	}
}

static void test_roots(void **state)
{
	struct digest leaves[8];
	struct merkle_range r;

	(void)state;
	reference_leaves(leaves);
	merkle_range_init(&r);
	for (size_t n = 0; n <= ARRAY_LEN(leaves); n++) {
		struct digest whole = merkle_root(leaves, n);
		struct digest ranged = merkle_range_root(&r);

		assert_hex_equal(whole.b, roots[n]);
		assert_hex_equal(ranged.b, roots[n]);
		if (n < ARRAY_LEN(leaves))
			merkle_range_append(&r, &leaves[n]);
	}
}

static void test_paths(void **state)
{
	struct digest leaves[8];
	struct digest path[MERKLE_DEPTH_MAX];

	(void)state;
	reference_leaves(leaves);
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		size_t len = merkle_path(leaves, paths[i].size, paths[i].index, path);

		assert_int_equal(len, paths[i].len);
		for (size_t j = 0; j < len; j++)
			assert_hex_equal(path[j].b, paths[i].path[j]);
	}
}

#define MANY 130

static void many_leaves(struct digest *leaves)
{
	for (size_t i = 0; i < MANY; i++)
		leaves[i] = merkle_leaf(&i, sizeof(i));
}

// MTH of RFC 6962 section 2.1, as it is written there.
static struct digest defined_root(const struct digest *d, size_t n)
{
	size_t k = 1;
	struct digest left;
	struct digest right;

	if (n == 0)
		return digest_sha256("", 0);
	if (n == 1)
		return d[0];
	while (k * 2 < n)
		k *= 2;
	left = defined_root(d, k);
	right = defined_root(d + k, n - k);
	return merkle_node(&left, &right);
}

static void test_every_size_and_index(void **state)
{
	struct digest leaves[MANY];
	struct digest path[MERKLE_DEPTH_MAX];

	(void)state;
	many_leaves(leaves);
	for (size_t n = 1; n <= MANY; n++) {
		struct digest root = merkle_root(leaves, n);
		struct digest defined = defined_root(leaves, n);

		assert_true(digest_equal(&root, &defined));
		for (size_t i = 0; i < n; i++) {
			size_t len = merkle_path(leaves, n, i, path);

			assert_true(merkle_path_verify(&leaves[i], i, n, path, len, &root));
		}
	}
}

static void test_altered_paths(void **state)
{
	struct digest leaves[MANY];
	struct digest path[MERKLE_DEPTH_MAX + 1];
	struct digest root;
	size_t size = 100;
	size_t index = 37;
	size_t len = 0;

	(void)state;
	many_leaves(leaves);
	root = merkle_root(leaves, size);
	len = merkle_path(leaves, size, index, path);
	assert_true(merkle_path_verify(&leaves[index], index, size, path, len, &root));
	assert_false(merkle_path_verify(&leaves[index + 1], index, size, path, len, &root));
	assert_false(merkle_path_verify(&leaves[index], index + 1, size, path, len, &root));
	assert_false(merkle_path_verify(&leaves[index], index, size * 2, path, len, &root));
	assert_false(merkle_path_verify(&leaves[index], size, size, path, len, &root));
	assert_false(merkle_path_verify(&leaves[index], 0, 0, path, 0, &root));
	assert_false(merkle_path_verify(&leaves[index], index, size, path, len - 1, &root));
	path[len] = root;
	assert_false(merkle_path_verify(&leaves[index], index, size, path, len + 1, &root));
	for (size_t i = 0; i < len; i++) {
		path[i].b[i] ^= 0x10;
		assert_false(merkle_path_verify(&leaves[index], index, size, path, len, &root));
		path[i].b[i] ^= 0x10;
	}
	root.b[0] ^= 1;
	assert_false(merkle_path_verify(&leaves[index], index, size, path, len, &root));
}

// Whoever stores size and nodes goes on from there.
static void test_range_continues(void **state)
{
	struct digest leaves[MANY];
	struct merkle_range r;
	struct merkle_range copy;
	struct digest a;
	struct digest b;

	(void)state;
	many_leaves(leaves);
	merkle_range_init(&r);
	for (size_t i = 0; i < 77; i++)
		merkle_range_append(&r, &leaves[i]);
	merkle_range_init(&copy);
	copy.size = r.size;
	copy.count = r.count;
	memcpy(copy.nodes, r.nodes, r.count * sizeof(r.nodes[0]));
	for (size_t i = 77; i < MANY; i++)
		merkle_range_append(&copy, &leaves[i]);
	a = merkle_range_root(&copy);
	b = merkle_root(leaves, MANY);
	assert_true(digest_equal(&a, &b));
}

// ---- trees that are stored

struct stored {
	const struct digest *leaves;
	size_t count;
	unsigned height_missing; // none higher is there
};

static bool read_stored(void *arg, unsigned height, uint64_t index, struct digest *out)
{
	const struct stored *s = arg;
	size_t from = (size_t)index << height, leaves = (size_t)1 << height;

	assert_true(from + leaves <= s->count); // never asked for what is not full
	*out = defined_root(s->leaves + from, leaves);
	return height < s->height_missing;
}

static void test_stored_trees(void **state)
{
	struct digest leaves[MANY], path[MERKLE_PROOF_MAX], expected[MERKLE_DEPTH_MAX], root;

	(void)state;
	many_leaves(leaves);
	for (size_t n = 0; n <= MANY; n++) {
		struct stored s = {leaves, n, 64};
		struct merkle_tree t = {n, read_stored, &s};
		struct digest defined = defined_root(leaves, n);

		assert_true(merkle_tree_root(&t, &root));
		assert_true(digest_equal(&root, &defined));
		for (size_t i = 0; i < n; i++) {
			size_t len = 0;

			assert_true(merkle_tree_path(&t, i, path, &len));
			assert_int_equal(len, merkle_path(leaves, n, i, expected));
			assert_memory_equal(path, expected, len * sizeof(path[0]));
		}
	}
}

static void test_what_is_missing(void **state)
{
	struct digest leaves[MANY], path[MERKLE_PROOF_MAX], root;
	struct stored s = {NULL, MANY, 1}; // only leaves
	struct merkle_tree t = {MANY, read_stored, &s};
	size_t len = 0;

	(void)state;
	many_leaves(leaves);
	s.leaves = leaves;
	assert_false(merkle_tree_root(&t, &root));
	assert_false(merkle_tree_path(&t, 0, path, &len));
	assert_false(merkle_tree_consistency(&t, 3, path, &len));
}

// Proofs of Certificate Transparency's reference tests.
static const struct {
	size_t old_size, size, len;
	const char *proof[3];
} consistencies[] = {
    {1, 1, 0, {NULL}},
    {1, 8, 3,
	{"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
	    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
	    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
    {6, 8, 3,
	{"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
	    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
	    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    {2, 5, 2,
	{"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
	    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
};

static void test_consistency_vectors(void **state)
{
	struct digest leaves[8], proof[MERKLE_PROOF_MAX];

	(void)state;
	reference_leaves(leaves);
	for (size_t i = 0; i < ARRAY_LEN(consistencies); i++) {
		struct stored s = {leaves, consistencies[i].size, 64};
		struct merkle_tree t = {s.count, read_stored, &s};
		size_t len = 0;

		assert_true(merkle_tree_consistency(&t, consistencies[i].old_size, proof, &len));
		assert_int_equal(len, consistencies[i].len);
		for (size_t k = 0; k < len; k++)
			assert_hex_equal(proof[k].b, consistencies[i].proof[k]);
	}
}

// Every pair of sizes; and no proof serves other sizes, other roots, or in another shape.
static void test_every_consistency(void **state)
{
	struct digest leaves[MANY], proof[MERKLE_PROOF_MAX + 1], roots_of[MANY + 1];

	(void)state;
	many_leaves(leaves);
	for (size_t n = 0; n <= MANY; n++)
		roots_of[n] = merkle_root(leaves, n);
	for (size_t n = 1; n <= MANY; n++) {
		struct stored s = {leaves, n, 64};
		struct merkle_tree t = {n, read_stored, &s};

		for (size_t m = 0; m <= n; m++) {
			const struct digest *from = &roots_of[m], *to = &roots_of[n];
			size_t len = 0;

			assert_true(merkle_tree_consistency(&t, m, proof, &len));
			assert_true(merkle_consistency_verify(m, from, n, to, proof, len));
			assert_false(
			    merkle_consistency_verify(m, &leaves[0], n, &leaves[1], proof, len));
			if (m == 0 || m == n)
				continue;
			assert_false(merkle_consistency_verify(m, from, n, from, proof, len));
			assert_false(merkle_consistency_verify(m, to, n, to, proof, len));
			assert_false(merkle_consistency_verify(n, to, m, from, proof, len));
			assert_false(merkle_consistency_verify(m, from, n, to, proof, len - 1));
			proof[len] = *from;
			assert_false(merkle_consistency_verify(m, from, n, to, proof, len + 1));
			proof[(m * 7) % len].b[n % DIGEST_LEN] ^= 1;
			assert_false(merkle_consistency_verify(m, from, n, to, proof, len));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_roots),
	    cmocka_unit_test(test_paths),
	    cmocka_unit_test(test_every_size_and_index),
	    cmocka_unit_test(test_altered_paths),
	    cmocka_unit_test(test_range_continues),
	    cmocka_unit_test(test_stored_trees),
	    cmocka_unit_test(test_what_is_missing),
	    cmocka_unit_test(test_consistency_vectors),
	    cmocka_unit_test(test_every_consistency),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
