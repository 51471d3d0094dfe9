// SPDX-License-Identifier: Apache-2.0
//
// Shows: the lines that are asked for go, wherever and however often they stand, and nothing else changes by
// a byte; a second pass changes nothing; consents are found by what they say, and what cannot be read goes with them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "janitor/redact.c"

static struct buf out;

static struct digest hash_of(const char *line)
{
	return digest_sha256(line, strlen(line));
}

// What stands for the line: its hash by hand, so that the format is the documented one.
static const char *stand_in(const char *line)
{
	static char text[128];
	struct digest d = hash_of(line);
	struct buf b;

	buf_init(&b, 128);
	buf_puts(&b, "{\"redacted\":\"");
	str_base64url(&b, d.b, DIGEST_LEN);
	buf_puts(&b, "\"}");
	strcpy(text, buf_text(&b));
	buf_release(&b);
	return text;
}

static size_t redact(const char *text, struct redact_wanted *w)
{
	buf_release(&out);
	buf_init(&out, 1 << 16);
	return redact_lines(span_of(text), w, &out);
}

static void test_lines(void **state)
{
	struct digest two[] = {hash_of("b"), hash_of("a")};
	struct redact_wanted w = {.hashes = two, .count = 2}, none = {.count = 0};
	char expected[1024];

	(void)state;
	assert_int_equal(redact("x\n\na\r\na\n{\"b\":1}\na", &w), 2);
	strcpy(expected, "x\n\na\r\n");
	strcat(expected, stand_in("a"));
	strcat(expected, "\n{\"b\":1}\n");
	strcat(expected, stand_in("a"));
	assert_string_equal(buf_text(&out), expected);
	assert_int_equal(redact(expected, &w), 0);
	assert_string_equal(buf_text(&out), expected);
	assert_int_equal(redact("", &w), 0);
	assert_int_equal(redact("\n\n", &w), 0);
	assert_string_equal(buf_text(&out), "\n\n");
	assert_int_equal(redact("b\n", &w), 1);
	assert_int_equal(redact("b\n", &none), 0);
	assert_string_equal(buf_text(&out), "b\n");
}

static void test_consents(void **state)
{
	struct redact_wanted w = {.every_consent = true};
	static const char *const stay[] = {
	    "{\"kind\":\"note\",\"text\":\"consent\"}", "{\"redacted\":\"x\"}"};
	static const char *const go[] = {"{\"kind\":\"consent\"}", " { \"kind\" : \"consent\" }\r",
	    "{\"seq\":1,\"kind\":\"\\u0063onsent\"}",
	    // Torn, or without a kind: each may be one.
	    "consent", "{\"kind\":[\"consent\"]}", "{\"kind\":\"consent\"",
	    "[\"kind\",\"consent\"]", "{\"jwe\":\"x\"}"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(stay); i++) {
		assert_int_equal(redact(stay[i], &w), 0);
		assert_string_equal(buf_text(&out), stay[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(go); i++) {
		assert_int_equal(redact(go[i], &w), 1);
		assert_string_equal(buf_text(&out), stand_in(go[i]));
	}
}

static void test_whole_and_room(void **state)
{
	struct digest one[] = {hash_of("a")};
	struct redact_wanted w = {.hashes = one, .count = 1};

	(void)state;
	buf_clear(&out);
	redact_whole(span_of("a"), &out);
	assert_string_equal(buf_text(&out), stand_in("a"));
	buf_release(&out);
	buf_init(&out, 8);
	assert_int_equal(redact_lines(span_of("a\n"), &w, &out), 1);
	assert_true(out.failed);
}

static int setup(void **state)
{
	(void)state;
	crypto_init();
	buf_init(&out, 1 << 16);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	buf_release(&out);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_consents),
	    cmocka_unit_test(test_whole_and_room),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
