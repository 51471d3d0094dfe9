// SPDX-License-Identifier: Apache-2.0
//
// Lines of postal code files: whatever is taken is valid JSON with a place on earth; what is refused
// writes nothing.
#include <math.h>

#include "../../src/cli/postal.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span line = {(const char *)data, size};
	struct json_out w;
	struct arena a;
	struct buf out;
	char error[128];

	buf_init(&out, 1 << 20);
	arena_init(&a, 1 << 20);
	w = json_to(&out);
	(void)postal_is_header(line);
	if (postal_line(&w, line)) {
		struct json *doc = json_parse(&a, out.data, out.len, error, sizeof(error));

		ASSERT(doc != NULL && json_get_text(doc, "country").len == 2);
		ASSERT(fabs(json_get(doc, "lat")->number) <= 90);
		ASSERT(fabs(json_get(doc, "lon")->number) <= 180);
	} else {
		ASSERT(out.len == 0);
	}
	arena_release(&a);
	buf_release(&out);
	return 0;
}
