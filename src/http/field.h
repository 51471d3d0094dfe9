// SPDX-License-Identifier: Apache-2.0
//
// What a request may contain, as tables: checked member by member, every violation reported with a
// JSON pointer (RFC 6901), unknown members refused. The first 16 violations are told.
#ifndef ROADSHOW_FIELD_H
#define ROADSHOW_FIELD_H

#include "base/arena.h"
#include "base/base.h"
#include "json/json.h"

enum field_type {
	FIELD_TEXT,   // min..max: characters (code points); no control characters
	FIELD_ENUM,   // one of `choices`
	FIELD_INT,    // min..max
	FIELD_NUMBER, // min..max, any JSON number
	FIELD_BOOL,
	FIELD_UUID,
	FIELD_TIME,   // RFC 3339 with offset
	FIELD_MONEY,  // {"amount": 0..10^12 minor units, "currency": ISO 4217 letters}
	FIELD_ZONE,   // looks like an IANA zone; the database knows whether it exists
	FIELD_OBJECT, // `members`
	FIELD_ARRAY,  // min..max elements, each as `members[0]`
	FIELD_ANY     // any JSON value, bounded by the body's size and depth
};

struct field {
	const char *name; // NULL ends a table
	enum field_type type;
	bool required;
	bool nullable;
	int64_t min, max;
	const char *const *choices; // NULL-terminated
	const struct field *members;
};

#define FIELD_ERRORS_MAX 16
struct field_error {
	char pointer[128];
	const char *code; // required, unknown_member, wrong_type, out_of_range, invalid
	char detail[160];
};
struct field_errors {
	struct field_error list[FIELD_ERRORS_MAX];
	size_t count;
};

// True when `value` (an object) agrees with the table. `at` is the pointer of `value` itself, "" at
// the root.
bool field_check(const struct field *table, const struct json *value, const char *at,
    struct field_errors *errors) MUST_CHECK;
// A query parameter's text against one row (TEXT, ENUM, INT, BOOL, UUID, TIME only).
bool field_check_text(
    const struct field *f, struct span value, struct field_errors *errors) MUST_CHECK;

#endif
