// SPDX-License-Identifier: Apache-2.0
//
// Stands in for src/http/call.c and src/db/row.c, so that a domain's bind and render can be tested
// alone: a call whose request is set by hand, a row whose columns are, and what was answered.
#ifndef FAKE_CALL_H
#define FAKE_CALL_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/call.h"

struct fake_column {
	bool is_null;
	int64_t integer; // also booleans and times
	const char *text;
	struct uuid uuid;
};
struct db_row {
	struct fake_column columns[32];
};

static struct {
	struct uuid param;	// of every path parameter
	const char *param_text; // likewise, when it is text
	const char *p;		// what call_command_json() gives
	int status;		// answered
	char code[64];		// of the problem, or ""
	char pointer[64];	// of the problem, or ""
	char header[64];	// the last header's name, or ""
	struct settings settings;
	int limited;	   // call_take_rate() refuses this policy's …th call; 0: none
	char policies[64]; // asked for so far, each followed by a space
	struct buf body;
} fake;

static void fake_start(struct call *c)
{
	buf_release(&fake.body);
	memset(&fake, 0, sizeof(fake));
	buf_init(&fake.body, 1 << 20);
	memset(c, 0, sizeof(*c));
	arena_init(&c->arena, 1 << 20);
}

static void fake_end(struct call *c)
{
	arena_release(&c->arena);
	buf_release(&fake.body);
}

struct uuid call_param_uuid(const struct call *c, const char *name)
{
	(void)c;
	(void)name;
	return fake.param;
}

struct span call_param(const struct call *c, const char *name)
{
	(void)c;
	(void)name;
	return span_of(fake.param_text);
}

size_t call_bind_caller(struct call *c, struct db_item *item)
{
	(void)c;
	(void)item;
	return 6;
}

struct span call_command_json(struct call *c)
{
	(void)c;
	return span_of(fake.p);
}

void call_answer_json(struct call *c, int status, struct span json)
{
	(void)c;
	fake.status = status;
	buf_clear(&fake.body);
	buf_put(&fake.body, json.ptr, json.len);
}

void call_set_header(struct call *c, const char *name, const char *value)
{
	(void)c;
	(void)value;
	strncpy(fake.header, name, sizeof(fake.header) - 1);
}

void call_command_headers(struct call *c, const struct db_row *row)
{
	(void)c;
	(void)row;
}

void call_problem(
    struct call *c, int status, const char *code, const char *detail, const char *pointer)
{
	(void)c;
	ASSERT(detail != NULL && detail[0] != '\0');
	fake.status = status;
	strncpy(fake.code, code, sizeof(fake.code) - 1);
	snprintf(fake.pointer, sizeof(fake.pointer), "%s", pointer != NULL ? pointer : "");
}

const struct settings *call_settings(void)
{
	return &fake.settings;
}

bool call_take_rate(
    struct call *c, const char *policy, const void *name, size_t len, int64_t limit, int window_s)
{
	size_t used = strlen(fake.policies);

	(void)name;
	(void)len;
	(void)limit;
	(void)window_s;
	snprintf(fake.policies + used, sizeof(fake.policies) - used, "%s ", policy);
	if (fake.limited == 0 || --fake.limited > 0)
		return true;
	call_problem(c, 429, "rate_limited", "Too many requests.", NULL);
	return false;
}

bool db_is_null(const struct db_row *r, int column)
{
	return r->columns[column].is_null;
}

int64_t db_int(const struct db_row *r, int column)
{
	return r->columns[column].integer;
}

bool db_bool(const struct db_row *r, int column)
{
	return r->columns[column].integer != 0;
}

int64_t db_time(const struct db_row *r, int column)
{
	return r->columns[column].integer;
}

struct span db_text(const struct db_row *r, int column)
{
	return span_of(r->columns[column].text);
}

struct uuid db_uuid(const struct db_row *r, int column)
{
	return r->columns[column].uuid;
}

#endif
