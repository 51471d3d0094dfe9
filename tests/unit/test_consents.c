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
     "IngiOiJRQVBIc2lhRlAtclNyYm9TUFNqUzk5Q0FqektwcnN4Q0Nwal91WUl2U0lVIiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiJPMmlueE1uS0hMWDBINTA3OFloSkRwYjhneG1nNmxzLTY2"
     "Mjc0NHdSOVlBIn19..IWWwQX3ICtO5WYQl.T5VijlEO19p3APHVAMeuiR_Ze7Kx_H-hmz8aPPRlh"
     "gPRT_icnhbtZgiWde-TmgjoB8MLm7lnGVduO4fJZCAMBnTgpZHPWiFzcE4yaO4ayhnZkTb7RtbyL"
     "HFZqARUQnFYX8WCgSnyI8ZG7-BpfevAPPN2OUhN.lTp7uF8OMwQx_bFhk7uTow",
	NULL, NULL},
    // {"contact":{"phone":"+1 555 123 4567"},"withdrawn":true,"marketing":true}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiJZRWxGRjhKRHJmVk5HZjY0XzJiWFdpRXZQVmc2SDlrVTdSTjBOcHZGQjljIiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiJ0RDM2UEF1engtMG1VQzI1aHRNcm9SOS1fbEt1VHVZNTJr"
     "eEJlNU41U3JZIn19..Gc7jwCjhHI7cJDMY.LV5fY4fmtXMgXi3dV6xj_ERThpDkLcoGdilP6W46s"
     "sp6r9uLk9GDpWisJ_tjcrFHu0YziJFv-ukJEms5kvdH0yW3hLUadGJtOQ.sHqQXc5fT3DQDvgyfe"
     "l-HQ",
	NULL, NULL},
    // {"contact":{"email":"ann@mailinator.com"},"withdrawn":false}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiJvRV9LbW84UTBjZGhhc2dFMnJINFozOVAtSFJOZUI1QlJtcnZlcVhwMDQ4IiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiI0bEVWbHBWUlExNk5UdVNkY3FWMC1aOHRkRVBKZDdXaXEw"
     "Ul9RUWctZ0ZjIn19..8FA-9-VuVRcCUhH-.Ey68_xhK45vGLxWAwy5gszC-PLqzsTJz25LeuZWKi"
     "rD7LulmaMl5cYecyWudXOgSxrnU9GHVqIV_1Yyb.CPj3p3S0mMJovmD7E8zZoA",
	"contact_not_accepted", "/contact/email: addresses at this domain are not accepted"},
    // {"contact":{"email":"ann@mailinator.com"},"withdrawn":true}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiJ1OTNNSU5ESnpudXFHNnJ5QlBmeEhpVEFONlF4MEF6dTdMaTBZWHp5VnVjIiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiItcFB2anZhXzhLcTU3azBhOFNlRXpxeDRhQl9fVEp2NVpM"
     "SGtaM1BER2dVIn19..H-8tV8JheObeAads.OCg9tMtWu7R57zPXzk-MFlxLzBwq9lVKxBOEP30tZ"
     "LJ6ZcD-G1o4uXL-7UOWBinXRk-NNg51LID37bI.ZjvGxEGmbYvL9mvM2hajgw",
	NULL, NULL},
    // {"contact":{"email":"nobody"}}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiJleVktaHgwMWRVYjAxZllsQ2xTblBVWTNMZGhFbzhSOFluYXVESkF5eUxjIiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiJUTTM3a0ZodENpcW1lWThmM1p1czVKT0d2ZHltRjV4YnVE"
     "SEl5eHVCYmYwIn19..T2smk2EccT-RO1zJ.jyaynouEfdW749JC5FT1wMtKZ5QnrMOO-_BHC1nm."
     "pAA0HGovXki2mnnrCx_90Q",
	"malformed", "/contact/email: This is no email address."},
    // {"contact":{}}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiI5UVE4MzBVbUc3eVotTnJ6MXk0bjc2RlkxUm9oS3doSUd4MjR1d2xtZGVVIiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiJpUllEMGVYd2FMMWQ0YWUxZDY2U2k1Ul9FLXRUYnphdldZ"
     "WjhheTU3clZrIn19..VsqUvcRUstxjWc0M.pAK-mzPKOaQ7wSSavck.H9xXY-KJ7DO4wtNbOfi90"
     "w",
	"malformed", "/contact: A contact is an email or a phone number, one of them."},
    // {"marketing":true}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiJjNk1wZ0VwLUJVVnhyeTI3VkFTQURSTkt1Sk1tMlR5SmdiSGhQekR3TkE4IiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiJlZ3pFWFFkV3NXRVhVTkJNMHk1U3FGOW5ObVRENllQTnNF"
     "dmFHSlZVWGhjIn19..PqDXVT1wzsbXysZV.bmY6_GKdzm4HyDu5eGS9tth5.TgOTfqm3wE-AhPqN"
     "bFy7gA",
	"malformed", "/contact: "},
    // {"contact":{"email":"ann@example.org"},"ann@example.org":1}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiJWZGZXY3Y4V0p0R0hTdEotTTlQMGFIZjNTMm4yNndEZGM0bUplS3JWZXFRIiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiI1TDlUWl9pVnBGai15UnhWV3huNzJ5ekMwQWRXYThfNGlh"
     "Rk5FOUtna2R3In19..I0I3EW98nYniUWTz.-O8pVdTQMBBCqOpZYnBPJivm3Z-67qjphp56_D9Vc"
     "fjMkceLzYUkTWwCa8ZMclmgezFMi7y8273OasY.8oy8i_83Zwlu2yxr6tpRyQ",
	"malformed", "it has a member that is not known"},
    // {"contact":{"email":"ann@example.org"},"marketing":"yes"}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiI3YUpMNXZLRzNiX2ktU3EzeGZhWHUzazFrMWIyX1p4dkpidnZRLVVzTlFnIiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiI2eXdZNmVZay05SWczNzVsWW1CQUVWZmJmcDlFV3FxR0FH"
     "TzZERzdLRExVIn19..4WfjdYLSRMCzhigZ.SPEvJ5PAvXAb550JoZNMk3mHl_DMxecoJO9NEur8o"
     "FJOl-3mHf4ag69CvtGqdQRFOmAwPgQ1brj_.l8iL0isihpUot57AoJvMzg",
	"malformed", "/marketing: "},
    // {"contact":{"email":"ann@example.org"},"retain_until":"tomorrow"}
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiJmeWt3SW9Vd3g3aXlxNlp2UVlQMkZxSnhmT2VjQUhyTXMxTUVSNlJ2RGhzIiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiJBXy1GTmE5bnFScDBqVlhLQ2pZaFZxdXJfZjZKR1JxRnE5"
     "WWdlaFcxSnVBIn19..orNA2MFGFMa9dpPN.cGEpZGsiNZNywmmgKIhZcOFXaPiy6g8WQ8dR8ib2J"
     "UPwsbWkws1nBafGbZeQJ8Xxwd_lqUzTWRcTxk7QNstoz90.6boZr7RzstNKJ0DxcHO5hw",
	"malformed", "/retain_until: "},
    // ["ann@example.org"]
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiJrb0ZpUkY0UmRDNGlrOGYxMWQ5Q1NwdVYtVEJTeUxreGdyLVFJVHZNMVM0IiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiJCRmJRdUdNMFNhOVBUeTR1RzdLRWMxV0NFbEZvZGJNOF9B"
     "WGlCY2ZwN2h3In19..-DFieVkANgfWag7i.yEWHnZ22RWyY0HWbmHLiDRu_zg.iAq4C0aDVr3zcR"
     "v4kq1aYw",
	"malformed", "what is encrypted is an object"},
    // ann@example.org
    {"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InoyZ1V3OXB3IiwiZXBrIjp7"
     "IngiOiJnRVBQMGxfVWljVmRRYUhaRlZiVHIweS1wblhWWUFqWE1ZUEpiYnNqUHBFIiwiY3J2Ijoi"
     "UC0yNTYiLCJrdHkiOiJFQyIsInkiOiJfNmQyVjc0VWgxOVZncTFoQWJvemxvVUVtS1NxNTdiWkV2"
     "MVdfUzI4NEpNIn19..AWAU82CAPB-FU9al.erq3CYQB28XwbSfWc0qV.XjIQP01Nsg2WrsVgRbQE"
     "Ng",
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
	reader = (struct kind_reader){
	    .consents = keyring_of(key_from_pem(span_of(pem), &error)), .creator = {{7}}};
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
	assert_true(span_eq(json_get_text(f, "retain_until"), "2027-01-01T00:00:00Z"));
	assert_null(memmem(out.data, out.len, "xample", 6));
	buf_release(&text);
}

static void test_withdrawn(void **state)
{
	const char *code, *detail;
	const struct json *f = opened(told[1].jwe, &code, &detail);

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
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_sealed),
	    cmocka_unit_test(test_withdrawn),
	    cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
