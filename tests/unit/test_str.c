// SPDX-License-Identifier: Apache-2.0
//
// Text functions against tables: the vectors of RFC 4648, every non-canonical base64 ending,
// the edges of int64, UTF-8 compared with a slow decoder over every code point and every sequence
// of up to three bytes, JSON escapes, percent-encoding.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.c"

static void spans(void **state)
{
	(void)state;
	assert_true(span_eq(span_of("abc"), "abc"));
	assert_false(span_eq(span_of("abc"), "ab"));
	assert_false(span_eq(span_of("ab"), "abc"));
	assert_true(span_eq((struct span){NULL, 0}, ""));
	assert_true(span_eq(span_of(NULL), ""));
	assert_true(span_starts(span_of("Bearer x"), "Bearer "));
	assert_false(span_starts(span_of("Bear"), "Bearer "));
	assert_true(span_starts((struct span){NULL, 0}, ""));
	assert_false(span_starts((struct span){NULL, 0}, "a"));
}

static void base64_vectors_of_rfc_4648(void **state)
{
	(void)state;
	static const struct {
		const char *bytes, *padded, *bare;
	} cases[] = {
	    {"", "", ""},
	    {"f", "Zg==", "Zg"},
	    {"fo", "Zm8=", "Zm8"},
	    {"foo", "Zm9v", "Zm9v"},
	    {"foob", "Zm9vYg==", "Zm9vYg"},
	    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
	    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
	    {"\xfb\xff\xfe", "+//+", "-__-"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf b;
		uint8_t out[8];
		size_t len = 99, bytes = strlen(cases[i].bytes);
		buf_init(&b, 100);
		str_base64(&b, cases[i].bytes, bytes);
		assert_string_equal(buf_text(&b), cases[i].padded);
		buf_clear(&b);
		str_base64url(&b, cases[i].bytes, bytes);
		assert_string_equal(buf_text(&b), cases[i].bare);
		assert_true(str_base64_decode(span_of(cases[i].padded), out, sizeof(out), &len));
		assert_int_equal(len, bytes);
		assert_memory_equal(out, cases[i].bytes, bytes);
		assert_true(str_base64url_decode(span_of(cases[i].bare), out, bytes, &len));
		assert_int_equal(len, bytes);
		assert_memory_equal(out, cases[i].bytes, bytes);
		if (bytes > 0)
			assert_false(
			    str_base64url_decode(span_of(cases[i].bare), out, bytes - 1, &len));
		buf_release(&b);
	}
}

static void base64_refuses(void **state)
{
	(void)state;
	static const struct {
		bool url;
		const char *text;
	} cases[] = {
	    {false, "Zg"},
	    {false, "Zg="},
	    {false, "Zg==="},
	    {false, "Z==="},
	    {false, "===="},
	    {false, "="},
	    {false, "Zm9v===="},
	    {false, "Zh=="},
	    {false, "Zm9="},
	    {false, "Zm8=\n"},
	    {false, " Zm8="},
	    {false, "Zm 8"},
	    {false, "Z=8="},
	    {false, "-__-"},
	    {false, "Zg==Zg=="},
	    {true, "Zg=="},
	    {true, "Z"},
	    {true, "Zm9vY"},
	    {true, "Zh"},
	    {true, "Zm9"},
	    {true, "+//+"},
	    {true, "Zm8="},
	    {true, "Zm\n8"},
	    {true, "Zm8\xc3"},
	    {true, "Zg\x80\x80"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint8_t out[16];
		size_t len;
		struct span in = span_of(cases[i].text);
		if (cases[i].url ? str_base64url_decode(in, out, sizeof(out), &len)
				 : str_base64_decode(in, out, sizeof(out), &len))
			fail_msg("accepted \"%s\"", cases[i].text);
	}
	uint8_t out[4];
	size_t len;
	assert_false(str_base64url_decode((struct span){"Zg\0", 3}, out, sizeof(out), &len));
}

// Of all texts of two and three characters exactly those decode that some bytes encode to.
static void base64_is_canonical(void **state)
{
	(void)state;
	unsigned accepted[4] = {0};
	for (unsigned i = 0; i < 64 * 64 * 64; i++) {
		char text[3] = {BASE64URL[i & 63], BASE64URL[i >> 6 & 63], BASE64URL[i >> 12]};
		uint8_t out[2];
		size_t len;
		if (i < 64 * 64 && str_base64url_decode((struct span){text, 2}, out, 2, &len))
			accepted[2]++;
		if (str_base64url_decode((struct span){text, 3}, out, 2, &len))
			accepted[3]++;
	}
	assert_int_equal(accepted[2], 256);
	assert_int_equal(accepted[3], 65536);
}

static void hex(void **state)
{
	(void)state;
	static const uint8_t bytes[] = {0x00, 0x9f, 0xA0, 0xff};
	uint8_t out[4];
	struct buf b;
	buf_init(&b, 100);
	str_hex(&b, bytes, sizeof(bytes));
	assert_string_equal(buf_text(&b), "009fa0ff");
	assert_true(str_hex_decode(span_of("009Fa0fF"), out, 4));
	assert_memory_equal(out, bytes, 4);
	assert_true(str_hex_decode(span_of(""), out, 0));
	static const char *const bad[] = {"", "009fa0f", "009fa0", "009fa0ff00", "009fa0fg",
	    "009fa0f ", "0x9fa0ff", "+09fa0ff", "009fa0f/", "009fa0f:", "009fa0f@", "009fa0f`"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(str_hex_decode(span_of(bad[i]), out, 4));
	buf_release(&b);
	buf_init(&b, 7);
	str_hex(&b, bytes, 4);
	assert_true(b.failed);
	assert_int_equal(b.len, 0);
	buf_release(&b);
}

static void int64(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool ok;
		int64_t value;
	} cases[] = {
	    {"0", true, 0},
	    {"-0", true, 0},
	    {"7", true, 7},
	    {"-7", true, -7},
	    {"007", true, 7},
	    {"9223372036854775807", true, INT64_MAX},
	    {"-9223372036854775808", true, INT64_MIN},
	    {"9223372036854775808", false, 0},
	    {"-9223372036854775809", false, 0},
	    {"9223372036854775810", false, 0},
	    {"99999999999999999999", false, 0},
	    {"00000000000000000000000000000000001", true, 1},
	    {"", false, 0},
	    {"-", false, 0},
	    {"+1", false, 0},
	    {"--1", false, 0},
	    {"1 ", false, 0},
	    {" 1", false, 0},
	    {"1.0", false, 0},
	    {"1e3", false, 0},
	    {"0x10", false, 0},
	    {"1-", false, 0},
	    {"\xd9\xa1", false, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t v = 42;
		bool ok = str_int64(span_of(cases[i].text), &v);
		if (ok != cases[i].ok || v != (ok ? cases[i].value : 42))
			fail_msg("\"%s\": %d, %lld", cases[i].text, ok, (long long)v);
	}
	int64_t v;
	assert_false(str_int64((struct span){"1\0", 2}, &v));
}

// A decoder that is slow and plainly right: decode by the leading bits, then refuse what is
// overlong, a surrogate, or out of range.
static bool slow_utf8(const uint8_t *s, size_t len)
{
	static const uint32_t least[] = {0, 1, 0x80, 0x800, 0x10000};
	for (size_t at = 0; at < len;) {
		uint8_t c = s[at];
		size_t size = c < 0x80		   ? 1
			      : (c & 0xe0) == 0xc0 ? 2
			      : (c & 0xf0) == 0xe0 ? 3
			      : (c & 0xf8) == 0xf0 ? 4
						   : 0;
		if (size == 0 || size > len - at)
			return false;
		uint32_t v = size == 1 ? c : c & (0x7fU >> size);
		for (size_t i = 1; i < size; i++) {
			if ((s[at + i] & 0xc0) != 0x80)
				return false;
			v = v << 6 | (s[at + i] & 0x3f);
		}
		if (v < least[size] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
			return false;
		at += size;
	}
	return true;
}

static void utf8_agrees_with_the_slow_decoder(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 1U << 24; i++) {
		uint8_t s[3] = {(uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
		if (str_utf8_valid(s, 3) != slow_utf8(s, 3))
			fail_msg("%02x %02x %02x", s[0], s[1], s[2]);
	}
	static const uint8_t tails[] = {0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};
	for (uint32_t i = 0; i < 16 * 10 * 10 * 10; i++) {
		uint8_t s[4] = {(uint8_t)(0xf0 + i % 16), tails[i / 16 % 10], tails[i / 160 % 10],
		    tails[i / 1600]};
		if (str_utf8_valid(s, 4) != slow_utf8(s, 4))
			fail_msg("%02x %02x %02x %02x", s[0], s[1], s[2], s[3]);
	}
}

static void utf8_edges(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t len;
		bool ok;
	} cases[] = {
	    {"", 0, true},
	    {"plain ascii of sixteen", 22, true},
	    {"\x7f", 1, true},
	    {"\0", 1, false},
	    {"1234567\0", 8, false},
	    {"12345678\0", 9, false},
	    {"\0"
	     "12345678",
		9, false},
	    {"\xc0\x80", 2, false},
	    {"\xc1\xbf", 2, false},
	    {"\xc2\x80", 2, true},
	    {"\xe0\x80\x80", 3, false},
	    {"\xe0\x9f\xbf", 3, false},
	    {"\xe0\xa0\x80", 3, true},
	    {"\xed\x9f\xbf", 3, true},
	    {"\xed\xa0\x80", 3, false},
	    {"\xed\xbf\xbf", 3, false},
	    {"\xee\x80\x80", 3, true},
	    {"\xf0\x80\x80\x80", 4, false},
	    {"\xf0\x8f\xbf\xbf", 4, false},
	    {"\xf0\x90\x80\x80", 4, true},
	    {"\xf4\x8f\xbf\xbf", 4, true},
	    {"\xf4\x90\x80\x80", 4, false},
	    {"\xf5\x80\x80\x80", 4, false},
	    {"\xf8\x88\x80\x80\x80", 5, false},
	    {"\x80", 1, false},
	    {"\xff", 1, false},
	    {"\xfe", 1, false},
	    {"\xe2\x82", 2, false},
	    {"\xf0\x9f\x98", 3, false},
	    {"1234567\xe2\x82\xac", 10, true},
	    {"1234567\xe2\x82", 9, false},
	    {"\xc3", 1, false},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (str_utf8_valid(cases[i].text, cases[i].len) != cases[i].ok)
			fail_msg("case %zu", i);
	assert_int_equal(str_utf8_char("\xe2\x82\xacx", 4), 3);
	assert_int_equal(str_utf8_char("x", 0), 0);
}

static void json_escapes(void **state)
{
	(void)state;
	static const struct {
		struct span in;
		const char *out;
	} cases[] = {
	    {{"", 0}, ""},
	    {{"plain", 5}, "plain"},
	    {{"\"\\/", 3}, "\\\"\\\\/"},
	    {{"\b\f\n\r\t", 5}, "\\b\\f\\n\\r\\t"},
	    {{"\0\x01\x1f\x7f", 4}, "\\u0000\\u0001\\u001f\x7f"},
	    {{"a\xc3\xa9z", 4}, "a\xc3\xa9z"},
	    {{"\xf0\x9f\x8e\x9f", 4}, "\xf0\x9f\x8e\x9f"},
	    {{"a\xffz", 3}, "a\\ufffdz"},
	    {{"\xed\xa0\x80", 3}, "\\ufffd\\ufffd\\ufffd"},
	    {{"cut\xe2\x82", 5}, "cut\\ufffd\\ufffd"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf b;
		buf_init(&b, 100);
		str_json_escape(&b, cases[i].in);
		assert_string_equal(buf_text(&b), cases[i].out);
		buf_release(&b);
	}
}

static void percent_decoding(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out; // NULL: refused
	} cases[] = {
	    {"", ""},
	    {"a+b", "a+b"},
	    {"a%20b", "a b"},
	    {"%2F%2f", "//"},
	    {"%25%32%35", "%25"},
	    {"%C3%A9", "\xc3\xa9"},
	    {"%41", "A"},
	    {"%", NULL},
	    {"%4", NULL},
	    {"a%4", NULL},
	    {"%zz", NULL},
	    {"%4g", NULL},
	    {"%+1", NULL},
	    {"%00", NULL},
	    {"a%00b", NULL},
	    {"%C3", NULL},
	    {"%ff", NULL},
	    {"%C0%80", NULL},
	    {"%ED%A0%80", NULL},
	    {"%%41", NULL},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf b;
		buf_init(&b, 100);
		buf_puts(&b, "q=");
		bool ok = str_percent_decode(span_of(cases[i].in), &b);
		if (ok != (cases[i].out != NULL))
			fail_msg("\"%s\"", cases[i].in);
		if (ok)
			assert_string_equal(buf_text(&b) + 2, cases[i].out);
		buf_release(&b);
	}
	struct buf small;
	buf_init(&small, 2);
	assert_false(str_percent_decode(span_of("%41%42%43"), &small));
	buf_release(&small);
}

// What could end an element or an attribute is written otherwise; all else as it is.
static void html(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 256);
	str_html(&out, span_of("<b class=\"x\">R&B's \u00fc</b>"));
	assert_string_equal(
	    buf_text(&out), "&lt;b class=&quot;x&quot;&gt;R&amp;B&#39;s \u00fc&lt;/b&gt;");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(spans),
	    cmocka_unit_test(base64_vectors_of_rfc_4648),
	    cmocka_unit_test(base64_refuses),
	    cmocka_unit_test(base64_is_canonical),
	    cmocka_unit_test(hex),
	    cmocka_unit_test(int64),
	    cmocka_unit_test(utf8_agrees_with_the_slow_decoder),
	    cmocka_unit_test(utf8_edges),
	    cmocka_unit_test(json_escapes),
	    cmocka_unit_test(html),
	    cmocka_unit_test(percent_decoding),
	};
	return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
