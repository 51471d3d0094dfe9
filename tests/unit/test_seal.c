// SPDX-License-Identifier: Apache-2.0
//
// Shows: what is sealed opens in its own context only, the layout is the documented one, any
// changed bit is found, and rotated keys still open what they sealed.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/seal.h"
#include "hex.h"

// Made by another implementation (Node's crypto): key 00 01 … 1f, nonce 40 41 … 4b.
#define KNOWN                                                                                      \
	"019f8d108938fb2594404142434445464748494a4b84d8c0634344e66ebda87218f80b7e6eb88b32364fe91f" \
	"e5723baba59cf3ef"

static char dir[] = "/tmp/roadshow-seal-XXXXXX";
static struct buf out;
static struct buf error;

static struct seal_ring *ring_of_count(void)
{
	uint8_t key[SEAL_KEY_LEN];

	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)i;
	return seal_ring_of(key);
}

static struct span span_of_buf(const struct buf *b)
{
	return (struct span){buf_text(b), b->len};
}

static void test_known_answer(void **state)
{
	struct seal_ring *r = ring_of_count();
	uint8_t sealed[80];
	struct span s = {(const char *)sealed, hex_bytes(KNOWN, sealed, sizeof(sealed))};

	(void)state;
	buf_clear(&out);
	assert_int_equal(seal_open(&out, r, span_of("row 7"), s), SEAL_OK);
	assert_string_equal(buf_text(&out), "fan@example.com");
	seal_ring_release(r);
}

static void test_round_trip(void **state)
{
	static const char *const texts[] = {"", "x", "fan@example.com, +49 30 123456"};
	struct seal_ring *r = ring_of_count();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct buf sealed;
		struct buf again;

		buf_init(&sealed, 256);
		buf_init(&again, 256);
		seal_put(&sealed, r, span_of("c"), span_of(texts[i]));
		seal_put(&again, r, span_of("c"), span_of(texts[i]));
		assert_int_equal(sealed.len, strlen(texts[i]) + SEAL_OVERHEAD);
		assert_memory_not_equal(sealed.data, again.data, sealed.len); // a new nonce
		buf_clear(&out);
		buf_puts(&out, "before ");
		assert_int_equal(seal_open(&out, r, span_of("c"), span_of_buf(&sealed)), SEAL_OK);
		assert_string_equal(buf_text(&out) + 7, texts[i]);
		buf_release(&sealed);
		buf_release(&again);
	}
	seal_ring_release(r);
}

static void test_changes_are_found(void **state)
{
	struct seal_ring *r = ring_of_count();
	uint8_t sealed[80];
	struct span s = {(const char *)sealed, hex_bytes(KNOWN, sealed, sizeof(sealed))};

	(void)state;
	buf_clear(&out);
	for (size_t i = 0; i < s.len; i++) {
		enum seal_result expected = i == 0  ? SEAL_MALFORMED
					    : i < 9 ? SEAL_UNKNOWN_KEY
						    : SEAL_FORGED;

		sealed[i] ^= 0x20;
		assert_int_equal(seal_open(&out, r, span_of("row 7"), s), expected);
		sealed[i] ^= 0x20;
	}
	assert_int_equal(seal_open(&out, r, span_of("row 8"), s), SEAL_FORGED);
	assert_int_equal(seal_open(&out, r, span_of(""), s), SEAL_FORGED);
	s.len--;
	assert_int_equal(seal_open(&out, r, span_of("row 7"), s), SEAL_FORGED);
	s.len = SEAL_OVERHEAD - 1;
	assert_int_equal(seal_open(&out, r, span_of("row 7"), s), SEAL_MALFORMED);
	s.len = 0;
	assert_int_equal(seal_open(&out, r, span_of("row 7"), s), SEAL_MALFORMED);
	assert_int_equal(out.len, 0);
	seal_ring_release(r);
}

static void path_of(char *path, size_t size, const char *name)
{
	snprintf(path, size, "%s/%s", dir, name);
}

static struct seal_ring *load(void)
{
	buf_clear(&error);
	return seal_ring_load(dir, "contact", &error);
}

static void test_rotation(void **state)
{
	struct seal_ring *r = NULL;
	struct buf sealed;
	char first[128];
	char first_old[128];
	char second[128];

	(void)state;
	path_of(first, sizeof(first), "contact-1.key");
	path_of(first_old, sizeof(first_old), "contact-1.old.key");
	path_of(second, sizeof(second), "contact-2.key");
	assert_true(seal_key_create(first, &error));
	assert_false(seal_key_create(first, &error));
	r = load();
	assert_non_null(r);
	buf_init(&sealed, 256);
	seal_put(&sealed, r, span_of("c"), span_of("text"));
	seal_ring_release(r);

	assert_int_equal(rename(first, first_old), 0);
	assert_null(load()); // no active key
	assert_true(seal_key_create(second, &error));
	r = load();
	assert_non_null(r);
	buf_clear(&out);
	assert_int_equal(seal_open(&out, r, span_of("c"), span_of_buf(&sealed)), SEAL_OK);
	assert_string_equal(buf_text(&out), "text");
	seal_ring_release(r);

	assert_int_equal(unlink(first_old), 0);
	r = load();
	assert_int_equal(seal_open(&out, r, span_of("c"), span_of_buf(&sealed)), SEAL_UNKNOWN_KEY);
	seal_ring_release(r);
	assert_int_equal(chmod(second, 0644), 0);
	assert_null(load());
	assert_non_null(strstr(buf_text(&error), "others"));
	assert_int_equal(truncate(second, 63), 0);
	assert_null(load());
	assert_non_null(strstr(buf_text(&error), "hex digits"));
	assert_int_equal(unlink(second), 0);
	buf_release(&sealed);
}

static int make_dir(void **state)
{
	(void)state;
	buf_init(&out, 4096);
	buf_init(&error, 1024);
	return mkdtemp(dir) == NULL;
}

static int remove_dir(void **state)
{
	(void)state;
	buf_release(&out);
	buf_release(&error);
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_known_answer),
	    cmocka_unit_test(test_round_trip),
	    cmocka_unit_test(test_changes_are_found),
	    cmocka_unit_test(test_rotation),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
