// SPDX-License-Identifier: Apache-2.0
//
// Lines of postal code files: what GeoNames publishes is read, what is cut, shifted or out of range
// is refused and leaves nothing behind.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/postal.c"

#define NAMES "\tBerlin\tBE\t\t00\tStadt\t11000\t"

static const struct {
	const char *line, *json; // json NULL: refused
} CASES[] = {
    {"DE\t10999\tBerlin Kreuzberg" NAMES "52.4986\t13.423\t6\n",
	"{\"country\":\"DE\",\"code\":\"10999\",\"lat\":52.4986,\"lon\":13.423}"},
    {"GB\tSW1A 1AA\tLondon" NAMES "51.501\t-0.1416\r\n",
	"{\"country\":\"GB\",\"code\":\"SW1A 1AA\",\"lat\":51.501,\"lon\":-0.1416}"},
    {"DE\t10999\tBerlin" NAMES "52.4986\n", NULL},
    {"DE\t10999\tBerlin" NAMES "\t13.423\t6\n", NULL},
    {"DE\t10999\tBerlin" NAMES "90.1\t13.423\n", NULL},
    {"DE\t10999\tBerlin" NAMES "52.4986\t-180.5\n", NULL},
    {"DE\t10999\tBerlin" NAMES "nan\t13.423\n", NULL},
    {"DE\t10999\tBerlin" NAMES "52.4986x\t13.423\n", NULL},
    {"de\t10999\tBerlin" NAMES "52.4986\t13.423\n", NULL},
    {"DEU\t10999\tBerlin" NAMES "52.4986\t13.423\n", NULL},
    {"DE\t\tBerlin" NAMES "52.4986\t13.423\n", NULL},
    {"DE\t12345678901234567\tBerlin" NAMES "52.4986\t13.423\n", NULL},
    {"DE\t--\tBerlin" NAMES "52.4986\t13.423\n", NULL},
    {"DE\t1234567890123\tBerlin" NAMES "52.4986\t13.423\n", NULL},
    {"DE\t10999\tBerlin" NAMES "0x34\t13.423\n", NULL},
    {"FR\t75116 CEDEX 16\tParis" NAMES "48.86\t2.27\n",
	"{\"country\":\"FR\",\"code\":\"75116 CEDEX 16\",\"lat\":48.86,\"lon\":2.27}"},
    {"DE\t10999\tBerl\xFFn" NAMES "52.4986\t13.423\n", NULL},
    {"DE,10999,52.4986,13.423\n",
	"{\"country\":\"DE\",\"code\":\"10999\",\"lat\":52.4986,\"lon\":13.423}"},
    {"DE\t10999\t52.4986\t13.423\n",
	"{\"country\":\"DE\",\"code\":\"10999\",\"lat\":52.4986,\"lon\":13.423}"},
    {"\"DE\",\"10999\",\"Berlin, \"\"Kreuzberg\"\"\",BE,,,,,,\"52.4986\",13.423,6\r\n",
	"{\"country\":\"DE\",\"code\":\"10999\",\"lat\":52.4986,\"lon\":13.423}"},
    {"\"DE\",\"10999,52.4986,13.423\n", NULL},
    {"\"DE\"x,10999,52.4986,13.423\n", NULL},
    {"DE,10999,52.4986,13.423,\n", NULL},
    {"DE,10999,52.4986\n", NULL},
    {"DE\t10999,52.4986,13.423\n", NULL},
    {",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n", NULL},
    {"\"", NULL},
    {"", NULL},
};

static void test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		struct buf out;
		buf_init(&out, 1024);
		struct json_out w = json_to(&out);
		bool ok = postal_line(&w, span_of(CASES[i].line));
		if (ok != (CASES[i].json != NULL))
			fail_msg("case %zu was %s", i, ok ? "taken" : "refused");
		assert_string_equal(buf_text(&out), ok ? CASES[i].json : "");
		buf_release(&out);
	}
}

static void test_header(void **state)
{
	(void)state;
	assert_true(postal_is_header(span_of("country,code,lat,lon\n")));
	assert_true(postal_is_header(span_of("country\tcode\ta\tb\tc\td\te\tf\tg\tlat\tlon\n")));
	assert_false(postal_is_header(span_of("DE,10999,52.4986,13.423\n")));
	assert_false(postal_is_header(span_of("country,code,lat\n")));
}

static void test_what_is_passed_over(void **state)
{
	(void)state;
	assert_true(postal_is_blank(span_of("")));
	assert_true(postal_is_blank(span_of(" \t\r\n")));
	assert_false(postal_is_blank(span_of("x\r\n")));
	assert_true(span_eq(postal_unmarked(span_of("\xEF\xBB\xBF"
						    "DE,1")),
	    "DE,1"));
	assert_true(span_eq(postal_unmarked(span_of("DE,1")), "DE,1"));
	assert_true(span_eq(postal_unmarked(span_of("\xEF\xBB")), "\xEF\xBB"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_header), cmocka_unit_test(test_what_is_passed_over)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
