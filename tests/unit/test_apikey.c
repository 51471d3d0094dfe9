// SPDX-License-Identifier: Apache-2.0
//
// Shows: API keys are made as documented and cut at fixed positions, even when the parts themselves
// hold '_' and '-'; every other shape is refused.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "crypto/apikey.h"
#include "hex.h"

#define NIL "AAAAAAAAAAAAAAAAAAAAAA"
#define U1 "AZ_________________-_w"
#define U2 "__________________8-_w"
#define SECRET "_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-8"

static struct uuid some_uuid(uint8_t fill)
{
	struct uuid u;

	memset(u.b, fill, sizeof(u.b));
	return u;
}

static void test_round_trip(void **state)
{
	static const enum apikey_role roles[] = {APIKEY_CREATOR, APIKEY_STOREFRONT, APIKEY_PARTNER};
	char text[APIKEY_LEN + 1];
	char again[APIKEY_LEN + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
		struct apikey k = {
		    .role = roles[i], .creator = some_uuid(0xff), .id = some_uuid(0xfb)};
		struct apikey back;

		apikey_make(&k, text);
		assert_int_equal(strlen(text), APIKEY_LEN);
		assert_true(apikey_parse(span_of(text), &back));
		assert_int_equal(back.role, roles[i]);
		assert_true(uuid_eq(&back.creator, &k.creator));
		assert_true(uuid_eq(&back.id, &k.id));
		apikey_make(&k, again);
		assert_string_not_equal(text, again); // the secret is new each time
		assert_memory_equal(text, again, 51);
	}
}

static const struct {
	const char *text;
	bool good;
} cases[] = {
    {"rs_c_" U1 "_" U2 "_" SECRET, true},
    {"rs_s_" U1 "_" U2 "_" SECRET, true},
    {"rs_p_" NIL "_" U2 "_" SECRET, true},
    {"rs_p_" U1 "_" U2 "_" SECRET, true},
    {"rs_o_" NIL "_" U2 "_" SECRET, true},
    {"rs_o_" U1 "_" U2 "_" SECRET, false}, // operators have no creator
    {"rs_c_" NIL "_" U2 "_" SECRET, false},
    {"rs_s_" NIL "_" U2 "_" SECRET, false},
    {"rs_x_" U1 "_" U2 "_" SECRET, false},
    {"rs-c_" U1 "_" U2 "_" SECRET, false},
    {"RS_c_" U1 "_" U2 "_" SECRET, false},
    {"rs_c-" U1 "_" U2 "_" SECRET, false},
    {"rs_c_" U1 "-" U2 "_" SECRET, false},
    {"rs_c_" U1 "_" U2 "-" SECRET, false},
    {"rs_c_" U1 "_" U2 "_" SECRET "A", false},
    {"rs_c_" U1 "_" U2 "_" SECRET " ", false},
    {" rs_c_" U1 "_" U2 "_" SECRET, false},
    {"rs_c_" U1 "_" U2 "_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-", false},	// 42
    {"rs_c_" U1 "_" U2 "_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-9", false}, // loose bits
    {"rs_c_AZ_________________-_x_" U2 "_" SECRET, false},
    {"rs_c_AZ______________ __-_w_" U2 "_" SECRET, false},
    {"rs_", false},
    {"", false},
};

static void test_shapes(void **state)
{
	struct apikey k;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (apikey_parse(span_of(cases[i].text), &k) != cases[i].good)
			fail_msg("case %zu: %s", i, cases[i].text);
	assert_false(apikey_parse((struct span){NULL, 0}, &k));
}

static void test_hash_is_of_the_whole_text(void **state)
{
	const char *text = "rs_c_" U1 "_" U2 "_" SECRET;
	struct digest d = apikey_hash(span_of(text));
	struct digest plain = digest_sha256(text, strlen(text));

	(void)state;
	assert_true(digest_equal(&d, &plain));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_round_trip),
	    cmocka_unit_test(test_shapes),
	    cmocka_unit_test(test_hash_is_of_the_whole_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
