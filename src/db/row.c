// SPDX-License-Identifier: Apache-2.0
//
// Values out of a binary result row. The type of a column is fixed by our own SQL, so a mismatch is
// a programmer's mistake and panics.
#include <string.h>

#include "db/internal.h"

#define PG_EPOCH_US (INT64_C(946684800) * 1000000)

enum {
	OID_BOOL = 16,
	OID_BYTEA = 17,
	OID_INT8 = 20,
	OID_INT2 = 21,
	OID_INT4 = 23,
	OID_TEXT = 25,
	OID_JSON = 114,
	OID_FLOAT8 = 701,
	OID_VARCHAR = 1043,
	OID_TIMESTAMPTZ = 1184,
	OID_UUID = 2950
};

static const uint8_t *bytes(const struct db_row *r, int column)
{
	ASSERT(column < PQnfields(r->result));
	ASSERT(!PQgetisnull(r->result, r->row, column));
	return (const uint8_t *)PQgetvalue(r->result, r->row, column);
}

static uint64_t big_endian(const uint8_t *p, size_t len)
{
	uint64_t v = 0;

	for (size_t i = 0; i < len; i++)
		v = v << 8 | p[i];
	return v;
}

bool db_is_null(const struct db_row *r, int column)
{
	ASSERT(column < PQnfields(r->result));
	return PQgetisnull(r->result, r->row, column) != 0;
}

int64_t db_int(const struct db_row *r, int column)
{
	const uint8_t *p = bytes(r, column);

	switch (PQftype(r->result, column)) {
	case OID_INT2:
		return (int16_t)big_endian(p, 2);
	case OID_INT4:
		return (int32_t)big_endian(p, 4);
	case OID_INT8:
		return (int64_t)big_endian(p, 8);
	default:
		ASSERT(!"column is no integer");
		return 0;
	}
}

bool db_bool(const struct db_row *r, int column)
{
	ASSERT(PQftype(r->result, column) == OID_BOOL);
	return bytes(r, column)[0] != 0;
}

struct span db_text(const struct db_row *r, int column)
{
	Oid type = PQftype(r->result, column);

	ASSERT(type == OID_TEXT || type == OID_BYTEA || type == OID_JSON || type == OID_VARCHAR);
	return (struct span){
	    (const char *)bytes(r, column), (size_t)PQgetlength(r->result, r->row, column)};
}

struct uuid db_uuid(const struct db_row *r, int column)
{
	struct uuid u;

	ASSERT(PQftype(r->result, column) == OID_UUID);
	memcpy(u.b, bytes(r, column), sizeof(u.b));
	return u;
}

int64_t db_time(const struct db_row *r, int column)
{
	ASSERT(PQftype(r->result, column) == OID_TIMESTAMPTZ);
	return (int64_t)big_endian(bytes(r, column), 8) + PG_EPOCH_US;
}

double db_float(const struct db_row *r, int column)
{
	uint64_t bits;
	double v;

	ASSERT(PQftype(r->result, column) == OID_FLOAT8);
	bits = big_endian(bytes(r, column), 8);
	memcpy(&v, &bits, sizeof(v));
	return v;
}
