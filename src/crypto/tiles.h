// SPDX-License-Identifier: Apache-2.0
//
// A Merkle tree as tiles (c2sp.org/tlog-tiles): tile n of level l holds the roots of the subtrees
// of 256^l leaves, from number 256 n on, up to 256 of them. Tiles are full (256 hashes) or, at the
// right edge, partial: floor(size / 256^l) mod 256 hashes, never none. Hashes of a partial tile do
// not change when it grows, so whoever stores tiles only ever appends. Pure.
#ifndef ROADSHOW_TILES_H
#define ROADSHOW_TILES_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"
#include "crypto/digest.h"
#include "crypto/merkle.h"

#define TILE_WIDTH 256
#define TILE_LEVELS 7 // of trees below TILE_SIZE_MAX
#define TILE_SIZE_MAX (UINT64_C(1) << 56)
#define TILE_PATH_MAX 64 // of tile_path_put() with its NUL

// ---- names

struct tile_name {
	bool is_entries; // an entry bundle, which has the numbers of a tile of level 0
	unsigned level;	 // 0 to 63
	uint64_t n;
	unsigned width; // 1 to 256
};

// "tile/1/x001/234.p/5", "tile/entries/000".
void tile_path_put(struct buf *out, const struct tile_name *t);
// The path behind "tile/". Strict: a tile has one path.
bool tile_path_parse(struct span path, struct tile_name *t) MUST_CHECK;
// Hashes of the tile in a tree of that size: 0 to 256.
unsigned tile_width(unsigned level, uint64_t n, uint64_t size);

// ---- the right edge: what is needed to go on

struct tile_edge {
	uint64_t size;
	unsigned count[TILE_LEVELS]; // of hashes in the level's partial tile, 0 to 255
	unsigned told[TILE_LEVELS];  // of these, how many the writer has got
	struct digest hashes[TILE_LEVELS][TILE_WIDTH];
};

// Gets the hashes of tile n from `from` on; those before it were told earlier. False stops.
typedef bool tile_writer(void *arg, unsigned level, uint64_t n, unsigned from,
    const struct digest *hashes, unsigned count);

void tile_edge_init(struct tile_edge *e);
// The next leaf. Tells a tile when it becomes full, at most one of each level. False when the
// writer said so; then the edge is of no more use.
bool tile_edge_append(
    struct tile_edge *e, const struct digest *leaf, tile_writer *write, void *arg) MUST_CHECK;
// Tells what is new in partial tiles.
bool tile_edge_flush(struct tile_edge *e, tile_writer *write, void *arg) MUST_CHECK;
// Hashes that the level's partial tile has at this size.
unsigned tile_edge_width(uint64_t size, unsigned level);
struct digest tile_edge_root(const struct tile_edge *e);

// ---- a few tiles, for proofs

struct tile {
	unsigned level;
	uint64_t n;
	unsigned count;
	const uint8_t *hashes; // count * DIGEST_LEN bytes; borrowed
};

#define TILE_SET_MAX ((size_t)2 * TILE_LEVELS)

// The tiles that an audit path takes: those above the leaf, and the right edge.
struct tile_set {
	struct tile tiles[TILE_SET_MAX];
	size_t count;
};

// `read` of struct merkle_tree; arg is a struct tile_set.
bool tile_set_read(void *arg, unsigned height, uint64_t index, struct digest *out);

#endif
