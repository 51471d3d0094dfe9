// SPDX-License-Identifier: Apache-2.0
//
// Shows: the device chain hashes exact bytes, starts at the key, and lines are cut as documented.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "crypto/chain.h"
#include "hex.h"

// Computed apart: printf 'roadshow-device/v1\0' followed by 32 bytes 00 01 … 1f, through sha256sum.
static void test_start(void **state)
{
	struct digest thumbprint;
	struct digest d;

	(void)state;
	for (size_t i = 0; i < DIGEST_LEN; i++)
		thumbprint.b[i] = (uint8_t)i;
	d = chain_start(&thumbprint);
	assert_hex_equal(d.b, "f2088f5eead8374f8335686d84445a2fbf40c6ba9d4dd83fa2395993bbb7497c");
}

static void test_next_hashes_bytes_as_sent(void **state)
{
	struct digest a = chain_next(span_of("{\"seq\":1}"));
	struct digest b = chain_next(span_of("{\"seq\": 1}"));
	struct digest c = chain_next(span_of("{\"seq\":1}\r"));
	struct digest plain = digest_sha256("{\"seq\":1}", 9);

	(void)state;
	assert_true(digest_equal(&a, &plain));
	assert_false(digest_equal(&a, &b));
	assert_false(digest_equal(&a, &c));
}

static const struct {
	const char *body;
	const char *lines[4];
	size_t numbers[4];
} bodies[] = {
    {"", {NULL}, {0}},
    {"\n", {NULL}, {0}},
    {"\n\n\n", {NULL}, {0}},
    {"a", {"a"}, {1}},
    {"a\n", {"a"}, {1}},
    {"a\nb", {"a", "b"}, {1, 2}},
    {"a\n\nb\n", {"a", "b"}, {1, 3}},
    {"\na\r\nb\n\n", {"a\r", "b"}, {2, 3}},
    {" \n", {" "}, {1}},
};

static void test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		struct chain_lines l = chain_lines_of(span_of(bodies[i].body));
		struct span line;
		size_t n = 0;

		while (chain_line(&l, &line)) {
			assert_non_null(bodies[i].lines[n]);
			assert_true(span_eq(line, bodies[i].lines[n]));
			assert_int_equal(l.number, bodies[i].numbers[n]);
			n++;
		}
		assert_null(bodies[i].lines[n]);
		assert_int_equal(chain_count(span_of(bodies[i].body)), n);
	}
}

// A NUL is a byte like others: it neither ends a line nor the body.
static void test_nul(void **state)
{
	struct chain_lines l = chain_lines_of((struct span){"a\0b\nc", 5});
	struct span line;

	(void)state;
	assert_true(chain_line(&l, &line));
	assert_int_equal(line.len, 3);
	assert_true(chain_line(&l, &line));
	assert_int_equal(line.len, 1);
	assert_false(chain_line(&l, &line));
	assert_false(chain_line(&l, &line));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_start),
	    cmocka_unit_test(test_next_hashes_bytes_as_sent),
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
