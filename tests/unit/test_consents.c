// SPDX-License-Identifier: Apache-2.0
//
// Shows: what npm's jose encrypted becomes a person's key and a contact that is sealed for this creator, a
// withdrawal only the key; what is wrong is told with its code and never says what was encrypted.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "auth/consent.c"
#include "auth/contact.c"
#include "auth/person.c"
#include "fake_call.h"
#include "http/field.c"
#include "sync/consents.c"

// The key of test_jwe.c.
static const char pem[] = "-----BEGIN PRIVATE KEY-----\n"
			  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQguIwhP7saEM1AXIQs\n"
			  "r2uLOfFOd3hHMTpVu+uXMbwZoAKhRANCAATDEZyXNwqKTQJ7wlIW3tr46WelJeTk\n"
			  "gY/0KvzeVCIMy91lmfljEjiz4ZFdBkZSE7VX7LwClo1SQ5KHQVxGAknX\n"
			  "-----END PRIVATE KEY-----\n";

static const struct told {
	const char *jwe, *code, *detail; // that much of it
} told[] = {
    // {"contact":{"email":" Ann+x@Example.org"},"marketing":true,"purposes":["news"],"retain_until":"2027-01-01T00:00:00Z"}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiJ0VVpUaHJhVExlUXdxNFlTR0JfOHhOYlRyd0NBSFdhOXZTYnlTaUpHX3BZIiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiJCOFBCU1hHcHN5RmxuazdFeXRpUWI2QklrZEJVQjQ4UVh5"
     "a2g2eWZZZVljIn0sImFwdiI6IkNRQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ..NTDo6f5GpjOzHDGS"
     ".WSvIwJmaVBCmp78KlOkyrQ6OSAhEzPw8UiyaxrdGicq2TrFIp0rHocrL2OBCHTB3kljgtXvvpGZ"
     "FtahM_0lu3FV_8d1I8KSQsnYj3F2DHzD5ZF2ziRnDZcJXs4qzCB2ysWw3d94rzzyLPiSOuk5h6Wr"
     "GD0Q4.0CZPM_ne0rDbEft7kRPaSg",
	NULL, NULL},
    // {"contact":{"email":"ann@example.org"},"retain_until":"2027-01-01T00:00:00.5+16:00"}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiJJdkN0NDc0bVlZYS13T0wzLTBzSzI2dUJEY0Rkd0JHWkVNbVJyc09SWGtrIiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiJObGRqdGo5WXBYeVNtMUZnWXUwUVplbjkxaWtvcl9ZRXJx"
     "Y2dGYXAxVUNvIn0sImFwdiI6IkNRQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ..oxNuOY_Kf4Qci9Js"
     ".MrbWHrnc_BXjlcrkNhbvspn6HTjYoJpgeWqC9lp-RD0yVQMkEL-HWhmDWdt4ZzGcESd-XD5nYZl"
     "8mhJMPtYNJPHOReWeYNJYSKcFOzS882D31kfn.b_PkifC-RM4gNiWpV1cu4Q",
	NULL, NULL},
    // {"contact":{"phone":"+1 555 123 4567"},"withdrawn":true,"marketing":true}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiJtbnQxazdzVFM0ZmhwckZzUEhQWHo4SDZ1R2NiRGZJd3llbzJfanZZY25RIiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiJKNFZPeVFlZEdvU2pZdmpRbjREMVFlY2VIT3FQRFZkQzVa"
     "emJEcV95VTRZIn0sImFwdiI6IkNRQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ..SvTArF46gKp8FKO0"
     ".Jj5h240BghUkX4kuNXKNPcFKxvsCtbnOYs0Z2GISuYIcmc6wNLlTfIqxeVdeVdqLQnZ8LRkaTII"
     "hWC4iQ-Sn9aK8sTTeMzjk4w.-kRAWBDKcYelVvsAG6jVsQ",
	NULL, NULL},
    // {"contact":{"email":"ann@mailinator.com"},"withdrawn":false}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiJELW1Pd0x4MVVlLUwzbnRyU1FZQW85R2ZZRnZYcTNTMmVSa1Z3SGZBLWpVIiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiI0VnhVSHhINWZKek41WldMbFVBak54U3NCaTl4Q3NoXzl5"
     "Rjl2bTZpRWtJIn0sImFwdiI6IkNRQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ..LnTCN-VdoMBOkLqa"
     ".xdJAsoH4W05BUzk-SRKmcV6m60EV-6t_uZvYGxDw7XrhLLb3S2xtbdYhsz0Y1RgDJoIesxosGzS"
     "bE4b4.zodgesA5I1lwAnVlO9XCyg",
	"contact_not_accepted", "/contact/email: addresses at this domain are not accepted"},
    // {"contact":{"email":"ann@mailinator.com"},"withdrawn":true}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiJqWUhBd1l2aTlLVi11OHZUd1ZCSEs2OUZjRWhjaTJYNHJsV1llbUgxd0M4IiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiI2bm5BRVdUWmt0STJ2S2hkeWhWVUFGcU9MVDI2dDVNcUdz"
     "b3FXR3BCSllrIn0sImFwdiI6IkNRQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ..ws9T7JoVyLLTWrCX"
     ".3R3fYYoOv2MRxKIbd6cH4Cek7Zuh3uNCcu3IiEMi-_Bv3KuAHExaJ50OBGnsv5nM5KwLMhgzVHP"
     "8690.nMwbVN9ERTloceSdaWfJbA",
	NULL, NULL},
    // {"contact":{"email":"nobody"}}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiJXSjZNREJrTGtRRFRpb0o4aFNMMWNZZkVIYlNCM2pSZG1JY0ZKcVd0SzdzIiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiJtUkx3MTRrUHZaS3ZONWJqbEtoOU9xSTdOWGt0Rzh4eVBN"
     "XzZveWFIbHAwIn0sImFwdiI6IkNRQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ..lQjtmnsklcfQ3AB4"
     ".MXdgORdPbXlmWI0QWiG8hlkevLj9cW_oakmuJZim.5NcbsoDIVnORSgd5SntlXg",
	"malformed", "/contact/email: This is no email address."},
    // {"contact":{}}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiI3THh1bFNCTm94ajZRUUx5MFdSUThBdFlVWWNWeVpsYWtFQkxRanl3OWc4IiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiJPajlETHdWNmFqM1hoZ2g2MjdIV09ZRjUwMnRibXdVR21H"
     "X0ptaEo4clBBIn0sImFwdiI6IkNRQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ..qqlfc-Qe2FeynsEj"
     ".33Rh1F6p00uQqfEXA-w.iQEPVd-XyyYTrPVZrlUDcw",
	"malformed", "/contact: A contact is an email or a phone number, one of them."},
    // {"marketing":true}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiIyblJkNFlLSXROQTNHemxCdlI1MVlBYzYydTJrd2FTOUkwQlhyVV84UnprIiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiJvVVRBZ05GSk5faFBBWWYxQkl1OWFCd0pWN080Z3Q0a2Fy"
     "a0NQNmsxNlhBIn0sImFwdiI6IkNRQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ..dgHvyY02V5IoiVGh"
     ".aPcnWeKpXuTkxO_L39GCQ3aU.QUt4ldL5TJDfkCBfVZURDw",
	"malformed", "/contact: "},
    // {"contact":{"email":"ann@example.org"},"ann@example.org":1}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiJVS1dTMEd0SmNMeXI3S1YtQUVVdlVzVVAyem1LRUNoUmR4Z1dEVDhtLXZjIiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiJFb2JyamszY1drWFlyTnNKY1BGS0U0R2V1eDREdGVkX3p2"
     "Q3dIdXl1cTZFIn0sImFwdiI6IkNRQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ..RA0Oi_-8tiUtyIE8"
     ".vEub2REeMR7Ihye0WqwSxMHUrPeQzYuQtcP9iu_EflJtm_0AV6fEG-4oSzK4o60N_GRsZqLBMqt"
     "SIFw.wb3rq17LCCfcqI-aVynLkw",
	"malformed", "it has a member that is not known"},
    // {"contact":{"email":"ann@example.org"},"marketing":"yes"}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiJRX04xeGluMnlPSjNfVzE4QUVndU1NQ1ZHX0VZbWVZczFtT1FiTi1Ic2hBIiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiJNMEZCYU1naklrNVpoRzRSa1lFdUVuOXpPRzV1Rmt1bV8z"
     "a0tKRXdnTFQwIn0sImFwdiI6IkNRQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ..85rIa6uLlxnB7izB"
     ".AQEMT1IaaTurssYwhCJKdgiWKSyDSKdt1ulMo6lTbdywihvrbDYmw4X8kK4MP_sMYMKUqq_mFPf"
     "X.kF-Dm-VIDXuJXXuAW1MywA",
	"malformed", "/marketing: "},
    // {"contact":{"email":"ann@example.org"},"retain_until":"tomorrow"}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiIwMTliWlV6WUJ1X29Rd090QWg5b3hCaEFaSlpfMzdQYW1uaUJLNkVKTlo4IiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiI1M0hDVi15cmFqNTNLT29tTEJGc2NCellQOEhWV0xTLVY5"
     "YV85VURvS2prIn0sImFwdiI6IkNRQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ..0EAyI2qr-A6Z67-B"
     ".wYh_l0y-flIEa5pjHador73FAJajGpZk6IoA2-2oAia5t6a3xAyLtTFqI_hEaOaThP4SzmX_QZT"
     "dEFR75uW7q6A.T0BpL7XeI8RJ2hJAeHpyow",
	"malformed", "/retain_until: "},
    // ["ann@example.org"]
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiIwY1drU1lBb2Z6bWZwX0ducUo0WnNDc0VjU2RHei1DQ0hxUDVHTmwtbUgwIiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiJ5ZG9IWVNFTktXMzhwRWxKa2RSb0RELUJzTlNnSmw1aGhh"
     "bjRtNDNCY1g0In0sImFwdiI6IkNRQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ..xzrN7dOBuYTLPY63"
     ".F0YdQLF5K_FUF8ofq0dTlWJhTw.gxGn1LTLuLoFS9TXHCHZhA",
	"malformed", "what is encrypted is an object"},
    // ann@example.org
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiJpMWJud3R5T1BMc3ROSlFsY1VxMEJxSVZlaThZcmRKZHk3aWFYNkhBZTF3IiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiJvZW8xeXdqM29neHdCNlY2Wkw1eFQ4Z1hVOHpVRVJjY3Bx"
     "Z2FyMkZfTURRIn0sImFwdiI6IkNRQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ..IztxSgwkw4c6euAt"
     ".P3FPDehdDHEcLfcfwjt3.8hwwaOlYiJvYd95kjvCquw",
	"malformed", "what is encrypted is not JSON"},
};

static struct kind_reader reader;
static struct call call; // what person.c and consent.c of claims answer with; nothing here does
static struct arena arena;
static struct buf out;

static int setup(void **state)
{
	static const uint8_t secret[32] = {1};
	char path[] = "/tmp/disposable-XXXXXX";
	int fd = mkstemp(path);
	struct buf error;

	(void)state;
	crypto_init();
	fake_start(&call);
	buf_init(&error, 256);
	buf_init(&out, 1 << 16);
	contact_start(secret);
	person_start(seal_ring_of(secret));
	assert_true(fd >= 0 && write(fd, "mailinator.com\n", 15) == 15 && close(fd) == 0);
	assert_true(contact_load_disposable(path, &error));
	unlink(path);
	reader = (struct kind_reader){.consents = keyring_of(key_from_pem(span_of(pem), &error)),
	    .creator = {{7}},
	    .device = {{9}}};
	buf_release(&error);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	buf_release(&out);
	keyring_release((struct keyring *)(uintptr_t)reader.consents);
	seal_ring_release((struct seal_ring *)(uintptr_t)ring);
	forget_domains();
	assert_int_equal(fake.status, 0);
	fake_end(&call);
	return 0;
}

// What is written for the text, as a tree; NULL when it is refused. Lives until the next one.
static const struct json *opened(const char *jwe, const char **code, const char **detail)
{
	struct json_out w;
	char why[160];

	arena_release(&arena);
	arena_init(&arena, 1 << 20);
	buf_clear(&out);
	w = json_to(&out);
	json_open(&w, '{');
	*detail = consents_open(&reader, span_of(jwe), &arena, &w, code);
	json_close(&w, '}');
	return *detail == NULL ? json_parse(&arena, out.data, out.len, why, sizeof(why)) : NULL;
}

static void test_cases(void **state)
{
	const char *code = NULL, *detail;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(told); i++) {
		const struct json *f = opened(told[i].jwe, &code, &detail);

		if (told[i].code == NULL) {
			if (f == NULL)
				fail_msg("%zu: %s", i, detail);
			continue;
		}
		assert_null(f);
		assert_string_equal(code, told[i].code);
		if (strncmp(detail, told[i].detail, strlen(told[i].detail)) != 0)
			fail_msg("%zu: %s", i, detail);
		assert_null(strstr(detail, "ann"));
	}
}

static void test_sealed(void **state)
{
	static const struct uuid other = {{8}};
	const char *code, *detail;
	const struct json *f = opened(told[0].jwe, &code, &detail);
	struct person ann = {.kind = CONTACT_EMAIL, .normalised = "email:ann@example.org"};
	struct span hex = json_get_text(f, "sealed");
	uint8_t sealed[256], buyer[DIGEST_LEN], salt[PERSON_SALT_LEN];
	struct span bytes = {(const char *)sealed, hex.len / 2};
	char commitment[DIGEST_TEXT_LEN + 1];
	struct buf text;

	(void)state;
	buf_init(&text, 1024);
	ann.buyer_key = contact_buyer_key(&reader.creator, ann.normalised);
	assert_true(str_hex_decode(json_get_text(f, "buyer"), buyer, sizeof(buyer)));
	assert_memory_equal(buyer, ann.buyer_key.b, DIGEST_LEN);
	assert_true(hex.len / 2 < sizeof(sealed) && str_hex_decode(hex, sealed, hex.len / 2));
	assert_int_equal(person_open(&text, &reader.creator, &ann, bytes), SEAL_OK);
	assert_string_equal(buf_text(&text), "{\"email\":\" Ann+x@Example.org\"}");
	assert_int_equal(person_open(&text, &other, &ann, bytes), SEAL_FORGED);
	assert_true(str_hex_decode(json_get_text(f, "salt"), salt, sizeof(salt)));
	person_commit(salt, &ann, commitment);
	assert_true(span_eq(json_get_text(f, "commitment"), commitment));
	assert_true(json_get(f, "marketing")->boolean);
	assert_false(json_get(f, "withdrawn")->boolean);
	assert_int_equal(json_get(f, "purposes")->count, 1);
	assert_true(span_eq(json_get_text(f, "retain_until"), "2027-01-01T00:00:00.000000Z"));
	assert_null(memmem(out.data, out.len, "xample", 6));
	buf_release(&text);
}

// PostgreSQL refuses offsets of 16 hours and more, which are legal.
static void test_date(void **state)
{
	const char *code, *detail;
	const struct json *f = opened(told[1].jwe, &code, &detail);

	(void)state;
	assert_true(span_eq(json_get_text(f, "retain_until"), "2026-12-31T08:00:00.500000Z"));
}

static void test_withdrawn(void **state)
{
	const char *code, *detail;
	const struct json *f = opened(told[2].jwe, &code, &detail);

	(void)state;
	assert_true(json_get(f, "withdrawn")->boolean);
	assert_int_equal(f->count, 2); // nothing but whose it is
	assert_int_equal(json_get_text(f, "buyer").len, 64);
}

static void test_keys(void **state)
{
	struct kind_reader mine = reader;
	const char *code, *detail;

	(void)state;
	reader.consents = keyring_of(key_generate(KEY_P256));
	assert_null(opened(told[0].jwe, &code, &detail));
	assert_string_equal(code, "consent_key_unknown");
	assert_null(opened("e30.x", &code, &detail));
	assert_string_equal(code, "undecryptable");
	assert_null(opened("", &code, &detail));
	assert_string_equal(code, "undecryptable");
	keyring_release((struct keyring *)(uintptr_t)reader.consents);
	reader = mine;
	reader.device = (struct uuid){{10}}; // another one tells what it read
	assert_null(opened(told[0].jwe, &code, &detail));
	assert_string_equal(code, "undecryptable");
	reader = mine;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_sealed),
	    cmocka_unit_test(test_date),
	    cmocka_unit_test(test_withdrawn),
	    cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
