// SPDX-License-Identifier: Apache-2.0
#include "crypto/jose.h"

#include <string.h>

#define REASON_MAX 160 // of a JSON error nobody reads

bool jose_split(struct span text, struct span *part, size_t count)
{
	const char *at = text.ptr, *end = text.ptr + text.len;

	for (size_t i = 0; i + 1 < count; i++) {
		const char *dot = memchr(at, '.', (size_t)(end - at));

		if (dot == NULL)
			return false;
		part[i] = (struct span){at, (size_t)(dot - at)};
		at = dot + 1;
	}
	part[count - 1] = (struct span){at, (size_t)(end - at)};
	return true;
}

const struct json *jose_object(struct arena *a, struct span part)
{
	char why[REASON_MAX];
	size_t max = part.len / 4 * 3 + 3;
	size_t len = 0;
	uint8_t *bytes = arena_alloc(a, max);
	const struct json *j = NULL;

	if (bytes == NULL || !str_base64url_decode(part, bytes, max, &len))
		return NULL;
	j = json_parse(a, bytes, len, why, sizeof(why));
	return j != NULL && j->type == JSON_OBJECT ? j : NULL;
}
