// SPDX-License-Identifier: Apache-2.0
//
// zlib behind bounds. Keeps nothing.
#include "base/gunzip.h"

#include <zlib.h>

#define STEP 65536

bool gunzip(struct span in, size_t bytes_max, size_t ratio_max, struct buf *out)
{
	z_stream z = {.avail_in = (unsigned)in.len};
	size_t room = in.len * ratio_max;
	bool ok = false;
	int r = Z_OK;

	if (in.len == 0 || in.len > bytes_max || inflateInit2(&z, 15 + 16) != Z_OK)
		return false;
	z.next_in = (unsigned char *)(uintptr_t)in.ptr; // zlib reads it only
	if (room > bytes_max)
		room = bytes_max;
	while (r == Z_OK && z.total_out <= room) {
		uint8_t *to = buf_reserve(out, STEP);

		if (to == NULL)
			break;
		z.next_out = to;
		z.avail_out = STEP;
		r = inflate(&z, Z_NO_FLUSH);
		out->len += STEP - z.avail_out;
	}
	ok = r == Z_STREAM_END && z.avail_in == 0 && z.total_out <= room && !out->failed;
	inflateEnd(&z);
	return ok;
}
