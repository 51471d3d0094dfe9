// SPDX-License-Identifier: Apache-2.0
//
// Shows: a list in a statement that is no batch goes out as one array, as PostgreSQL's array_recv reads
// it, nulls and an empty one included; plain values stay plain.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "db/encode.c"

static const struct db_statement statement = {
    .name = "s", .columns = 3, .types = {DB_LIST_OF(DB_TEXT), DB_INT, DB_LIST_OF(DB_JSON)}};

static struct db_parameters encoded(const struct db_value *values)
{
	struct db_tenant tenant = {.lanes = 1};
	struct db_lane lane = {.statement = &statement, .tenant = &tenant};
	struct db_item item = {.next = NULL};
	struct db_batch batch = {
	    .statement = &statement, .lanes = {&lane}, .lane_count = 1, .items = &item, .count = 1};
	struct db_parameters p;

	memset(&p, 0, sizeof(p));
	memcpy(item.values, values, statement.columns * sizeof(*values));
	buf_init(&p.bytes, 4096);
	assert_true(encode_batch(&p, &batch));
	return p;
}

static void assert_value(const struct db_parameters *p, int i, const char *bytes, size_t len)
{
	assert_int_equal(p->lengths[i], len);
	assert_memory_equal(p->values[i], bytes, len);
}

static void test_types(void **state)
{
	Oid types[4];

	(void)state;
	encode_types(&statement, types);
	assert_int_equal(types[0], 2950); // uuid
	assert_int_equal(types[1], 1009); // text[]
	assert_int_equal(types[2], 20);	  // int8
	assert_int_equal(types[3], 3807); // jsonb[]
}

static void test_a_list_with_a_null(void **state)
{
	static const char texts[] =
	    "\0\0\0\1\0\0\0\1\0\0\0\x19\0\0\0\2\0\0\0\1" // one dimension, a null, text, 2 from 1
	    "\0\0\0\2ab\xff\xff\xff\xff";
	static const char documents[] = "\0\0\0\1\0\0\0\0\0\0\x0e\xda\0\0\0\1\0\0\0\1"
					"\0\0\0\3\1{}";
	const struct db_value list[] = {{.text = {"ab", 2}}, {.is_null = true}},
			      json[] = {{.text = {"{}", 2}}};
	const struct db_value values[] = {{.list = {list, 2}}, {.integer = 7}, {.list = {json, 1}}};
	struct db_parameters p = encoded(values);

	(void)state;
	assert_value(&p, 1, texts, sizeof(texts) - 1);
	assert_value(&p, 2, "\0\0\0\0\0\0\0\7", 8);
	assert_value(&p, 3, documents, sizeof(documents) - 1);
	buf_release(&p.bytes);
}

static void test_an_empty_list_and_none(void **state)
{
	static const char empty[] = "\0\0\0\1\0\0\0\0\0\0\0\x19\0\0\0\0\0\0\0\1";
	const struct db_value values[] = {
	    {.list = {NULL, 0}}, {.is_null = true}, {.is_null = true}};
	struct db_parameters p = encoded(values);

	(void)state;
	assert_value(&p, 1, empty, sizeof(empty) - 1);
	assert_null(p.values[2]);
	assert_null(p.values[3]);
	buf_release(&p.bytes);
}

// A statement that mixes creators has one for each item.
static void test_creators_of_a_batch(void **state)
{
	static const struct db_statement mixed = {
	    .name = "m", .columns = 1, .types = {DB_INT}, .batch_max = 2, .mixes = true};
	static const char both[] = "\0\0\0\1\0\0\0\0\0\0\x0b\x86\0\0\0\2\0\0\0\1"
				   "\0\0\0\x10\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1"
				   "\0\0\0\x10\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2";
	struct db_tenant one, two;
	struct db_lane lanes[] = {{.tenant = &one}, {.tenant = &two}};
	struct db_item last = {.lane = &lanes[1], .values = {{.integer = 6}}};
	struct db_item first = {.lane = &lanes[0], .values = {{.integer = 5}}, .next = &last};
	struct db_batch batch = {.statement = &mixed,
	    .lanes = {&lanes[0], &lanes[1]},
	    .lane_count = 2,
	    .items = &first,
	    .count = 2};
	struct db_parameters p;
	Oid types[2];

	(void)state;
	memset(&one, 1, sizeof(one));
	memset(&two, 2, sizeof(two));
	memset(&p, 0, sizeof(p));
	buf_init(&p.bytes, 4096);
	encode_types(&mixed, types);
	assert_int_equal(types[0], 2951); // uuid[]
	assert_true(encode_batch(&p, &batch));
	assert_value(&p, 0, both, sizeof(both) - 1);
	assert_int_equal(p.lengths[1], 20 + 2 * 12);
	buf_release(&p.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_creators_of_a_batch),
	    cmocka_unit_test(test_types),
	    cmocka_unit_test(test_a_list_with_a_null),
	    cmocka_unit_test(test_an_empty_list_and_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
