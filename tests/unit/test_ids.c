// SPDX-License-Identifier: Apache-2.0
//
// Identifiers: version 7 in the layout of RFC 9562, strictly rising while the clock stands, runs
// back, or a counter is used up; a child process that shares nothing with its parent; both texts.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "base/ids.c"

static int64_t ms_of(const struct uuid *u)
{
	int64_t ms = 0;
	for (size_t i = 0; i < 6; i++)
		ms = ms << 8 | u->b[i];
	return ms;
}

static int start(void **unused)
{
	(void)unused;
	clock_free_run();
	forget_all();
	return 0;
}

static void layout(void **unused)
{
	(void)unused;
	clock_hold(1645557742000 * 1000); // the time of RFC 9562's own example, 017F22E2-79B0
	struct uuid u = ids_v7();
	char text[UUID_TEXT_LEN + 1];
	uuid_format(&u, text);
	assert_memory_equal(text, "017f22e2-79b0-7", 15);
	assert_int_equal(u.b[8] >> 6, 2);
}

static void rises_while_the_clock_stands(void **unused)
{
	(void)unused;
	clock_hold(1767225600000 * 1000);
	struct uuid last = ids_v7();
	for (unsigned i = 0; i < 200000; i++) {
		struct uuid next = ids_v7();
		assert_true(uuid_cmp(&last, &next) < 0);
		assert_int_equal(next.b[6] >> 4, 7);
		assert_int_equal(next.b[8] >> 6, 2);
		last = next;
	}
	assert_int_equal(ms_of(&last), 1767225600000);
}

static void rises_when_the_clock_goes_back(void **unused)
{
	(void)unused;
	clock_hold(1767225600000 * 1000);
	struct uuid first = ids_v7();
	clock_hold(1767225599000 * 1000);
	struct uuid second = ids_v7();
	assert_true(uuid_cmp(&first, &second) < 0);
	assert_int_equal(ms_of(&second), 1767225600000);
	clock_hold(1767225600001 * 1000);
	struct uuid third = ids_v7();
	assert_true(uuid_cmp(&second, &third) < 0);
	assert_int_equal(ms_of(&third), 1767225600001);
}

static void a_used_up_counter_borrows_the_next_millisecond(void **unused)
{
	(void)unused;
	clock_hold(1767225600000 * 1000);
	struct uuid last = ids_v7();
	state.counter = COUNTER_LIMIT - 1;
	struct uuid next = ids_v7();
	assert_true(uuid_cmp(&last, &next) < 0);
	assert_int_equal(ms_of(&next), 1767225600001);
}

static void rises_on_the_running_clock(void **unused)
{
	(void)unused;
	struct uuid last = ids_v7();
	for (unsigned i = 0; i < 100000; i++) {
		struct uuid next = ids_v7();
		assert_true(uuid_cmp(&last, &next) < 0);
		last = next;
	}
}

static void a_child_shares_nothing(void **unused)
{
	(void)unused;
	struct {
		uint8_t bytes[32];
		struct uuid id;
	} ours, theirs;
	int ends[2], status;
	clock_hold(1767225600000 * 1000);
	ids_random(ours.bytes, 1); // fills the buffer
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		ids_random(theirs.bytes, sizeof(theirs.bytes));
		theirs.id = ids_v7();
		_exit(write(ends[1], &theirs, sizeof(theirs)) == sizeof(theirs) ? 0 : 1);
	}
	assert_int_equal(read(ends[0], &theirs, sizeof(theirs)), sizeof(theirs));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	ids_random(ours.bytes, sizeof(ours.bytes));
	ours.id = ids_v7();
	assert_memory_not_equal(ours.bytes, theirs.bytes, sizeof(ours.bytes));
	assert_false(uuid_eq(&ours.id, &theirs.id));
	close(ends[0]);
	close(ends[1]);
}

static void random_bytes_of_every_length(void **unused)
{
	(void)unused;
	static const uint8_t zero[32];
	static uint8_t out[POOL_BYTES * 2 + 32];
	for (size_t len = 0; len <= POOL_BYTES * 2; len += 1 + len / 3) {
		memset(out, 0, sizeof(out));
		ids_random(out, len);
		assert_memory_equal(out + len, zero, 32);
		if (len >= 64)
			assert_memory_not_equal(out + len - 32, zero, 32);
	}
	// What was handed out is wiped.
	for (size_t i = 0; i < POOL_BYTES - state.left; i++)
		assert_int_equal(state.pool[i], 0);
}

static void texts(void **unused)
{
	(void)unused;
	struct uuid u, again;
	char text[UUID_TEXT_LEN + 1], brief[UUID_SHORT_LEN + 1];
	assert_true(uuid_parse(span_of("017F22E2-79b0-7CC3-98c4-DC0C0C07398F"), &u));
	uuid_format(&u, text);
	assert_string_equal(text, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
	uuid_format_short(&u, brief);
	assert_string_equal(brief, "AX8i4nmwfMOYxNwMDAc5jw");
	assert_true(uuid_parse_short(span_of(brief), &again));
	assert_true(uuid_eq(&u, &again));
	assert_false(uuid_is_nil(&u));
	assert_true(uuid_parse(span_of("00000000-0000-0000-0000-000000000000"), &u));
	assert_true(uuid_is_nil(&u));
	assert_true(uuid_cmp(&u, &again) < 0);
	assert_true(uuid_cmp(&again, &u) > 0);
}

static void texts_refused(void **unused)
{
	(void)unused;
	static const char *const full[] = {"", "017f22e279b07cc398c4dc0c0c07398f",
	    "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}", "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
	    "017f22e2-79b0-7cc3-98c4-dc0c0c07398ff", "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
	    "017f22e2079b0-7cc3-98c4-dc0c0c07398f", "017f22e-279b0-7cc3-98c4-dc0c0c07398f",
	    "017f22e2-79b0-7cc3-98c4-dc0c0c07398 ", "-17f22e2-79b0-7cc3-98c4-dc0c0c07398f"};
	static const char *const brief[] = {"", "AX8i4nmwfMOYxNwMDAc5j", "AX8i4nmwfMOYxNwMDAc5jwA",
	    "AX8i4nmwfMOYxNwMDAc5jx", "AX8i4nmwfMOYxNwMDAc5j=", "AX8i4nmwfMOYxNwMDAc5+w",
	    "AX8i4nmwfMOYxNwMDAc5jw=="};
	struct uuid u = {{1}}, untouched = u;
	for (size_t i = 0; i < ARRAY_LEN(full); i++)
		assert_false(uuid_parse(span_of(full[i]), &u));
	for (size_t i = 0; i < ARRAY_LEN(brief); i++)
		assert_false(uuid_parse_short(span_of(brief[i]), &u));
	assert_true(uuid_eq(&u, &untouched));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(layout, start),
	    cmocka_unit_test_setup(rises_while_the_clock_stands, start),
	    cmocka_unit_test_setup(rises_when_the_clock_goes_back, start),
	    cmocka_unit_test_setup(a_used_up_counter_borrows_the_next_millisecond, start),
	    cmocka_unit_test_setup(rises_on_the_running_clock, start),
	    cmocka_unit_test_setup(a_child_shares_nothing, start),
	    cmocka_unit_test_setup(random_bytes_of_every_length, start),
	    cmocka_unit_test_setup(texts, start),
	    cmocka_unit_test_setup(texts_refused, start),
	};
	return cmocka_run_group_tests_name("ids", tests, NULL, NULL);
}
