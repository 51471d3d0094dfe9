// SPDX-License-Identifier: Apache-2.0
//
// The arena: alignment, zeroed memory, the limit to the byte, blocks of their own for what is
// large, and that everything comes back (AddressSanitizer watches the release).
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.c"

static void objects_are_aligned_zeroed_and_apart(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, 1 << 20);
	uint8_t *before = NULL;
	for (size_t bytes = 0; bytes < 700; bytes++) {
		uint8_t *p = arena_alloc(&a, bytes);
		assert_non_null(p);
		assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
		for (size_t i = 0; i < bytes; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xa5, bytes);
		assert_ptr_not_equal(p, before);
		before = p;
	}
	arena_release(&a);
	assert_null(a.head);
	assert_int_equal(a.used_bytes, 0);
}

static void the_limit_is_exact(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, 64);
	assert_null(arena_alloc(&a, 65));
	assert_non_null(arena_alloc(&a, 48));
	assert_null(arena_alloc(&a, 17));
	assert_non_null(arena_alloc(&a, 1));
	assert_int_equal(a.used_bytes, 64);
	assert_null(arena_alloc(&a, 0));
	assert_null(arena_strndup(&a, "", 0));
	arena_release(&a);
	assert_non_null(arena_alloc(&a, 64));
	arena_release(&a);
}

static void sizes_near_overflow_are_refused(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, SIZE_MAX);
	assert_null(arena_alloc(&a, SIZE_MAX));
	assert_null(arena_alloc(&a, SIZE_MAX - 14));
	assert_null(arena_strndup(&a, "", SIZE_MAX));
	assert_int_equal(a.used_bytes, 0);
	arena_release(&a);
}

static void a_large_object_does_not_waste_the_newest_block(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, 1 << 24);
	uint8_t *first = arena_alloc(&a, 16);
	struct arena_block *head = a.head;
	uint8_t *large = arena_alloc(&a, 1 << 20);
	assert_non_null(large);
	large[(1 << 20) - 1] = 1;
	assert_ptr_equal(a.head, head);
	assert_ptr_equal(arena_alloc(&a, 16), first + 16);
	arena_release(&a);
	assert_non_null(arena_alloc(&a, 1 << 20));
	assert_non_null(arena_alloc(&a, 1));
	arena_release(&a);
}

static void copies_end_in_nul(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, 1024);
	assert_string_equal(arena_strndup(&a, "roadshow", 4), "road");
	assert_string_equal(arena_strndup(&a, NULL, 0), "");
	assert_memory_equal(arena_strndup(&a, "a\0b", 3), "a\0b", 4);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(objects_are_aligned_zeroed_and_apart),
	    cmocka_unit_test(the_limit_is_exact),
	    cmocka_unit_test(sizes_near_overflow_are_refused),
	    cmocka_unit_test(a_large_object_does_not_waste_the_newest_block),
	    cmocka_unit_test(copies_end_in_nul),
	};
	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
