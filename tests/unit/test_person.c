// SPDX-License-Identifier: Apache-2.0
//
// Shows: a contact in a body becomes a person or a problem at the right pointer; what is sealed opens
// for the same person of the same creator and nobody else; the commitment is the documented one.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "auth/contact.c"
#include "auth/person.c"
#include "fake_call.h"
#include "auth/consent.c"

static struct call call;

static const struct person *person(const char *contact)
{
	char why[128];

	fake_start(&call);
	call.caller.creator.b[0] = 1;
	call.json = json_parse(&call.arena, contact, strlen(contact), why, sizeof(why));
	assert_non_null(call.json);
	return person_of(&call, call.json, "/to");
}

static int start(void **state)
{
	static const uint8_t secret[32];

	(void)state;
	contact_start(secret);
	person_start(seal_ring_of(secret));
	return 0;
}

static int finish(void **state)
{
	(void)state;
	seal_ring_release((struct seal_ring *)(uintptr_t)ring);
	return 0;
}

static void test_person(void **state)
{
	static const struct {
		const char *contact, *pointer;
	} refused[] = {
	    {"{}", "/to"},
	    {"{\"email\":\"a@x.org\",\"phone\":\"+15551234567\"}", "/to"},
	    {"{\"email\":\"nobody\"}", "/to/email"},
	    {"{\"phone\":\"12\"}", "/to/phone"},
	};
	const struct person *p = person("{\"email\":\" Ann+x@Example.org\"}");

	(void)state;
	assert_non_null(p);
	assert_string_equal(p->normalised, "email:ann@example.org");
	assert_true(span_eq(p->given, " Ann+x@Example.org"));
	fake_end(&call);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		assert_null(person(refused[i].contact));
		assert_int_equal(fake.status, 422);
		assert_string_equal(fake.pointer, refused[i].pointer);
		fake_end(&call);
	}
}

static void test_seal(void **state)
{
	const struct person *p = person("{\"phone\":\"+1 (555) 123-4567\"}");
	struct person other = *p;
	struct uuid creator = {{1}}, another = {{2}};
	struct buf sealed, text;

	(void)state;
	buf_init(&sealed, 1024);
	buf_init(&text, 1024);
	person_seal(&sealed, &creator, p);
	assert_null(memmem(sealed.data, sealed.len, "555", 3));
	assert_int_equal(
	    person_open(&text, &creator, p, (struct span){buf_text(&sealed), sealed.len}), SEAL_OK);
	assert_string_equal(buf_text(&text), "{\"phone\":\"+1 (555) 123-4567\"}");
	buf_clear(&text);
	assert_int_equal(
	    person_open(&text, &another, p, (struct span){buf_text(&sealed), sealed.len}),
	    SEAL_FORGED);
	other.buyer_key.b[0] ^= 1;
	assert_int_equal(
	    person_open(&text, &creator, &other, (struct span){buf_text(&sealed), sealed.len}),
	    SEAL_FORGED);
	assert_int_equal(text.len, 0);
	buf_release(&sealed);
	buf_release(&text);
	fake_end(&call);
}

// Python: urlsafe_b64encode(sha256(b"roadshow-contact/v1\0" + b"\7" * 32 + b"email:ann@example.org")).
static void test_commitment(void **state)
{
	const struct person *p = person("{\"email\":\"ann@example.org\"}");
	uint8_t salt[PERSON_SALT_LEN];
	char text[DIGEST_TEXT_LEN + 1];

	(void)state;
	memset(salt, 7, sizeof(salt));
	person_commit(salt, p, text);
	assert_string_equal(text, "cVcl2YXlySlzcMby3wdBLqJG_Huv3_0Eb2w8s4WhJ8U");
	fake_end(&call);
}

// A name that JSON escapes and UTF-8 of the longest kind fit.
static void test_long(void **state)
{
	char contact[4096] = "{\"email\":\"";
	const struct person *p;
	struct buf sealed;

	(void)state;
	for (int i = 0; i < 15; i++)
		strcat(contact, "\xf0\x9f\x8e\x9f");
	strcat(contact, "@");
	for (int i = 0; i < 3; i++)
		strcat(contact, "\xf0\x9f\x8e\x9f\xf0\x9f\x8e\x9f\xf0\x9f\x8e\x9f.");
	strcat(contact, "example\"}");
	p = person(contact);
	assert_non_null(p);
	buf_init(&sealed, 4096);
	person_seal(&sealed, &call.caller.creator, p);
	assert_false(sealed.failed);
	buf_release(&sealed);
	fake_end(&call);
}

static void test_consent(void **state)
{
	static const char claim[] =
	    "{\"contact\":{\"email\":\"ann@example.org\"},\"consent\":{\"marketing\":true,"
	    "\"purposes\":[\"news\"],\"retain_until\":\"2030-01-01T00:00:00Z\"}}";
	const struct person *p = person(claim), *ann;
	struct db_value v[CONSENT_COLUMNS];
	const struct json *consent;
	struct buf text;
	uint8_t salt[PERSON_SALT_LEN];
	char why[64], commitment[DIGEST_TEXT_LEN + 1];

	(void)state;
	assert_null(p); // the whole claim is no contact
	ann = person_of(&call, json_get(call.json, "contact"), "/contact");
	assert_true(consent_bind(&call, ann, v));
	buf_init(&text, 1024);
	assert_int_equal(person_open(&text, &call.caller.creator, ann, v[0].text), SEAL_OK);
	assert_string_equal(buf_text(&text), "{\"email\":\"ann@example.org\"}");
	buf_release(&text);
	consent = json_parse(&call.arena, v[1].text.ptr, v[1].text.len, why, sizeof(why));
	assert_true(json_get(consent, "marketing")->boolean);
	assert_int_equal(json_get(consent, "purposes")->count, 1);
	assert_true(span_eq(json_get_text(consent, "retain_until"), "2030-01-01T00:00:00.000000Z"));
	assert_true(str_hex_decode(json_get_text(consent, "salt"), salt, sizeof(salt)));
	person_commit(salt, ann, commitment);
	assert_true(span_eq(json_get_text(consent, "commitment"), commitment));
	fake_end(&call);
	ann = person("{\"email\":\"ann@example.org\"}");
	assert_true(consent_bind(&call, ann, v)); // no consent, nothing kept
	assert_true(v[0].is_null && v[1].is_null);
	fake_end(&call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_person),
	    cmocka_unit_test(test_seal),
	    cmocka_unit_test(test_commitment),
	    cmocka_unit_test(test_long),
	    cmocka_unit_test(test_consent),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
