// SPDX-License-Identifier: Apache-2.0
//
// Shows: one person's contact comes to one form however it is written, what is no contact is
// refused, and the buyer key is the documented one, different for every creator.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "auth/contact.c"

#define X62 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X63 X62 "x"
#define X64 X63 "x"

static const struct {
	enum contact_kind kind;
	const char *text;
	const char *normalised; // NULL: refused
} cases[] = {
    {CONTACT_EMAIL, "ann@example.org", "email:ann@example.org"},
    {CONTACT_EMAIL, " \t\r\nAnn@Example.ORG\n", "email:ann@example.org"},
    {CONTACT_EMAIL, "ann+drop@example.org", "email:ann@example.org"},
    {CONTACT_EMAIL, "ann+a+b@example.org", "email:ann@example.org"},
    {CONTACT_EMAIL, "a.n.n@example.org", "email:a.n.n@example.org"},
    {CONTACT_EMAIL, "A.n.n+x@gmail.com", "email:ann@gmail.com"},
    {CONTACT_EMAIL, "a.nn@GoogleMail.com", "email:ann@gmail.com"},
    {CONTACT_EMAIL, "a.nn@gmail.com.example", "email:a.nn@gmail.com.example"},
    {CONTACT_EMAIL, "!#$%&'*-/=?^_`{|}~@x.y", "email:!#$%&'*-/=?^_`{|}~@x.y"},
    {CONTACT_EMAIL,
	"J\xc3\x84RG@b\xc3\xbc"
	"cher.example",
	"email:j\xc3\x84rg@b\xc3\xbc"
	"cher.example"},
    {CONTACT_EMAIL, "a@xn--bcher-kva.example", "email:a@xn--bcher-kva.example"},
    {CONTACT_EMAIL, "1@2.example", "email:1@2.example"},
    {CONTACT_EMAIL, X64 "@example.org", "email:" X64 "@example.org"},
    {CONTACT_EMAIL, X64 "x@example.org", NULL},
    {CONTACT_EMAIL, "a@" X63 ".org", "email:a@" X63 ".org"},
    {CONTACT_EMAIL, "a@" X64 ".org", NULL},
    {CONTACT_EMAIL, X62 "@" X62 "." X62 "." X62 ".x", "email:" X62 "@" X62 "." X62 "." X62 ".x"},
    {CONTACT_EMAIL, X64 "@" X63 "." X62 "." X62 ".", NULL},
    {CONTACT_EMAIL, X64 "@" X63 "." X63 "." X62 ".xxx", NULL}, // 259 bytes
    {CONTACT_EMAIL, "", NULL},
    {CONTACT_EMAIL, "   ", NULL},
    {CONTACT_EMAIL, "ann", NULL},
    {CONTACT_EMAIL, "@example.org", NULL},
    {CONTACT_EMAIL, "ann@", NULL},
    {CONTACT_EMAIL, "a@b@c", NULL},
    {CONTACT_EMAIL, "a@b@example.org", NULL},
    {CONTACT_EMAIL, "+x@example.org", NULL},
    {CONTACT_EMAIL, "a.+x@example.org", NULL},
    {CONTACT_EMAIL, ".+x@gmail.com", NULL},
    {CONTACT_EMAIL, ".ann@example.org", NULL},
    {CONTACT_EMAIL, "ann.@example.org", NULL},
    {CONTACT_EMAIL, "a..n@example.org", NULL},
    {CONTACT_EMAIL, "a n@example.org", NULL},
    {CONTACT_EMAIL, "\"ann\"@example.org", NULL},
    {CONTACT_EMAIL, "Ann <ann@example.org>", NULL},
    {CONTACT_EMAIL, "ann@example", NULL},
    {CONTACT_EMAIL, "ann@[127.0.0.1]", NULL},
    {CONTACT_EMAIL, "ann@127.0.0.1", NULL},
    {CONTACT_EMAIL, "ann@-x.org", NULL},
    {CONTACT_EMAIL, "ann@x-.org", NULL},
    {CONTACT_EMAIL, "ann@x..org", NULL},
    {CONTACT_EMAIL, "ann@.org", NULL},
    {CONTACT_EMAIL, "ann@x.org.", NULL},
    {CONTACT_EMAIL, "ann@x_y.org", NULL},
    {CONTACT_EMAIL, "ann@\xff.org", NULL}, // no UTF-8
    {CONTACT_EMAIL, "+15551234567", NULL},
    {CONTACT_PHONE, "+15551234567", "phone:+15551234567"},
    {CONTACT_PHONE, " +1 (555) 123-4567 ", "phone:+15551234567"},
    {CONTACT_PHONE, "+12345678", "phone:+12345678"},
    {CONTACT_PHONE, "+123456789012345", "phone:+123456789012345"},
    {CONTACT_PHONE, "+1234567", NULL},
    {CONTACT_PHONE, "+1234567890123456", NULL},
    {CONTACT_PHONE, "+05551234567", NULL},
    {CONTACT_PHONE, "5551234567", NULL},
    {CONTACT_PHONE, "0015551234567", NULL},
    {CONTACT_PHONE, "++15551234567", NULL},
    {CONTACT_PHONE, "+1555x234567", NULL},
    {CONTACT_PHONE, "+1.555.123.4567", NULL},
    {CONTACT_PHONE, "+", NULL},
    {CONTACT_PHONE, "", NULL},
    {CONTACT_PHONE, "ann@example.org", NULL},
};

static void test_normalise(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char out[CONTACT_TEXT_MAX + 1];
		bool ok = contact_normalise(cases[i].kind, span_of(cases[i].text), out);

		if (ok != (cases[i].normalised != NULL) ||
		    (ok && strcmp(out, cases[i].normalised) != 0))
			fail_msg("%s: %s", cases[i].text, ok ? out : "refused");
	}
}

// A NUL in the middle ends nothing.
static void test_nul(void **state)
{
	char out[CONTACT_TEXT_MAX + 1];

	(void)state;
	assert_false(contact_normalise(CONTACT_EMAIL, (struct span){"a\0b@example.org", 15}, out));
	assert_false(contact_normalise(CONTACT_EMAIL, (struct span){"ann@x\0y.org", 11}, out));
	assert_false(contact_normalise(CONTACT_PHONE, (struct span){"+1555\0001234567", 13}, out));
}

static void test_buyer_key(void **state)
{
	static const struct uuid creator = {{1, 0x90, 0xc2, 0xa0, 0x7b, 0x1e, 0x7c, 0x4d, 0x8f, 0,
	    1, 0x23, 0x45, 0x67, 0x89, 0xab}};
	struct uuid other = creator;
	uint8_t secret[32], expected[DIGEST_LEN];
	struct digest key, theirs;

	(void)state;
	for (size_t i = 0; i < sizeof(secret); i++)
		secret[i] = (uint8_t)i;
	contact_start(secret);
	// Made by Python's hmac module.
	assert_true(str_hex_decode(
	    span_of("46a4105b4e8034e13af75a3b46b6569662c7534f50727cd297b014f69b93a4e3"), expected,
	    sizeof(expected)));
	key = contact_buyer_key(&creator, "email:ann@example.org");
	assert_memory_equal(key.b, expected, sizeof(expected));
	other.b[15] ^= 1;
	theirs = contact_buyer_key(&other, "email:ann@example.org");
	assert_memory_not_equal(key.b, theirs.b, sizeof(key.b));
	secret[0] ^= 1;
	contact_start(secret);
	theirs = contact_buyer_key(&creator, "email:ann@example.org");
	assert_memory_not_equal(key.b, theirs.b, sizeof(key.b));
}

// ---- disposable domains

static bool load(const char *text, struct buf *error)
{
	char path[] = "/tmp/roadshow-domains-XXXXXX";
	int fd = mkstemp(path);
	bool ok;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	ok = contact_load_disposable(path, error);
	unlink(path);
	return ok;
}

static void test_disposable(void **state)
{
	static const struct {
		const char *contact;
		bool listed;
	} listed[] = {
	    {"email:a@trash.example", true},
	    {"email:a@b.trash.example", true},
	    {"email:a@c.b.trash.example", true},
	    {"email:a@mytrash.example", false},
	    {"email:a@trash.example.org", false},
	    {"email:a@example", false},
	    {"email:a@zz.example", true},
	    {"email:a@aa.example", true},
	    {"email:trash.example@x.org", false},
	    {"phone:+15551234567", false},
	};
	struct buf error;

	(void)state;
	buf_init(&error, 256);
	assert_true(load(
	    "# one a line\n\n  ZZ.example  \r\ntrash.example # the worst\naa.example", &error));
	for (size_t i = 0; i < ARRAY_LEN(listed); i++)
		if (contact_is_disposable(listed[i].contact) != listed[i].listed)
			fail_msg("%s", listed[i].contact);
	assert_false(load("a.example\nno domain\n", &error));
	assert_non_null(strstr(buf_text(&error), ":2: not a domain"));
	buf_clear(&error);
	assert_false(contact_load_disposable("/nonexistent/list", &error));
	assert_non_null(strstr(buf_text(&error), "/nonexistent/list"));
	assert_true(contact_load_disposable("", &error)); // none
	assert_false(contact_is_disposable("email:a@trash.example"));
	buf_release(&error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_normalise),
	    cmocka_unit_test(test_nul),
	    cmocka_unit_test(test_buyer_key),
	    cmocka_unit_test(test_disposable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
