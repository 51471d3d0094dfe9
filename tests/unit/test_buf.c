// SPDX-License-Identifier: Apache-2.0
//
// The buffer: growth up to its limit and not a byte past it, the sticky failure, the NUL behind the
// text, and memory lent by the caller.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void *scarce_realloc(void *memory, size_t bytes);
#define realloc scarce_realloc
#include "base/buf.c"
#undef realloc

static bool memory_is_short;

static void *scarce_realloc(void *memory, size_t bytes)
{
	return memory_is_short ? NULL : realloc(memory, bytes);
}

static void text_grows_and_ends_in_nul(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 1 << 20);
	assert_string_equal(buf_text(&b), "");
	for (size_t i = 0; i < 10000; i++) {
		buf_putc(&b, (char)('a' + i % 26));
		assert_int_equal(b.len, i + 1);
		assert_int_equal(b.data[b.len], 0);
	}
	for (size_t i = 0; i < 10000; i++)
		assert_int_equal(b.data[i], 'a' + i % 26);
	buf_clear(&b);
	assert_string_equal(buf_text(&b), "");
	buf_puts(&b, "again");
	assert_string_equal(buf_text(&b), "again");
	buf_release(&b);
	assert_null(b.data);
}

static void the_limit_is_exact_and_failure_sticks(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 5);
	buf_puts(&b, "12345");
	assert_false(b.failed);
	buf_put(&b, "", 0);
	assert_false(b.failed);
	buf_putc(&b, '6');
	assert_true(b.failed);
	assert_string_equal(buf_text(&b), "12345");
	buf_put(&b, "", 0);
	buf_printf(&b, "%d", 7);
	assert_null(buf_reserve(&b, 0));
	assert_true(b.failed);
	assert_string_equal(buf_text(&b), "12345");
	buf_clear(&b);
	assert_false(b.failed);
	buf_puts(&b, "abc");
	buf_puts(&b, "def");
	assert_true(b.failed);
	assert_string_equal(buf_text(&b), "abc");
	buf_release(&b);
	buf_init(&b, 0);
	assert_non_null(buf_reserve(&b, 0));
	buf_putc(&b, 'x');
	assert_true(b.failed);
	buf_release(&b);
}

static void impossible_sizes_fail(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, SIZE_MAX);
	buf_puts(&b, "x");
	assert_null(buf_reserve(&b, SIZE_MAX));
	assert_true(b.failed);
	assert_string_equal(buf_text(&b), "x");
	buf_release(&b);
}

static void without_memory_the_text_so_far_stays(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 1 << 20);
	buf_puts(&b, "kept");
	memory_is_short = true;
	buf_printf(&b, "%500d", 1);
	memory_is_short = false;
	assert_true(b.failed);
	buf_puts(&b, "ignored");
	assert_string_equal(buf_text(&b), "kept");
	buf_release(&b);
}

static void printf_of_every_length(void **state)
{
	(void)state;
	char want[1200];
	memset(want, 'x', sizeof(want));
	for (int len = 0; len < 1100; len++) {
		struct buf b;
		buf_init(&b, (size_t)len + 1);
		buf_printf(&b, "%.*s%c", len, want, '!');
		assert_false(b.failed);
		assert_int_equal(b.len, len + 1);
		assert_memory_equal(b.data, want, (size_t)len);
		assert_int_equal(b.data[len], '!');
		assert_int_equal(b.data[len + 1], 0);
		buf_printf(&b, "%d", 1);
		assert_true(b.failed);
		buf_release(&b);
	}
}

static void big_endian(void **state)
{
	(void)state;
	static const uint8_t want[] = {0xfc, 0xfd, 0xfe, 0xff, 0, 1, 2, 3, 4, 5, 6, 0x87};
	struct buf b;
	buf_init(&b, 64);
	buf_put_be32(&b, 0xfcfdfeff);
	buf_put_be64(&b, 0x0001020304050687);
	assert_int_equal(b.len, sizeof(want));
	assert_memory_equal(b.data, want, sizeof(want));
	buf_release(&b);
}

static void a_reservation_may_be_filled_in_part(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 100);
	uint8_t *room = buf_reserve(&b, 10);
	assert_non_null(room);
	memset(room, 'z', 10);
	b.len += 4;
	assert_string_equal(buf_text(&b), "zzzz");
	buf_release(&b);
}

static void lent_memory_never_grows(void **state)
{
	(void)state;
	uint8_t memory[9];
	struct buf b = {.data = memory, .cap = sizeof(memory), .bytes_max = sizeof(memory) - 1};
	buf_puts(&b, "12345678");
	assert_ptr_equal(b.data, memory);
	assert_false(b.failed);
	buf_putc(&b, '9');
	assert_true(b.failed);
	assert_string_equal(buf_text(&b), "12345678");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_grows_and_ends_in_nul),
	    cmocka_unit_test(the_limit_is_exact_and_failure_sticks),
	    cmocka_unit_test(impossible_sizes_fail),
	    cmocka_unit_test(without_memory_the_text_so_far_stays),
	    cmocka_unit_test(printf_of_every_length),
	    cmocka_unit_test(big_endian),
	    cmocka_unit_test(a_reservation_may_be_filled_in_part),
	    cmocka_unit_test(lent_memory_never_grows),
	};
	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
