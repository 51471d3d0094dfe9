// SPDX-License-Identifier: Apache-2.0
//
// Shows: tiles have the names and widths that c2sp.org/tlog-tiles gives them; whatever the steps in
// which a tree grows, its tiles and root are those of the definition, and nothing is told twice; the
// few tiles of a proof are enough for it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/tiles.h"

#define LEAVES 66600 // two levels full, and something at a third
#define LEVEL_MAX 3

// ---- names

static void test_paths(void **state)
{
	static const struct {
		const char *path; // behind "tile/"
		bool is_entries;
		unsigned level;
		uint64_t n;
		unsigned width;
	} cases[] = {
	    {"0/x001/x234/067", false, 0, 1234067, 256},
	    {"0/000", false, 0, 0, 256},
	    {"2/999.p/1", false, 2, 999, 1},
	    {"63/x001/000.p/255", false, 63, 1000, 255},
	    {"entries/x001/x234/067.p/8", true, 0, 1234067, 8},
	    {"0/x100/x000/x000/x000/x000/001", false, 0, 100000000000000001u, 256},
	};
	char path[TILE_PATH_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf b = {(uint8_t *)path, 0, TILE_PATH_MAX, TILE_PATH_MAX - 1, false};
		struct tile_name t;

		assert_true(tile_path_parse(span_of(cases[i].path), &t));
		assert_int_equal(t.is_entries, cases[i].is_entries);
		assert_int_equal(t.level, cases[i].level);
		assert_int_equal(t.n, cases[i].n);
		assert_int_equal(t.width, cases[i].width);
		tile_path_put(&b, &t);
		assert_false(b.failed);
		assert_string_equal(path + strlen("tile/"), cases[i].path);
	}
}

static void test_what_is_no_path(void **state)
{
	static const char *const wrong[] = {"", "0", "0/", "0/0", "0/00", "0/0000", "0/1", "00/000",
	    "01/000", "64/000", "100/000", "-1/000", "a/000", "/000", "0//000", "0/000/",
	    "0/x000/000", "0/x000/x001/000", "0/x001", "0/x001/", "0/x001/x002", "0/001/002",
	    "0/X001/002", "0/000.p", "0/000.p/", "0/000.p/0", "0/000.p/01", "0/000.p/256",
	    "0/000.p/1000", "0/000.p/-1", "0/000.p/1/", "0/000.P/1", "0/000p/1", "0/00a", "entries",
	    "entries/", "entries/0", "entries/0/000", "data/000",
	    "0/x001/x001/x001/x001/x001/x001/001", "0/000 ", " 0/000", "0/%30%30%30"};
	struct tile_name t;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		if (tile_path_parse(span_of(wrong[i]), &t))
			fail_msg("%s", wrong[i]);
}

// The specification's example: a tree of 70,000; and one of 256.
static void test_widths(void **state)
{
	(void)state;
	assert_int_equal(tile_width(0, 272, 70000), 256);
	assert_int_equal(tile_width(0, 273, 70000), 112);
	assert_int_equal(tile_width(0, 274, 70000), 0);
	assert_int_equal(tile_width(1, 0, 70000), 256);
	assert_int_equal(tile_width(1, 1, 70000), 17);
	assert_int_equal(tile_width(2, 0, 70000), 1);
	assert_int_equal(tile_width(3, 0, 70000), 0);
	assert_int_equal(tile_width(0, 0, 256), 256);
	assert_int_equal(tile_width(0, 1, 256), 0);
	assert_int_equal(tile_width(1, 0, 256), 1);
	assert_int_equal(tile_width(63, 0, UINT64_MAX), 0);
	assert_int_equal(tile_width(0, UINT64_MAX, 70000), 0);
}

// ---- growing

static struct {
	struct digest leaves[LEAVES];
	struct digest tiles[LEVEL_MAX][LEAVES + TILE_WIDTH]; // all hashes of a level
	size_t told[LEVEL_MAX];
	size_t calls;
} tree;

// Hashes of a level arrive in order, each once, and never more than a tile.
static bool take(void *arg, unsigned level, uint64_t n, unsigned from, const struct digest *hashes,
    unsigned count)
{
	assert_null(arg);
	assert_true(level < LEVEL_MAX && count > 0 && from + count <= TILE_WIDTH);
	assert_int_equal(tree.told[level], n * TILE_WIDTH + from);
	memcpy(&tree.tiles[level][tree.told[level]], hashes, count * sizeof(*hashes));
	tree.told[level] += count;
	tree.calls++;
	return true;
}

static void start(struct tile_edge *e)
{
	memset(tree.told, 0, sizeof(tree.told));
	tile_edge_init(e);
	for (uint64_t i = 0; i < LEAVES; i++)
		tree.leaves[i] = merkle_leaf(&i, sizeof(i));
}

static void assert_is_defined(const struct tile_edge *e)
{
	size_t size = (size_t)e->size;
	struct digest root = tile_edge_root(e), defined = merkle_root(tree.leaves, size);

	assert_true(digest_equal(&root, &defined));
	for (unsigned level = 0; level < LEVEL_MAX; level++) {
		size_t each = (size_t)1 << (8 * level);

		assert_int_equal(tree.told[level], size / each);
		assert_int_equal(e->count[level], tile_edge_width(size, level));
		for (size_t i = 0; i < size / each; i += level == 0 ? 977 : 1) {
			defined = merkle_root(tree.leaves + i * each, each);
			assert_true(digest_equal(&tree.tiles[level][i], &defined));
		}
	}
}

static void test_growing(void **state)
{
	static struct tile_edge e;
	size_t step = 1;

	(void)state;
	start(&e);
	assert_is_defined(&e);
	while (e.size < LEAVES) {
		for (size_t i = 0; i < step && e.size < LEAVES; i++)
			assert_true(tile_edge_append(&e, &tree.leaves[e.size], take, NULL));
		assert_true(tile_edge_flush(&e, take, NULL));
		tree.calls = 0;
		assert_true(tile_edge_flush(&e, take, NULL)); // there is nothing new
		assert_int_equal(tree.calls, 0);
		if (e.size < 1100 || step > 5000)
			assert_is_defined(&e);
		step = step * 3 % 7919 + 1;
	}
	assert_is_defined(&e);
}

// Whoever stores the tiles goes on from the edge.
static void test_going_on(void **state)
{
	static struct tile_edge e, again;
	static const size_t stops[] = {1, 255, 256, 257, 65535, 65536, 65537};

	(void)state;
	start(&e);
	for (size_t s = 0; s < ARRAY_LEN(stops); s++) {
		while (e.size < stops[s])
			assert_true(tile_edge_append(&e, &tree.leaves[e.size], take, NULL));
		assert_true(tile_edge_flush(&e, take, NULL));
		tile_edge_init(&again);
		again.size = stops[s];
		for (unsigned level = 0; level < LEVEL_MAX; level++) {
			unsigned count = tile_edge_width(stops[s], level);
			size_t from = tree.told[level] - count;

			memcpy(again.hashes[level], &tree.tiles[level][from],
			    count * sizeof(struct digest));
			again.count[level] = again.told[level] = count;
		}
		e = again;
		assert_is_defined(&e);
	}
}

static bool refuse(void *arg, unsigned level, uint64_t n, unsigned from,
    const struct digest *hashes, unsigned count)
{
	(void)arg, (void)level, (void)n, (void)from, (void)hashes, (void)count;
	return false;
}

static void test_a_writer_may_stop(void **state)
{
	static struct tile_edge e;

	(void)state;
	start(&e);
	assert_true(tile_edge_flush(&e, refuse, NULL));
	for (size_t i = 0; i < 255; i++)
		assert_true(tile_edge_append(&e, &tree.leaves[i], refuse, NULL));
	assert_false(tile_edge_append(&e, &tree.leaves[255], refuse, NULL));
}

// ---- proofs

// The tiles above a leaf and at the edge, as token_proof() in sql/functions/log.sql picks them.
static void pick(struct tile_set *set, uint64_t index, uint64_t size)
{
	set->count = 0;
	for (unsigned level = 0; level < LEVEL_MAX; level++) {
		uint64_t ns[] = {index >> (8 * level + 8), size >> (8 * level + 8)};

		for (size_t i = 0; i < 2; i++) {
			unsigned width = tile_width(level, ns[i], size);

			if (width > 0 && (i == 0 || ns[0] != ns[1]))
				set->tiles[set->count++] = (struct tile){
				    level, ns[i], width, tree.tiles[level][ns[i] * TILE_WIDTH].b};
		}
	}
}

static void test_proofs(void **state)
{
	static struct tile_edge e;
	static const uint64_t sizes[] = {
	    1, 2, 3, 255, 256, 257, 300, 511, 512, 65535, 65536, 65537, 65792, 66000, LEAVES};
	struct digest path[MERKLE_PROOF_MAX], root;
	struct tile_set set;

	(void)state;
	start(&e);
	while (e.size < LEAVES)
		assert_true(tile_edge_append(&e, &tree.leaves[e.size], take, NULL));
	assert_true(tile_edge_flush(&e, take, NULL));
	for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
		struct merkle_tree t = {sizes[s], tile_set_read, &set};

		root = merkle_root(tree.leaves, (size_t)sizes[s]);
		for (uint64_t i = 0; i < sizes[s]; i += 1 + sizes[s] / 97) {
			size_t len = 0;

			pick(&set, i, sizes[s]);
			assert_true(merkle_tree_path(&t, i, path, &len));
			assert_true(
			    merkle_path_verify(&tree.leaves[i], i, sizes[s], path, len, &root));
			if (set.count > 1) { // and all of them are needed for some leaf
				set.count = 0;
				assert_false(merkle_tree_path(&t, i, path, &len));
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_paths),
	    cmocka_unit_test(test_what_is_no_path),
	    cmocka_unit_test(test_widths),
	    cmocka_unit_test(test_growing),
	    cmocka_unit_test(test_going_on),
	    cmocka_unit_test(test_a_writer_may_stop),
	    cmocka_unit_test(test_proofs),
	};

	crypto_init();
	return cmocka_run_group_tests_name("tiles", tests, NULL, NULL);
}
