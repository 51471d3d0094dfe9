// SPDX-License-Identifier: Apache-2.0
//
// The checks behind the field tables. Pure: a table, a value, a list of violations.
#include "http/field.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define MONEY_MAX INT64_C(1000000000000)
#define NUMBER_LEAST 1e-9 // jsonb writes all zeros of a number, and a reader refuses long ones

PRINTF_LIKE(4, 5)
static bool violation(
    struct field_errors *errors, const char *at, const char *code, const char *fmt, ...)
{
	struct field_error *e = &errors->list[errors->count];
	va_list args;

	if (errors->count == FIELD_ERRORS_MAX)
		return false;
	errors->count++;
	snprintf(e->pointer, sizeof(e->pointer), "%s", at);
	e->code = code;
	va_start(args, fmt);
	vsnprintf(e->detail, sizeof(e->detail), fmt, args);
	va_end(args);
	return false;
}

static bool has_control(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7F)
			return true;
	return false;
}

static bool check_length(
    const struct field *f, struct span s, const char *at, struct field_errors *errors)
{
	int64_t n = (int64_t)str_utf8_count(s);

	if (n < f->min || n > f->max)
		return violation(errors, at, "out_of_range", "Must have %lld to %lld characters.",
		    (long long)f->min, (long long)f->max);
	if (has_control(s))
		return violation(errors, at, "invalid", "Must not contain control characters.");
	return true;
}

static bool check_choice(
    const struct field *f, struct span s, const char *at, struct field_errors *errors)
{
	char list[120] = "";
	size_t used = 0;

	for (size_t i = 0; f->choices[i] != NULL; i++) {
		if (span_eq(s, f->choices[i]))
			return true;
		if (used < sizeof(list))
			used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
			    i > 0 ? ", " : "", f->choices[i]);
	}
	return violation(errors, at, "invalid", "Must be one of: %s.", list);
}

static bool check_range(
    const struct field *f, int64_t v, const char *at, struct field_errors *errors)
{
	if (v >= f->min && v <= f->max)
		return true;
	return violation(errors, at, "out_of_range", "Must be from %lld to %lld.",
	    (long long)f->min, (long long)f->max);
}

static bool is_zone(struct span s)
{
	if (s.len < 3 || s.len > 64 || s.ptr[0] == '/' || s.ptr[0] == '.')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

		if (!letter && !(c >= '0' && c <= '9') && strchr("/_+-", c) == NULL)
			return false;
	}
	return memchr(s.ptr, '/', s.len) != NULL || span_eq(s, "UTC");
}

// The types that a query parameter can have too.
static bool check_text(
    const struct field *f, struct span s, const char *at, struct field_errors *errors)
{
	struct uuid u;
	int64_t t;

	switch (f->type) {
	case FIELD_TEXT:
		return check_length(f, s, at, errors);
	case FIELD_ENUM:
		return check_choice(f, s, at, errors);
	case FIELD_UUID:
		return uuid_parse(s, &u) || violation(errors, at, "invalid", "Must be a UUID.");
	case FIELD_TIME:
		return clock_parse(s, &t) || violation(errors, at, "invalid",
						 "Must be an RFC 3339 date-time with an offset, "
						 "e.g. 2026-05-01T12:00:00Z.");
	case FIELD_ZONE:
		return is_zone(s) || violation(errors, at, "invalid",
					 "Must be an IANA time zone, e.g. Europe/Berlin.");
	default:
		ASSERT(!"not a text type");
		return false;
	}
}

static bool check_value(
    const struct field *f, const struct json *v, const char *at, struct field_errors *errors);

static bool check_money(const struct json *v, const char *at, struct field_errors *errors)
{
	static const struct field members[] = {
	    {.name = "amount", .type = FIELD_INT, .required = true, .max = MONEY_MAX},
	    {.name = "currency", .type = FIELD_TEXT, .required = true, .min = 3, .max = 3},
	    {0},
	};
	struct span currency;
	char pointer[160];

	if (!field_check(members, v, at, errors))
		return false;
	currency = json_get_text(v, "currency");
	for (size_t i = 0; i < currency.len; i++) {
		if (currency.ptr[i] >= 'A' && currency.ptr[i] <= 'Z')
			continue;
		snprintf(pointer, sizeof(pointer), "%s/currency", at);
		return violation(errors, pointer, "invalid", "Must be an ISO 4217 code, e.g. EUR.");
	}
	return true;
}

static bool check_array(
    const struct field *f, const struct json *v, const char *at, struct field_errors *errors)
{
	char pointer[160];
	size_t i = 0;
	bool ok = true;

	if ((int64_t)v->count < f->min || (int64_t)v->count > f->max)
		return violation(errors, at, "out_of_range", "Must have %lld to %lld elements.",
		    (long long)f->min, (long long)f->max);
	for (const struct json *e = v->child; e != NULL; e = e->next) {
		snprintf(pointer, sizeof(pointer), "%s/%zu", at, i++);
		ok &= check_value(&f->members[0], e, pointer, errors);
	}
	return ok;
}

static bool type_agrees(const struct field *f, const struct json *v)
{
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_ENUM:
	case FIELD_UUID:
	case FIELD_TIME:
	case FIELD_ZONE:
		return v->type == JSON_STRING;
	case FIELD_INT:
		return v->type == JSON_INT;
	case FIELD_NUMBER:
		return v->type == JSON_INT || v->type == JSON_NUMBER;
	case FIELD_BOOL:
		return v->type == JSON_BOOL;
	case FIELD_MONEY:
	case FIELD_OBJECT:
		return v->type == JSON_OBJECT;
	case FIELD_ARRAY:
		return v->type == JSON_ARRAY;
	case FIELD_ANY:
		return true;
	}
	return false;
}

static const char *type_name(enum field_type t)
{
	static const char *const names[] = {[FIELD_TEXT] = "a string",
	    [FIELD_ENUM] = "a string",
	    [FIELD_INT] = "an integer",
	    [FIELD_NUMBER] = "a number",
	    [FIELD_BOOL] = "true or false",
	    [FIELD_UUID] = "a UUID string",
	    [FIELD_TIME] = "an RFC 3339 string",
	    [FIELD_MONEY] = "an object with amount and currency",
	    [FIELD_ZONE] = "a string",
	    [FIELD_OBJECT] = "an object",
	    [FIELD_ARRAY] = "an array",
	    [FIELD_ANY] = "any value"};

	return names[t];
}

static bool check_value(
    const struct field *f, const struct json *v, const char *at, struct field_errors *errors)
{
	if (v->type == JSON_NULL && f->nullable)
		return true;
	if (!type_agrees(f, v))
		return violation(errors, at, "wrong_type", "Must be %s.", type_name(f->type));
	switch (f->type) {
	case FIELD_INT:
		return check_range(f, v->integer, at, errors);
	case FIELD_NUMBER:
		if (v->number != 0 && fabs(v->number) < NUMBER_LEAST)
			return violation(
			    errors, at, "out_of_range", "Must be 0 or at least 1e-9 from it.");
		if (v->number >= (double)f->min && v->number <= (double)f->max)
			return true;
		return violation(errors, at, "out_of_range", "Must be from %lld to %lld.",
		    (long long)f->min, (long long)f->max);
	case FIELD_MONEY:
		return check_money(v, at, errors);
	case FIELD_OBJECT:
		return field_check(f->members, v, at, errors);
	case FIELD_ARRAY:
		return check_array(f, v, at, errors);
	case FIELD_BOOL:
	case FIELD_ANY:
		return true;
	default:
		return check_text(f, v->text, at, errors);
	}
}

static const struct field *row_of(const struct field *table, struct span key)
{
	for (const struct field *f = table; f->name != NULL; f++)
		if (span_eq(key, f->name))
			return f;
	return NULL;
}

// RFC 6901 escapes of a member's name, cut.
static void pointer_to(char *out, size_t size, const char *at, struct span key)
{
	size_t used = (size_t)snprintf(out, size, "%s/", at);

	for (size_t i = 0; i < key.len && used + 3 < size; i++) {
		if (key.ptr[i] == '~' || key.ptr[i] == '/') {
			out[used++] = '~';
			out[used++] = key.ptr[i] == '~' ? '0' : '1';
		} else {
			out[used++] = key.ptr[i];
		}
	}
	out[used < size ? used : size - 1] = '\0';
}

bool field_check(const struct field *table, const struct json *value, const char *at,
    struct field_errors *errors)
{
	char pointer[160];
	bool ok = true;

	if (value->type != JSON_OBJECT)
		return violation(errors, at, "wrong_type", "Must be an object.");
	for (const struct json *m = value->child; m != NULL; m = m->next) {
		const struct field *f = row_of(table, m->key);

		pointer_to(pointer, sizeof(pointer), at, m->key);
		if (f == NULL)
			ok = violation(
			    errors, pointer, "unknown_member", "This member is not known.");
		else
			ok &= check_value(f, m, pointer, errors);
	}
	for (const struct field *f = table; f->name != NULL; f++) {
		if (!f->required || json_get(value, f->name) != NULL)
			continue;
		pointer_to(pointer, sizeof(pointer), at, span_of(f->name));
		ok = violation(errors, pointer, "required", "This member is required.");
	}
	return ok;
}

bool field_check_text(const struct field *f, struct span value, struct field_errors *errors)
{
	char at[160];
	int64_t n;

	snprintf(at, sizeof(at), "?%s", f->name);
	if (!str_utf8_valid(value.ptr, value.len))
		return violation(errors, at, "invalid", "Must be UTF-8.");
	switch (f->type) {
	case FIELD_INT:
		if (!str_int64(value, &n))
			return violation(errors, at, "wrong_type", "Must be an integer.");
		return check_range(f, n, at, errors);
	case FIELD_BOOL:
		return span_eq(value, "true") || span_eq(value, "false") ||
		       violation(errors, at, "wrong_type", "Must be true or false.");
	default:
		return check_text(f, value, at, errors);
	}
}
