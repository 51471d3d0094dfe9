// SPDX-License-Identifier: Apache-2.0
//
// Time: texts that must and must not be read (leap days, offsets, fractions, both ends of the
// range), every day from 1970 to 9999 against the C library, and the clock that tests hold.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.c"

static void texts(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out; // NULL: refused
	} cases[] = {
	    {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"},
	    {"2026-05-01T12:00:00.000000Z", "2026-05-01T12:00:00.000000Z"},
	    {"2026-05-01t12:00:00z", "2026-05-01T12:00:00.000000Z"},
	    {"2026-05-01T12:00:00.5Z", "2026-05-01T12:00:00.500000Z"},
	    {"2026-05-01T12:00:00.123456789Z", "2026-05-01T12:00:00.123456Z"},
	    {"2026-05-01T12:00:00.0000019Z", "2026-05-01T12:00:00.000001Z"},
	    {"2026-05-01T12:00:00+02:00", "2026-05-01T10:00:00.000000Z"},
	    {"2026-05-01T12:00:00-05:30", "2026-05-01T17:30:00.000000Z"},
	    {"2026-05-01T12:00:00+00:00", "2026-05-01T12:00:00.000000Z"},
	    {"2026-05-01T12:00:00-00:00", "2026-05-01T12:00:00.000000Z"},
	    {"2026-05-01T00:00:00+23:59", "2026-04-30T00:01:00.000000Z"},
	    {"2026-12-31T23:59:59-23:59", "2027-01-01T23:58:59.000000Z"},
	    {"2024-02-29T23:59:59.999999Z", "2024-02-29T23:59:59.999999Z"},
	    {"2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000000Z"},
	    {"2024-02-29T23:30:00-01:00", "2024-03-01T00:30:00.000000Z"},
	    {"1969-12-31T23:00:00-01:00", "1970-01-01T00:00:00.000000Z"},
	    {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
	    {"1969-12-31T23:59:59.999999Z", NULL},
	    {"1970-01-01T00:00:00+00:01", NULL},
	    {"9999-12-31T23:59:59-00:01", NULL},
	    {"0000-01-01T00:00:00Z", NULL},
	    {"0001-01-01T00:00:00Z", NULL},
	    {"2023-02-29T00:00:00Z", NULL},
	    {"2100-02-29T00:00:00Z", NULL},
	    {"2026-04-31T00:00:00Z", NULL},
	    {"2026-00-01T00:00:00Z", NULL},
	    {"2026-13-01T00:00:00Z", NULL},
	    {"2026-01-00T00:00:00Z", NULL},
	    {"2026-01-32T00:00:00Z", NULL},
	    {"2026-01-01T24:00:00Z", NULL},
	    {"2026-01-01T00:60:00Z", NULL},
	    {"2016-12-31T23:59:60Z", NULL},
	    {"2026-01-01T00:00:00", NULL},
	    {"2026-01-01T00:00Z", NULL},
	    {"2026-01-01", NULL},
	    {"2026-01-01 00:00:00Z", NULL},
	    {"2026-01-01T00:00:00.Z", NULL},
	    {"2026-01-01T00:00:00.1234567890Z", NULL},
	    {"2026-01-01T00:00:00,5Z", NULL},
	    {"2026-01-01T00:00:00+0200", NULL},
	    {"2026-01-01T00:00:00+02", NULL},
	    {"2026-01-01T00:00:00+24:00", NULL},
	    {"2026-01-01T00:00:00+02:60", NULL},
	    {"2026-01-01T00:00:00+02:00Z", NULL},
	    {"2026-01-01T00:00:00Z ", NULL},
	    {" 2026-01-01T00:00:00Z", NULL},
	    {"20260101T000000Z", NULL},
	    {"2026-1-1T00:00:00Z", NULL},
	    {"+026-01-01T00:00:00Z", NULL},
	    {"12026-01-01T00:00:00Z", NULL},
	    {"2026-01-01T-1:00:00Z", NULL},
	    {"2026-W01-1T00:00:00Z", NULL},
	    {"", NULL},
	    {"Z", NULL},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t at = -1;
		char text[CLOCK_RFC3339_LEN + 1];
		bool ok = clock_parse(span_of(cases[i].in), &at);
		if (ok != (cases[i].out != NULL) || (!ok && at != -1))
			fail_msg("\"%s\": %d", cases[i].in, ok);
		if (!ok)
			continue;
		clock_format(at, text);
		assert_string_equal(text, cases[i].out);
	}
	int64_t at;
	assert_false(clock_parse((struct span){NULL, 0}, &at));
	assert_false(clock_parse((struct span){"2026-01-01T00:00:00Z\0", 21}, &at));
}

// Every text that is cut short is refused.
static void prefixes(void **state)
{
	(void)state;
	static const char text[] = "2026-05-01T12:00:00.5+02:00";
	int64_t at;
	for (size_t len = 0; len < sizeof(text) - 1; len++)
		assert_false(clock_parse((struct span){text, len}, &at));
	assert_true(clock_parse(span_of(text), &at));
}

static void every_day_agrees_with_the_c_library(void **state)
{
	(void)state;
	for (int64_t day = 0; day <= AT_US_MAX / US_PER_SECOND / SECONDS_PER_DAY; day++) {
		time_t seconds = day * SECONDS_PER_DAY + day * 7919 % SECONDS_PER_DAY;
		struct tm tm;
		char text[CLOCK_RFC3339_LEN + 1], want[64];
		int64_t at;
		assert_non_null(gmtime_r(&seconds, &tm));
		snprintf(want, sizeof(want), "%04d-%02d-%02dT%02d:%02d:%02d.%06lldZ",
		    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		    (long long)(day % 1000000));
		clock_format(seconds * US_PER_SECOND + day % 1000000, text);
		if (strcmp(text, want) != 0)
			fail_msg("%s, not %s", text, want);
		assert_true(clock_parse(span_of(text), &at));
		assert_int_equal(at, seconds * US_PER_SECOND + day % 1000000);
	}
}

static void what_no_text_can_hold_is_written_as_the_nearest_end(void **state)
{
	(void)state;
	char text[CLOCK_RFC3339_LEN + 1];
	clock_format(-1, text);
	assert_string_equal(text, "1970-01-01T00:00:00.000000Z");
	clock_format(INT64_MAX, text);
	assert_string_equal(text, "9999-12-31T23:59:59.999999Z");
}

static void clocks(void **state)
{
	(void)state;
	int64_t before = clock_now_us(), mono = clock_mono_ms();
	assert_true(before > 1700000000LL * US_PER_SECOND);
	clock_hold(1234567);
	assert_int_equal(clock_now_us(), 1234567);
	assert_int_equal(clock_now_us(), 1234567);
	clock_free_run();
	assert_true(clock_now_us() >= before);
	assert_true(clock_mono_ms() >= mono);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts),
	    cmocka_unit_test(prefixes),
	    cmocka_unit_test(every_day_agrees_with_the_c_library),
	    cmocka_unit_test(what_no_text_can_hold_is_written_as_the_nearest_end),
	    cmocka_unit_test(clocks),
	};
	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
