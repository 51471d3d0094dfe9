// SPDX-License-Identifier: Apache-2.0
//
// Items to binary parameters: the wire format of each type is what PostgreSQL's <type>recv reads;
// an array is dimensions, null flag, element type, length, lower bound, then length-prefixed
// elements. All bytes of a statement go to one buffer that is reused.
#include <string.h>

#include "db/internal.h"

// Seconds between the epochs of Unix and PostgreSQL.
#define PG_EPOCH_US (INT64_C(946684800) * 1000000)

static const struct {
	Oid scalar, array;
} oids[] = {
    [DB_UUID] = {2950, 2951},
    [DB_TEXT] = {25, 1009},
    [DB_INT] = {20, 1016},
    [DB_BOOL] = {16, 1000},
    [DB_BYTEA] = {17, 1001},
    [DB_TIME] = {1184, 1185},
    [DB_FLOAT] = {701, 1022},
    [DB_JSON] = {3802, 3807},
};

static bool is_batch(const struct db_statement *st)
{
	return st->batch_max > 1;
}

static bool is_list(enum db_type type)
{
	return (type & DB_LIST) != 0;
}

static enum db_type element(enum db_type type)
{
	return (enum db_type)(type & ~(unsigned)DB_LIST);
}

void encode_types(const struct db_statement *st, Oid *types)
{
	types[0] = st->mixes ? oids[DB_UUID].array : oids[DB_UUID].scalar;
	for (unsigned i = 0; i < st->columns; i++)
		types[i + 1] = is_batch(st) || is_list(st->types[i])
				   ? oids[element(st->types[i])].array
				   : oids[element(st->types[i])].scalar;
}

static void put_value(struct buf *b, enum db_type type, const struct db_value *v)
{
	uint64_t bits;

	switch (type) {
	case DB_UUID:
		buf_put(b, v->uuid.b, sizeof(v->uuid.b));
		return;
	case DB_INT:
		buf_put_be64(b, (uint64_t)v->integer);
		return;
	case DB_TIME:
		buf_put_be64(b, (uint64_t)(v->integer - PG_EPOCH_US));
		return;
	case DB_FLOAT:
		memcpy(&bits, &v->number, sizeof(bits));
		buf_put_be64(b, bits);
		return;
	case DB_BOOL:
		buf_putc(b, v->boolean ? 1 : 0);
		return;
	case DB_JSON:
		buf_putc(b, 1); // version of jsonb's binary form
		buf_put(b, v->text.ptr, v->text.len);
		return;
	case DB_TEXT:
	case DB_BYTEA:
		buf_put(b, v->text.ptr, v->text.len);
		return;
	}
}

static size_t value_len(enum db_type type, const struct db_value *v)
{
	switch (type) {
	case DB_UUID:
		return 16;
	case DB_INT:
	case DB_TIME:
	case DB_FLOAT:
		return 8;
	case DB_BOOL:
		return 1;
	case DB_JSON:
		return v->text.len + 1;
	case DB_TEXT:
	case DB_BYTEA:
		return v->text.len;
	}
	return 0;
}

static void put_array_head(struct buf *b, enum db_type type, size_t count, bool has_null)
{
	buf_put_be32(b, 1);
	buf_put_be32(b, has_null);
	buf_put_be32(b, oids[type].scalar);
	buf_put_be32(b, (uint32_t)count);
	buf_put_be32(b, 1);
}

static void put_element(struct buf *b, enum db_type type, const struct db_value *v)
{
	if (v->is_null) {
		buf_put_be32(b, UINT32_MAX);
		return;
	}
	buf_put_be32(b, (uint32_t)value_len(type, v));
	put_value(b, type, v);
}

static void put_creators(struct buf *b, const struct db_batch *batch)
{
	struct db_value creator = {.uuid = batch->lanes[0]->tenant->creator};

	if (!batch->statement->mixes) {
		put_value(b, DB_UUID, &creator);
		return;
	}
	put_array_head(b, DB_UUID, batch->count, false);
	for (const struct db_item *it = batch->items; it != NULL; it = it->next) {
		creator.uuid = it->lane->tenant->creator;
		put_element(b, DB_UUID, &creator);
	}
}

static void put_column(
    struct buf *b, const struct db_batch *batch, unsigned column, enum db_type type)
{
	bool has_null = false;

	for (const struct db_item *it = batch->items; it != NULL; it = it->next)
		has_null |= it->values[column].is_null;
	put_array_head(b, type, batch->count, has_null);
	for (const struct db_item *it = batch->items; it != NULL; it = it->next)
		put_element(b, type, &it->values[column]);
}

static void put_list(struct buf *b, const struct db_value *v, enum db_type type)
{
	bool has_null = false;

	for (size_t i = 0; i < v->list.count; i++)
		has_null |= v->list.items[i].is_null;
	put_array_head(b, type, v->list.count, has_null);
	for (size_t i = 0; i < v->list.count; i++)
		put_element(b, type, &v->list.items[i]);
}

bool encode_batch(struct db_parameters *p, const struct db_batch *b)
{
	const struct db_statement *st = b->statement;

	buf_clear(&p->bytes);
	p->count = (int)st->columns + 1;
	p->offsets[0] = 0;
	put_creators(&p->bytes, b);
	p->lengths[0] = (int)p->bytes.len;
	p->formats[0] = 1;
	for (unsigned i = 1; i <= st->columns; i++) {
		const struct db_value *v = &b->items->values[i - 1];

		p->offsets[i] = !is_batch(st) && v->is_null ? SIZE_MAX : p->bytes.len;
		if (is_batch(st))
			put_column(&p->bytes, b, i - 1, st->types[i - 1]);
		else if (!v->is_null && is_list(st->types[i - 1]))
			put_list(&p->bytes, v, element(st->types[i - 1]));
		else if (!v->is_null)
			put_value(&p->bytes, st->types[i - 1], v);
		p->lengths[i] = (int)(p->bytes.len - p->offsets[i]);
		p->formats[i] = 1;
	}
	if (p->bytes.failed)
		return false;
	for (int i = 0; i < p->count; i++)
		p->values[i] =
		    p->offsets[i] == SIZE_MAX ? NULL : buf_text(&p->bytes) + p->offsets[i];
	return true;
}
