// SPDX-License-Identifier: Apache-2.0
#include "cli/entry.h"

#define ENTRY_BYTES_MAX 65535

static bool read_head(const struct json *e, struct entry *out)
{
	const struct json *index = e->type == JSON_OBJECT ? json_get(e, "index") : NULL;
	if (index == NULL || index->type != JSON_INT || index->integer < 0)
		return false;
	out->index = (uint64_t)index->integer;
	out->kind = json_get_text(e, "kind");
	out->at = json_get_text(e, "at");
	out->prev = json_get(e, "prev");
	out->data = json_get(e, "data");
	return out->kind.ptr != NULL && out->at.ptr != NULL && out->at.len <= ENTRY_AT_MAX &&
	       out->prev != NULL && (out->prev->type == JSON_NULL || out->prev->type == JSON_INT) &&
	       out->data != NULL && out->data->type == JSON_OBJECT &&
	       uuid_parse(json_get_text(e, "subject"), &out->subject);
}

bool entry_read(struct arena *arena, struct span text, struct entry *out, struct buf *error)
{
	char why[128];
	if (text.len > ENTRY_BYTES_MAX) {
		buf_puts(error, "it is too large");
		return false;
	}
	const struct json *json = json_parse(arena, text.ptr, text.len, why, sizeof(why));
	if (json != NULL && read_head(json, out))
		return true;
	buf_puts(error, "it is not written as a ledger entry is");
	return false;
}

bool entry_uuid(const struct entry *e, const char *member, struct uuid *out)
{
	return uuid_parse(json_get_text(e->data, member), out);
}
