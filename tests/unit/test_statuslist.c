// SPDX-License-Identifier: Apache-2.0
//
// Shows: the draft's vector to the byte, packing from the least significant bit at every width, that
// what the database writes is taken or refused as a whole, and a signed list that verifies.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <zlib.h>

#include "crypto/jws.h"
#include "crypto/statuslist.c"

// draft-ietf-oauth-status-list, section 4: sixteen statuses of one bit are b9 a3.
static void test_vector(void **state)
{
	static const unsigned statuses[] = {1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1};
	static const uint8_t packed[] = {0xB9, 0xA3};
	static const uint8_t zipped[] = {
	    0x78, 0xDA, 0xDB, 0xB9, 0x18, 0x00, 0x02, 0x17, 0x01, 0x5D};
	struct statuslist l;
	uint8_t bytes[64];
	struct buf out;
	size_t len;

	(void)state;
	assert_true(statuslist_init(&l, 1, ARRAY_LEN(statuses)));
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
		statuslist_set(&l, i, statuses[i]);
	assert_int_equal(l.packed.len, sizeof(packed));
	assert_memory_equal(l.packed.data, packed, sizeof(packed));
	buf_init(&out, 100);
	statuslist_put(&out, &l);
	assert_false(out.failed);
	assert_string_equal(buf_text(&out), "eNrbuRgAAhcBXQ");
	assert_true(str_base64url_decode(span_of(buf_text(&out)), bytes, sizeof(bytes), &len));
	assert_int_equal(len, sizeof(zipped));
	assert_memory_equal(bytes, zipped, sizeof(zipped));
	buf_release(&out);
	statuslist_release(&l);
}

// The draft's example of two bits: c9 44 f9.
static void test_two_bits(void **state)
{
	static const unsigned statuses[] = {1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3};
	static const uint8_t packed[] = {0xC9, 0x44, 0xF9};
	struct statuslist l;
	struct buf out;

	(void)state;
	assert_true(statuslist_init(&l, 2, ARRAY_LEN(statuses)));
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
		statuslist_set(&l, i, statuses[i]);
	assert_memory_equal(l.packed.data, packed, sizeof(packed));
	buf_init(&out, 100);
	statuslist_put(&out, &l);
	assert_string_equal(buf_text(&out), "eNo76fITAAPfAgc");
	buf_release(&out);
	statuslist_release(&l);
}

static void test_every_width(void **state)
{
	(void)state;
	for (unsigned bits = 1; bits <= 8; bits *= 2) {
		struct statuslist l;

		assert_true(statuslist_init(&l, bits, 64));
		for (size_t i = 0; i < 64; i++)
			assert_int_equal(statuslist_get(&l, i), 0);
		for (size_t i = 0; i < 64; i++)
			statuslist_set(&l, i, (unsigned)(i * 7 + 1) & ((1u << bits) - 1));
		for (size_t i = 0; i < 64; i++)
			assert_int_equal(
			    statuslist_get(&l, i), (unsigned)(i * 7 + 1) & ((1u << bits) - 1));
		statuslist_set(&l, 9, 0);
		assert_int_equal(statuslist_get(&l, 9), 0);
		assert_int_equal(statuslist_get(&l, 8), 57u & ((1u << bits) - 1));
		statuslist_release(&l);
	}
}

static void test_entries(void **state)
{
	static const struct {
		const char *text;
		bool ok;
	} cases[] = {
	    {"", true},
	    {"0 1", true},
	    {"3 1,7 2", true},
	    {"7 1,7 0", true},
	    {"8 1", false},
	    {"-1 1", false},
	    {"3 4", false},
	    {"3 -1", false},
	    {"3", false},
	    {"3 ", false},
	    {" 1", false},
	    {"3 1,", false},
	    {",3 1", false},
	    {"3 1,,4 1", false},
	    {"3  1", false},
	    {"3 1 4", false},
	    {"99999999999999999999 1", false},
	};
	struct statuslist l;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_true(statuslist_init(&l, 2, 8));
		assert_int_equal(statuslist_take(&l, span_of(cases[i].text)), cases[i].ok);
		statuslist_release(&l);
	}
	assert_true(statuslist_init(&l, 2, 8));
	assert_true(statuslist_take(&l, span_of("3 1,7 2")));
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(statuslist_get(&l, i), i == 3 ? 1 : i == 7 ? 2 : 0);
	statuslist_release(&l);
}

static void test_signed(void **state)
{
	struct keyring *ring = keyring_of(key_generate(KEY_P256));
	struct statuslist_claims claims = {.sub = span_of("https://x.org/v1/status-lists/abc"),
	    .issued_s = 1777629600,
	    .expires_s = 1777716000,
	    .ttl_s = 60};
	const struct json *body, *list;
	struct statuslist l;
	struct arena a;
	struct buf out;

	(void)state;
	arena_init(&a, 1 << 20);
	buf_init(&out, 1 << 20);
	assert_true(statuslist_init(&l, 2, 65536));
	statuslist_set(&l, 40000, TOKEN_STATUS_SUSPENDED);
	statuslist_jwt(&out, keyring_active(ring), &l, &claims);
	assert_false(out.failed);
	assert_true(out.len < 600); // an empty list of 16 KiB is small
	assert_int_equal(
	    jws_verify(&a, (struct span){buf_text(&out), out.len}, ring, STATUSLIST_TYPE, &body),
	    JWS_OK);
	assert_int_equal(body->count, 5);
	assert_true(span_eq(json_get_text(body, "sub"), "https://x.org/v1/status-lists/abc"));
	assert_int_equal(json_get_int(body, "iat", 0), 1777629600);
	assert_int_equal(json_get_int(body, "exp", 0), 1777716000);
	assert_int_equal(json_get_int(body, "ttl", 0), 60);
	list = json_get(body, "status_list");
	assert_int_equal(json_get_int(list, "bits", 0), 2);
	assert_true(span_starts(json_get_text(list, "lst"), "eNr")); // 78 da
	statuslist_release(&l);
	buf_release(&out);
	arena_release(&a);
	keyring_release(ring);
}

// As tests/sql/status.sql: roadshow.status_list_id() must agree.
static void test_id(void **state)
{
	char id[STATUSLIST_ID_LEN + 1];
	struct uuid event;
	struct buf uri;

	(void)state;
	assert_true(uuid_parse(span_of("0190c2a0-7b1e-7c4d-8f00-0123456789ab"), &event));
	statuslist_id(&event, id);
	assert_string_equal(id, "EXQhcY3S1AI");
	buf_init(&uri, 200);
	statuslist_put_uri(&uri, span_of("https://x.org"), id);
	assert_string_equal(buf_text(&uri), "https://x.org/v1/status-lists/EXQhcY3S1AI");
	buf_release(&uri);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_vector),
	    cmocka_unit_test(test_two_bits),
	    cmocka_unit_test(test_every_width),
	    cmocka_unit_test(test_entries),
	    cmocka_unit_test(test_signed),
	    cmocka_unit_test(test_id),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
