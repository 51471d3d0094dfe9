// SPDX-License-Identifier: Apache-2.0
//
// The pure parts of src/http: field tables, the router, problem documents, list cursors.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/http/cursor.c"
#include "../../src/http/field.c"
#include "../../src/http/problem.c"
#include "../../src/http/router.c"

const char *call_role_name(enum role role)
{
	return role == ROLE_CREATOR ? "creator" : "other";
}

// ---- fields -------------------------------------------------------------------------------------

static const char *const sizes[] = {"small", "large", NULL};
static const struct field line_fields[] = {
    {.name = "sku", .type = FIELD_TEXT, .required = true, .min = 1, .max = 8},
    {.name = "quantity", .type = FIELD_INT, .required = true, .min = 1, .max = 9},
    {0},
};
static const struct field line = {.type = FIELD_OBJECT, .members = line_fields};
static const struct field table[] = {
    {.name = "name", .type = FIELD_TEXT, .required = true, .min = 1, .max = 5},
    {.name = "size", .type = FIELD_ENUM, .choices = sizes},
    {.name = "lat", .type = FIELD_NUMBER, .min = -90, .max = 90},
    {.name = "on", .type = FIELD_BOOL},
    {.name = "id", .type = FIELD_UUID, .nullable = true},
    {.name = "at", .type = FIELD_TIME},
    {.name = "price", .type = FIELD_MONEY},
    {.name = "zone", .type = FIELD_ZONE},
    {.name = "lines", .type = FIELD_ARRAY, .min = 1, .max = 2, .members = &line},
    {.name = "any", .type = FIELD_ANY},
    {0},
};

static void test_fields(void **state)
{
	static const struct {
		const char *json, *pointer, *code; // NULL: it is right
	} cases[] = {
	    {"{\"name\":\"abc\"}", NULL, NULL},
	    {"{\"name\":\"äöüßé\"}", NULL, NULL}, // five characters, ten bytes
	    {"{\"name\":\"abcdef\"}", "/name", "out_of_range"},
	    {"{\"name\":\"\"}", "/name", "out_of_range"},
	    {"{\"name\":\"a\\u0007\"}", "/name", "invalid"},
	    {"{\"name\":1}", "/name", "wrong_type"},
	    {"{\"name\":null}", "/name", "wrong_type"},
	    {"{}", "/name", "required"},
	    {"[]", "", "wrong_type"},
	    {"{\"name\":\"a\",\"x\":1}", "/x", "unknown_member"},
	    {"{\"name\":\"a\",\"a/b~c\":1}", "/a~1b~0c", "unknown_member"},
	    {"{\"name\":\"a\",\"size\":\"small\"}", NULL, NULL},
	    {"{\"name\":\"a\",\"size\":\"tiny\"}", "/size", "invalid"},
	    {"{\"name\":\"a\",\"lat\":-90}", NULL, NULL},
	    {"{\"name\":\"a\",\"lat\":90.5}", "/lat", "out_of_range"},
	    {"{\"name\":\"a\",\"lat\":0e-300}", NULL, NULL},
	    {"{\"name\":\"a\",\"lat\":-1e-300}", "/lat", "out_of_range"},
	    {"{\"name\":\"a\",\"lat\":\"1\"}", "/lat", "wrong_type"},
	    {"{\"name\":\"a\",\"on\":true}", NULL, NULL},
	    {"{\"name\":\"a\",\"on\":\"true\"}", "/on", "wrong_type"},
	    {"{\"name\":\"a\",\"id\":null}", NULL, NULL},
	    {"{\"name\":\"a\",\"id\":\"01890a5d-ac96-774b-bcce-b302099a8057\"}", NULL, NULL},
	    {"{\"name\":\"a\",\"id\":\"01890a5d\"}", "/id", "invalid"},
	    {"{\"name\":\"a\",\"at\":\"2026-05-01T12:00:00+02:00\"}", NULL, NULL},
	    {"{\"name\":\"a\",\"at\":\"2026-05-01 12:00\"}", "/at", "invalid"},
	    {"{\"name\":\"a\",\"price\":{\"amount\":1500,\"currency\":\"EUR\"}}", NULL, NULL},
	    {"{\"name\":\"a\",\"price\":{\"amount\":-1,\"currency\":\"EUR\"}}", "/price/amount",
		"out_of_range"},
	    {"{\"name\":\"a\",\"price\":{\"amount\":1.5,\"currency\":\"EUR\"}}", "/price/amount",
		"wrong_type"},
	    {"{\"name\":\"a\",\"price\":{\"amount\":1,\"currency\":\"eur\"}}", "/price/currency",
		"invalid"},
	    {"{\"name\":\"a\",\"zone\":\"Europe/Berlin\"}", NULL, NULL},
	    {"{\"name\":\"a\",\"zone\":\"../etc/passwd\"}", "/zone", "invalid"},
	    {"{\"name\":\"a\",\"lines\":[]}", "/lines", "out_of_range"},
	    {"{\"name\":\"a\",\"lines\":[{\"sku\":\"x\",\"quantity\":1}]}", NULL, NULL},
	    {"{\"name\":\"a\",\"lines\":[{\"sku\":\"x\",\"quantity\":1},{\"sku\":\"y\"}]}",
		"/lines/1/quantity", "required"},
	    {"{\"name\":\"a\",\"lines\":[{\"sku\":\"x\",\"quantity\":10}]}", "/lines/0/quantity",
		"out_of_range"},
	    {"{\"name\":\"a\",\"any\":[{\"x\":null}]}", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct field_errors errors = {.count = 0};
		struct arena a;
		char why[100];
		struct json *v;
		bool ok;

		arena_init(&a, 1 << 20);
		v = json_parse(&a, cases[i].json, strlen(cases[i].json), why, sizeof(why));
		assert_non_null(v);
		ok = field_check(table, v, "", &errors);
		if (ok != (cases[i].code == NULL) || errors.count != (ok ? 0u : 1u))
			fail_msg("case %zu: %s", i, cases[i].json);
		if (!ok) {
			assert_string_equal(cases[i].pointer, errors.list[0].pointer);
			assert_string_equal(cases[i].code, errors.list[0].code);
		}
		arena_release(&a);
	}
}

static void test_violations_are_bounded(void **state)
{
	struct field_errors errors = {.count = 0};
	struct arena a;
	struct buf b;
	char why[100];

	(void)state;
	buf_init(&b, 1 << 20);
	buf_puts(&b, "{\"name\":\"a\"");
	for (int i = 0; i < 100; i++)
		buf_printf(&b, ",\"member-%d-%0200d\":1", i, i);
	buf_puts(&b, "}");
	arena_init(&a, 1 << 20);
	assert_false(
	    field_check(table, json_parse(&a, b.data, b.len, why, sizeof(why)), "", &errors));
	assert_int_equal(FIELD_ERRORS_MAX, errors.count);
	arena_release(&a);
	buf_release(&b);
}

static void test_query_fields(void **state)
{
	static const struct field limit = {
	    .name = "limit", .type = FIELD_INT, .min = 1, .max = 200};
	struct field_errors errors = {.count = 0};

	(void)state;
	assert_true(field_check_text(&limit, span_of("200"), &errors));
	assert_false(field_check_text(&limit, span_of("201"), &errors));
	assert_false(field_check_text(&limit, span_of("1x"), &errors));
	assert_string_equal("?limit", errors.list[0].pointer);
}

// ---- router -------------------------------------------------------------------------------------

static const struct route routes[] = {
    {.method = GET, .path = "/v1/drops", .roles = ROLES(ROLE_CREATOR)},
    {.method = POST, .path = "/v1/drops", .roles = ROLES(ROLE_CREATOR)},
    {.method = GET, .path = "/v1/drops/{drop}", .roles = ROLES(ROLE_CREATOR)},
    {.method = PUT, .path = "/v1/hubs/{hub}/stock/{sku:text}", .roles = ROLES(ROLE_CREATOR)},
    {.method = GET,
	.path = "/logs/{slug:text}/tile/first/{rest:path}",
	.roles = ROLES(ROLE_PUBLIC)},
    {.method = GET, .path = "/logs/{slug:text}/tile/{rest:path}", .roles = ROLES(ROLE_PUBLIC)},
    {0},
};
#define ID "01890a5d-ac96-774b-bcce-b302099a8057"

static void test_router(void **state)
{
	static const struct {
		enum method method;
		const char *path;
		int row; // -1: none
		bool known;
	} cases[] = {
	    {GET, "/v1/drops", 0, true},
	    {POST, "/v1/drops", 1, true},
	    {DELETE, "/v1/drops", -1, true},
	    {GET, "/v1/drops/" ID, 2, true},
	    {GET, "/v1/drops/not-an-id", -1, false},
	    {GET, "/v1/drops/", -1, false},
	    {GET, "/v1/drops/" ID "/", -1, false},
	    {GET, "/v1/drops/" ID "/more", -1, false},
	    {GET, "/v1", -1, false},
	    {GET, "/", -1, false},
	    {GET, "", -1, false},
	    {GET, "v1/drops", -1, false},
	    {PUT, "/v1/hubs/" ID "/stock/TEE-M", 3, true},
	    {PUT, "/v1/hubs/" ID "/stock/", -1, false},
	    {PUT, "/v1/hubs/" ID "/stock/a/b", -1, false},
	    {GET, "/logs/shop/tile/0/x001/234.p/5", 5, true},
	    {GET, "/logs/shop/tile/0", 5, true},
	    {GET, "/logs/shop/tile//", 5, true},
	    {GET, "/logs/shop/tile/first/000", 4, true}, // the first row that fits
	    {GET, "/logs/shop/tile/first", 5, true},
	    {GET, "/logs/shop/tile/", -1, false}, // a tail is not empty
	    {GET, "/logs/shop/tile", -1, false},
	    {GET, "/logs//tile/0/000", -1, false},
	    {POST, "/logs/shop/tile/0/000", -1, true},
	};
	struct route_match m;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		router_match(cases[i].method, span_of(cases[i].path), &m);
		if (m.route != (cases[i].row < 0 ? NULL : &routes[cases[i].row]) ||
		    m.known != cases[i].known)
			fail_msg("case %zu: %s", i, cases[i].path);
	}
	router_match(PUT, span_of("/v1/hubs/" ID "/stock/TEE-M"), &m);
	assert_int_equal(2, m.param_count);
	assert_true(router_param_is(m.param_names[0], "hub"));
	assert_true(router_param_is(m.param_names[1], "sku"));
	assert_true(span_eq(m.params[1], "TEE-M"));
	router_match(GET, span_of("/logs/shop/tile/0/x001/234.p/5"), &m);
	assert_int_equal(2, m.param_count);
	assert_true(router_param_is(m.param_names[1], "rest"));
	assert_true(span_eq(m.params[1], "0/x001/234.p/5"));
	router_match(DELETE, span_of("/v1/drops"), &m);
	assert_int_equal(1u << GET | 1u << POST, m.methods);
}

static void test_a_parameter_is_bounded(void **state)
{
	char path[400] = "/v1/hubs/" ID "/stock/", tail[400] = "/logs/shop/tile/";
	struct route_match m;

	(void)state;
	memset(path + strlen(path), 'x', TEXT_PARAM_MAX + 1);
	router_match(PUT, span_of(path), &m);
	assert_null(m.route);
	memset(tail + strlen(tail), '/', TEXT_PARAM_MAX + 1);
	router_match(GET, span_of(tail), &m);
	assert_null(m.route);
}

// ---- problems and cursors -----------------------------------------------------------------------

static void test_problem_document(void **state)
{
	const struct problem p = {409, "sold_out", "Nothing is left of \"it\".", "/quantity", NULL};
	struct uuid id;
	struct buf out;

	(void)state;
	assert_true(uuid_parse(span_of(ID), &id));
	buf_init(&out, 4096);
	problem_render(&out, &p, &id);
	assert_string_equal(
	    "{\"type\":\"/problems/sold_out\",\"title\":\"Conflict\",\"status\":409,"
	    "\"code\":\"sold_out\",\"detail\":\"Nothing is left of \\\"it\\\".\","
	    "\"instance\":\"urn:uuid:" ID "\",\"errors\":[{\"pointer\":\"/quantity\","
	    "\"code\":\"sold_out\",\"detail\":\"Nothing is left of \\\"it\\\".\"}]}",
	    buf_text(&out));
	buf_release(&out);
}

static void test_cursors(void **state)
{
	static const uint8_t secret[32] = {1};
	static const struct uuid mine = {{1}}, yours = {{2}};
	struct span list = span_of("/v1/hubs"), other = span_of("/v1/drops"), text;
	struct arena a;
	struct buf b;

	(void)state;
	crypto_init();
	cursor_start(secret);
	arena_init(&a, 4096);
	buf_init(&b, 4096);
	cursor_put(&b, &mine, list, span_of("2026-05-01|x"));
	text = cursor_open(&a, &mine, list, (struct span){buf_text(&b), b.len});
	assert_true(span_eq(text, "2026-05-01|x"));
	assert_null(cursor_open(&a, &yours, list, (struct span){buf_text(&b), b.len}).ptr);
	assert_null(cursor_open(&a, &mine, other, (struct span){buf_text(&b), b.len}).ptr);
	for (size_t i = 0; i < b.len; i++) { // one changed character anywhere
		uint8_t was = b.data[i];

		b.data[i] = was == 'A' ? 'B' : 'A';
		assert_null(cursor_open(&a, &mine, list, (struct span){buf_text(&b), b.len}).ptr);
		b.data[i] = was;
	}
	assert_null(cursor_open(&a, &mine, list, span_of("")).ptr);
	arena_release(&a);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fields),
	    cmocka_unit_test(test_violations_are_bounded),
	    cmocka_unit_test(test_query_fields),
	    cmocka_unit_test(test_router),
	    cmocka_unit_test(test_a_parameter_is_bounded),
	    cmocka_unit_test(test_problem_document),
	    cmocka_unit_test(test_cursors),
	};

	router_add(routes);
	return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
