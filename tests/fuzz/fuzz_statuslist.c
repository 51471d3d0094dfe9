// SPDX-License-Identifier: Apache-2.0
//
// What the database may write of a status list, and lists of every width: what is taken is in the
// list, and comes back through zlib as the same bytes.
#include <string.h>
#include <zlib.h>

#include "crypto/statuslist.h"

#define SIZE 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_back(const struct statuslist *l)
{
	static uint8_t zipped[2 * SIZE + 64], back[SIZE];
	uLongf len = sizeof(back);
	size_t zipped_len;
	struct buf out;

	buf_init(&out, 4 * SIZE + 256);
	statuslist_put(&out, l);
	ASSERT(!out.failed);
	ASSERT(str_base64url_decode(
	    (struct span){buf_text(&out), out.len}, zipped, sizeof(zipped), &zipped_len));
	ASSERT(uncompress(back, &len, zipped, zipped_len) == Z_OK);
	ASSERT(len == l->packed.len && memcmp(back, l->packed.data, len) == 0);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned bits = size > 0 ? 1u << data[0] % 4 : 1;
	struct statuslist l;

	ASSERT(statuslist_init(&l, bits, SIZE));
	if (statuslist_take(&l, (struct span){(const char *)data, size})) {
		struct statuslist again;

		ASSERT(statuslist_init(&again, bits, SIZE));
		for (size_t i = 0; i < SIZE; i++)
			if (statuslist_get(&l, i) != 0)
				statuslist_set(&again, i, statuslist_get(&l, i));
		ASSERT(memcmp(again.packed.data, l.packed.data, l.packed.len) == 0);
		statuslist_release(&again);
	}
	for (size_t i = 0; i < size && i < SIZE; i++) {
		statuslist_set(&l, i, data[i] & ((1u << bits) - 1));
		ASSERT(statuslist_get(&l, i) == (data[i] & ((1u << bits) - 1)));
	}
	check_back(&l);
	statuslist_release(&l);
	return 0;
}
