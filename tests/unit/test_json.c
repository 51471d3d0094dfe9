// SPDX-License-Identifier: Apache-2.0
//
// JSON: what is refused and with which words, what the tree says, that duplicate members are found
// in small, large and hostile objects, and that what the writer writes the reader reads back.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <time.h>

#include "json/json.c"

#define ARENA_BYTES ((size_t)64 << 20)

static struct json *parse(struct arena *a, struct span text, char error[256])
{
	arena_init(a, ARENA_BYTES);
	return json_parse(a, text.ptr, text.len, error, 256);
}

static void refused(void **state)
{
	(void)state;
	static const struct {
		const char *text, *error;
	} cases[] = {
	    {"", "empty document"},
	    {" ", "parse error: premature EOF"},
	    {"{", "parse error: premature EOF"},
	    {"[1", "parse error: premature EOF"},
	    {"\"abc", "parse error: premature EOF"},
	    {"{\"a\":1}x", NULL},
	    {"{\"a\":1} {\"b\":2}", NULL},
	    {"1 2", NULL},
	    {"[1,]", NULL},
	    {"[,1]", NULL},
	    {"[1 2]", NULL},
	    {"{\"a\":1,}", NULL},
	    {"{\"a\" 1}", NULL},
	    {"{a:1}", NULL},
	    {"{1:1}", NULL},
	    {"{'a':1}", NULL},
	    {"nul", NULL},
	    {"True", NULL},
	    {"NaN", NULL},
	    {"Infinity", NULL},
	    {"-", NULL},
	    {"+1", NULL},
	    {"01", NULL},
	    {"-01", NULL},
	    {"1.", NULL},
	    {".5", NULL},
	    {"1e", NULL},
	    {"1e+", NULL},
	    {"0x10", NULL},
	    {"// c\n1", NULL},
	    {"/* c */ 1", NULL},
	    {"[1] // c", NULL},
	    {"\"a\nb\"", NULL},
	    {"\"a\tb\"", NULL},
	    {"\"\\x41\"", NULL},
	    {"\"\\u12\"", NULL},
	    {"\"\\u12g4\"", NULL},
	    {"\"\\", NULL},
	    {"\"\\u", NULL},
	    {"\\u0041", NULL},
	    {"\xef\xbb\xbf{}", NULL},
	    {"\"\xc0\x80\"", "not valid UTF-8"},
	    {"\"\xe0\x80\xaf\"", "not valid UTF-8"},
	    {"\"\xed\xa0\x80\"", "not valid UTF-8"},
	    {"\"\xff\"", "not valid UTF-8"},
	    {"\"\xe2\x82\"", "not valid UTF-8"},
	    {"\"\\u0000\"", "\\u0000 is not allowed"},
	    {"{\"a\\u0000b\":1}", "\\u0000 is not allowed"},
	    {"\"\\ud800\"", "lone surrogate in an escape"},
	    {"\"\\uD83Dx\"", "lone surrogate in an escape"},
	    {"\"\\uD83D\\n\"", "lone surrogate in an escape"},
	    {"\"\\uD83D\\u0041\"", "lone surrogate in an escape"},
	    {"\"\\uD83D\\uD83D\"", "lone surrogate in an escape"},
	    {"\"\\uDC00\"", "lone surrogate in an escape"},
	    {"\"\\uDC00\\uDC00\"", "lone surrogate in an escape"},
	    {"\"\\uDE00\\uD83D\"", "lone surrogate in an escape"},
	    {"\"\\ud83d", "lone surrogate in an escape"},
	    {"1e309", "number out of range"},
	    {"-1e309", "number out of range"},
	    {"[1e400]", "number out of range"},
	    {"0e99999999999999999999", "number out of range"},
	    {"1e-401", "number out of range"},
	    {"11111111111111111111111111111111111111111111111111111111111111111",
		"number too long"},
	    {"[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "nested too deeply"},
	    {"{\"a\":1,\"a\":2}", "duplicate member /a"},
	    {"{\"\":1,\"\":2}", "duplicate member /"},
	    {"{\"a\":1,\"\\u0061\":2}", "duplicate member /a"},
	    {"{\"a\":{\"b\":[0,{\"c/d~e\":1,\"x\":2,\"c/d~e\":3}]}}",
		"duplicate member /a/b/1/c~1d~0e"},
	    {"[[],[{\"k\":0},{\"k\":0,\"k\":0}]]", "duplicate member /1/1/k"},
	    {"{\"a\\nb\":1,\"a\\nb\":2}", "duplicate member /a?b"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena a;
		char error[256];
		if (parse(&a, span_of(cases[i].text), error) != NULL)
			fail_msg("accepted %s", cases[i].text);
		assert_int_not_equal(error[0], 0);
		assert_null(strchr(error, '\n'));
		if (cases[i].error != NULL)
			assert_string_equal(error, cases[i].error);
		arena_release(&a);
	}
	struct arena a;
	char error[256];
	assert_null(parse(&a, (struct span){"1\0", 2}, error));
	arena_release(&a);
	assert_null(parse(&a, (struct span){"\"a\0b\"", 5}, error));
	arena_release(&a);
	assert_null(parse(&a, span_of("{\"a\":tru}"), error));
	assert_string_equal(error, "lexical error: invalid string in json text at byte 8");
	arena_release(&a);
}

static void accepted(void **state)
{
	(void)state;
	static const char *const texts[] = {"null", " true ", "false", "0", "-0", "1e308", "\"\"",
	    "[]", "{}", "\t\r\n 1 \n", "\"\\\\u0000\"", "\"\\ud83c\\udf9f\"", "\"\\/\"", "5e-324",
	    "1e-400", "0e400", "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]", "[{\"a\":1},{\"a\":1}]",
	    "{\"a\":{\"a\":1}}", "{\"a\":1,\"A\":2,\"\":3}", "\"\x7f\"", "\"\xf4\x8f\xbf\xbf\"",
	    "1111111111111111111111111111111111111111111111111111111111111111"};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct arena a;
		char error[256];
		if (parse(&a, span_of(texts[i]), error) == NULL)
			fail_msg("%s: %s", texts[i], error);
		arena_release(&a);
	}
}

static void numbers(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum json_type type;
		int64_t integer;
		double number;
	} cases[] = {
	    {"0", JSON_INT, 0, 0},
	    {"-7", JSON_INT, -7, -7},
	    {"9007199254740993", JSON_INT, 9007199254740993, 9007199254740992.0},
	    {"9223372036854775807", JSON_INT, INT64_MAX, 9223372036854775807.0},
	    {"-9223372036854775808", JSON_INT, INT64_MIN, -9223372036854775808.0},
	    {"9223372036854775808", JSON_NUMBER, 0, 9223372036854775808.0},
	    {"-9223372036854775809", JSON_NUMBER, 0, -9223372036854775809.0},
	    {"1.0", JSON_NUMBER, 0, 1},
	    {"1e2", JSON_NUMBER, 0, 100},
	    {"1E+2", JSON_NUMBER, 0, 100},
	    {"0.1", JSON_NUMBER, 0, 0.1},
	    {"-1.5e-3", JSON_NUMBER, 0, -0.0015},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena a;
		char error[256];
		struct json *j = parse(&a, span_of(cases[i].text), error);
		assert_non_null(j);
		assert_int_equal(j->type, cases[i].type);
		assert_true(span_eq(j->text, cases[i].text));
		assert_int_equal(j->integer, cases[i].integer);
		assert_true(j->number == cases[i].number);
		arena_release(&a);
	}
}

static void tree(void **state)
{
	(void)state;
	static const char text[] = "{\"name\":\"caf\\u00e9 \\ud83c\\udf9f\\n\",\"n\":3,\"f\":2.5,"
				   "\"yes\":true,\"none\":null,\"list\":[1,\"two\",[],{}]}";
	struct arena a;
	char error[256];
	struct json *j = parse(&a, span_of(text), error);
	assert_non_null(j);
	assert_int_equal(j->count, 6);
	assert_true(span_eq(json_get_text(j, "name"), "caf\xc3\xa9 \xf0\x9f\x8e\x9f\n"));
	assert_int_equal(json_get_int(j, "n", -1), 3);
	assert_int_equal(json_get_int(j, "f", -1), -1);
	assert_int_equal(json_get_int(j, "absent", -1), -1);
	assert_null(json_get_text(j, "n").ptr);
	assert_null(json_get(j, "nam"));
	assert_null(json_get(NULL, "n"));
	assert_true(json_get(j, "yes")->boolean);
	assert_int_equal(json_get(j, "none")->type, JSON_NULL);
	const struct json *list = json_get(j, "list");
	assert_int_equal(list->count, 4);
	assert_null(json_get(list, "n"));
	assert_true(span_eq(list->key, "list"));
	assert_int_equal(list->child->integer, 1);
	assert_null(list->child->key.ptr);
	assert_true(span_eq(list->child->next->text, "two"));
	assert_int_equal(list->child->next->next->type, JSON_ARRAY);
	assert_null(list->child->next->next->child);
	assert_int_equal(list->child->next->next->next->type, JSON_OBJECT);
	assert_null(list->child->next->next->next->next);
	arena_release(&a);
}

static void duplicates_in_objects_of_every_size(void **state)
{
	(void)state;
	for (unsigned members = 2; members <= MEMBERS_MAX + 1; members += members < 40 ? 1 : 41) {
		for (unsigned twice = 0; twice < 2; twice++) {
			struct arena a;
			struct buf b;
			char error[256], want[64];
			buf_init(&b, 1 << 20);
			for (unsigned i = 0; i < members; i++)
				buf_printf(&b, "%s\"m%u\":0", i > 0 ? "," : "{",
				    twice == 1 && i == members - 1 ? members / 3 : i);
			buf_putc(&b, '}');
			bool ok = parse(&a, (struct span){buf_text(&b), b.len}, error) != NULL;
			assert_int_equal(ok, twice == 0 && members <= MEMBERS_MAX);
			snprintf(want, sizeof(want), "duplicate member /m%u", members / 3);
			if (members > MEMBERS_MAX)
				assert_string_equal(error, "too many members in one object");
			else if (!ok)
				assert_string_equal(error, want);
			arena_release(&a);
			buf_release(&b);
		}
	}
}

// 150 objects of 1,000 members whose names differ at their ends only.
static void hostile_members_cost_little(void **state)
{
	(void)state;
	struct arena a;
	struct buf b;
	char error[256];
	buf_init(&b, 64 << 20);
	for (unsigned i = 0; i < 150; i++) {
		buf_puts(&b, i > 0 ? ",{" : "[{");
		for (unsigned m = 0; m < 1000; m++)
			buf_printf(&b, "%s\"%032u\":0", m > 0 ? "," : "", m);
		buf_putc(&b, '}');
	}
	buf_putc(&b, ']');
	clock_t before = clock();
	assert_non_null(parse(&a, (struct span){buf_text(&b), b.len}, error));
	assert_true(clock() - before < 5 * CLOCKS_PER_SEC);
	arena_release(&a);
	buf_release(&b);
}

static void limits(void **state)
{
	(void)state;
	struct arena a;
	struct buf b;
	char error[256];
	buf_init(&b, 4 << 20);
	buf_putc(&b, '[');
	for (unsigned i = 0; i < JSON_NODES_MAX - 1; i++)
		buf_puts(&b, i > 0 ? ",1" : "1");
	buf_putc(&b, ']');
	assert_non_null(parse(&a, (struct span){buf_text(&b), b.len}, error));
	arena_release(&a);
	b.data[b.len - 1] = ',';
	buf_puts(&b, "1]");
	assert_null(parse(&a, (struct span){buf_text(&b), b.len}, error));
	assert_string_equal(error, "too many values");
	arena_release(&a);
	arena_init(&a, 4096);
	assert_null(json_parse(&a, buf_text(&b), b.len, error, sizeof(error)));
	assert_string_equal(error, "document too large");
	arena_release(&a);
	buf_release(&b);
}

static void errors_are_cut_between_characters(void **state)
{
	(void)state;
	static const char text[] =
	    "{\"\xe2\x82\xac\xe2\x82\xac\":1,\"\xe2\x82\xac\xe2\x82\xac\":1}";
	for (size_t size = 1; size < 40; size++) {
		struct arena a;
		char error[40];
		memset(error, 'x', sizeof(error));
		arena_init(&a, ARENA_BYTES);
		assert_null(json_parse(&a, text, strlen(text), error, size));
		assert_true(strlen(error) < size);
		assert_true(str_utf8_valid(error, strlen(error)));
		arena_release(&a);
	}
}

static void writer(void **state)
{
	(void)state;
	struct buf b;
	struct uuid u = {{0x01, 0x7f, 0x22, 0xe2, 0x79, 0xb0, 0x7c, 0xc3, 0x98, 0xc4, 0xdc, 0x0c,
	    0x0c, 0x07, 0x39, 0x8f}};
	buf_init(&b, 4096);
	struct json_out w = json_to(&b);
	json_open(&w, '{');
	json_kv_text(&w, "te\"xt", "a\\b\x01");
	json_kv_int(&w, "min", INT64_MIN);
	json_kv_uuid(&w, "id", &u);
	json_key(&w, "list");
	json_open(&w, '[');
	json_open(&w, '{');
	json_close(&w, '}');
	json_open(&w, '[');
	json_close(&w, ']');
	json_put_bool(&w, true);
	json_put_bool(&w, false);
	json_put_null(&w);
	json_put_time(&w, 1);
	json_put_raw(&w, span_of("{\"raw\":1}"));
	json_put_text(&w, NULL);
	json_put_span(&w, (struct span){"spanned", 4});
	json_close(&w, ']');
	json_key_span(&w, (struct span){"after that", 5});
	json_put_int(&w, 0);
	json_kv_text(&w, "nothing", NULL);
	json_close(&w, '}');
	assert_false(b.failed);
	assert_string_equal(buf_text(&b),
	    "{\"te\\\"xt\":\"a\\\\b\\u0001\",\"min\":-9223372036854775808,"
	    "\"id\":\"017f22e2-79b0-7cc3-98c4-dc0c0c07398f\",\"list\":[{},[],true,false,null,"
	    "\"1970-01-01T00:00:00.000001Z\",{\"raw\":1},null,\"span\"],\"after\":0,"
	    "\"nothing\":null}");
	buf_release(&b);
}

static void numbers_read_back(void **state)
{
	(void)state;
	static const struct {
		double v;
		const char *text;
	} cases[] = {
	    {0, "0"},
	    {-0.0, "-0"},
	    {1, "1"},
	    {0.1, "0.1"},
	    {0.3, "0.3"},
	    {0.1 + 0.2, "0.30000000000000004"},
	    {1e21, "1e+21"},
	    {1.7976931348623157e308, "1.7976931348623157e+308"},
	    {5e-324, "4.94065645841247e-324"},
	    {52.520008, "52.520008"},
	    {-0.0000001, "-0.0000001"},
	    {1e-8, "1e-08"},
	    {10.05, "10.05"},
	    {99999999.9999999, "99999999.9999999"},
	    {100000000.5, "100000000.5"},
	    {9007199254740992.0, "9007199254740992"},
	    {-120, "-120"},
	    {INFINITY, "null"},
	    {-INFINITY, "null"},
	    {NAN, "null"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf b;
		buf_init(&b, 64);
		struct json_out w = json_to(&b);
		json_put_number(&w, cases[i].v);
		assert_string_equal(buf_text(&b), cases[i].text);
		buf_release(&b);
	}
}

// The writer of few decimals and printf agree with strtod, over all sizes and signs.
static void random_numbers_read_back(void **state)
{
	uint64_t seed = 20261130;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		struct buf b;
		struct json_out w;
		double v;

		seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		v = (double)((int64_t)seed >> (i % 60)) / pow(10, (double)(seed >> 60));
		buf_init(&b, 64);
		w = json_to(&b);
		json_put_number(&w, v);
		assert_true(strtod(buf_text(&b), NULL) == v);
		assert_true(b.len < 26);
		buf_release(&b);
	}
}

static void a_full_buffer_fails_quietly(void **state)
{
	(void)state;
	for (size_t size = 0; size < 12; size++) {
		struct buf b;
		buf_init(&b, size);
		struct json_out w = json_to(&b);
		json_open(&w, '{');
		json_kv_text(&w, "k", "value");
		json_close(&w, '}');
		assert_true(b.failed);
		assert_true(b.len <= size);
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refused),
	    cmocka_unit_test(accepted),
	    cmocka_unit_test(numbers),
	    cmocka_unit_test(tree),
	    cmocka_unit_test(duplicates_in_objects_of_every_size),
	    cmocka_unit_test(hostile_members_cost_little),
	    cmocka_unit_test(limits),
	    cmocka_unit_test(errors_are_cut_between_characters),
	    cmocka_unit_test(writer),
	    cmocka_unit_test(numbers_read_back),
	    cmocka_unit_test(random_numbers_read_back),
	    cmocka_unit_test(a_full_buffer_fails_quietly),
	};
	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
