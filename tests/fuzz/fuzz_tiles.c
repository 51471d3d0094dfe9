// SPDX-License-Identifier: Apache-2.0
//
// Tile paths: one path a tile, and nothing is read beyond the bytes.
#include <string.h>

#include "crypto/tiles.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[TILE_PATH_MAX];
	struct buf b = {(uint8_t *)path, 0, TILE_PATH_MAX, TILE_PATH_MAX - 1, false};
	struct tile_name t;

	if (!tile_path_parse((struct span){(const char *)data, size}, &t))
		return 0;
	ASSERT(t.width >= 1 && t.width <= TILE_WIDTH && t.level <= 63);
	ASSERT(tile_width(t.level, t.n, UINT64_MAX >> 1) <= TILE_WIDTH);
	tile_path_put(&b, &t);
	ASSERT(!b.failed && b.len == size + strlen("tile/"));
	ASSERT(memcmp(path + strlen("tile/"), data, size) == 0);
	return 0;
}
