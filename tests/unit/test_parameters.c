// SPDX-License-Identifier: Apache-2.0
//
// What a command gets of a query, and what a list answers.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define call_command_json fake_command_json // the real one is under test
#include "fake_call.h"
#undef call_command_json

#include "../../src/http/cursor.c"
#include "../../src/http/field.c"
#include "../../src/http/parameters.c"

struct span call_header(const struct call *c, const char *name)
{
	(void)c;
	(void)name;
	return (struct span){NULL, 0};
}

void call_field_problem(struct call *c, const struct field_errors *errors)
{
	call_problem(c, 422, errors->list[0].code, "It breaks a rule.", NULL);
}

static const struct field query[] = {
    {.name = "after", .type = FIELD_INT, .max = 1000},
    {.name = "all", .type = FIELD_BOOL},
    {.name = "name", .type = FIELD_TEXT, .min = 1, .max = 9},
    {0},
};
static const struct route route = {.method = GET, .path = "/v1/x", .query = query};
static const struct route list = {.method = GET, .path = "/v1/x", .flags = ROUTE_LIST};

// ---- p -----------------------------------------------------------------------------------------

static void test_p_is_json_whatever_a_number_looks_like(void **state)
{
	static const struct {
		const char *query, *p; // the end of p
	} cases[] = {
	    {"after=7", "\"after\":7,\"body\":{}}"},
	    {"after=007", "\"after\":7,\"body\":{}}"},
	    {"after=-0", "\"after\":0,\"body\":{}}"},
	    {"after=%30%37", "\"after\":7,\"body\":{}}"},
	    {"all=true&name=a%22b", "\"all\":true,\"name\":\"a\\\"b\",\"body\":{}}"},
	};
	struct call c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct span p;

		fake_start(&c);
		fake.settings.body_bytes_max = 65536;
		c.route = &route;
		c.query = span_of(cases[i].query);
		assert_true(parameters_check(&c));
		p = call_command_json(&c);
		assert_true(p.len > strlen(cases[i].p));
		assert_string_equal(cases[i].p, p.ptr + p.len - strlen(cases[i].p));
		fake_end(&c);
	}
}

// ---- lists -------------------------------------------------------------------------------------

static void answer(struct call *c, const char *body)
{
	fake_start(c);
	fake.settings.body_bytes_max = 65536;
	c->route = &list;
	c->path = span_of("/v1/x");
	c->query = span_of("");
	parameters_answer_list(c, span_of(body));
	assert_int_equal(200, fake.status);
}

static void test_next_is_signed_and_the_rest_stays(void **state)
{
	static const char before[] =
	    "{\"x\": [{\"next\": \"no\"}, \"next\", \"a\\\"b\\\\\"], \"next\": \"";
	char body[200];
	struct span cursor;
	struct call c;
	const char *end;

	(void)state;
	snprintf(body, sizeof(body), "%s%s", before, "q\\\"r\", \"z\": 1}");
	answer(&c, body);
	assert_string_equal("link", fake.header);
	assert_memory_equal(before, fake.body.data, sizeof(before) - 1);
	cursor.ptr = buf_text(&fake.body) + sizeof(before) - 1;
	end = strchr(cursor.ptr, '"');
	assert_non_null(end);
	assert_string_equal("\", \"z\": 1}", end);
	cursor.len = (size_t)(end - cursor.ptr);
	assert_true(span_eq(cursor_open(&c.arena, &c.caller.creator, c.path, cursor), "q\"r"));
	fake_end(&c);
}

static void test_a_last_page_goes_out_as_it_is(void **state)
{
	static const char *const bodies[] = {"{\"x\": [], \"next\": null}",
	    "{\"next\": null, \"x\": [1]}", "{\"x\": [{\"next\": \"no\"}]}", "{}"};
	struct call c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		answer(&c, bodies[i]);
		assert_string_equal(bodies[i], buf_text(&fake.body));
		assert_string_equal("", fake.header);
		fake_end(&c);
	}
}

// A page of pick lists easily has more values than json_parse() takes.
static void test_a_page_may_be_large(void **state)
{
	struct buf b;
	struct call c;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_puts(&b, "{\"x\": [0");
	for (int i = 0; i < JSON_NODES_MAX; i++)
		buf_puts(&b, ", 0");
	buf_puts(&b, "], \"next\": \"q\"}");
	answer(&c, buf_text(&b));
	assert_true(fake.body.len > b.len);
	assert_string_equal("link", fake.header);
	fake_end(&c);
	buf_release(&b);
}

int main(void)
{
	static const uint8_t secret[32] = {1};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_p_is_json_whatever_a_number_looks_like),
	    cmocka_unit_test(test_next_is_signed_and_the_rest_stays),
	    cmocka_unit_test(test_a_last_page_goes_out_as_it_is),
	    cmocka_unit_test(test_a_page_may_be_large),
	};

	crypto_init();
	cursor_start(secret);
	return cmocka_run_group_tests_name("parameters", tests, NULL, NULL);
}
