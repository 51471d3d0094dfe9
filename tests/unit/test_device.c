// SPDX-License-Identifier: Apache-2.0
//
// Signed requests of devices: what is read before the device is known, what its key decides, and
// clocks that are wrong. The request's head is a table here; the signature is made by
// crypto/httpsig.h, whose own tests hold it against the RFC and other implementations.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_call.h"

#include "auth/device.c"

#define NOW_S INT64_C(1777636800)

static struct {
	const char *name, *value;
} head[12];
static size_t head_count;

static void set_header(const char *name, const char *value)
{
	size_t i = 0;

	while (i < head_count && strcmp(head[i].name, name) != 0)
		i++;
	assert_true(i < ARRAY_LEN(head));
	head[i].name = name;
	head[i].value = value;
	head_count += i == head_count;
}

struct span call_header(const struct call *c, const char *name)
{
	(void)c;
	for (size_t i = 0; i < head_count; i++)
		if (strcmp(head[i].name, name) == 0 && head[i].value != NULL)
			return span_of(head[i].value);
	return (struct span){NULL, 0};
}

const char *router_method_name(enum method m)
{
	return m == GET ? "GET" : "POST";
}

// ---- a signed request

static struct call call;
static struct key *key;
static struct uuid creator, device;
static struct buf input, signature, digest, jwk;
static char keyid[DEVICE_KEY_ID_LEN + 1];

static struct span header_for_signing(void *arg, const char *name)
{
	(void)arg;
	return call_header(&call, name);
}

static void start(enum method method, const char *body)
{
	head_count = 0;
	fake_start(&call);
	fake.settings.public_url = "https://roadshow.example";
	call.method = method;
	call.path = span_of(method == GET ? "/v1/mirror" : "/v1/sync");
	call.query = span_of(method == GET ? "after=7" : "");
	call.body = span_of(body);
	call.started_us = NOW_S * 1000000 + 250000;
	set_header("host", "Roadshow.example:443");
	if (method == GET)
		return;
	buf_clear(&digest);
	httpsig_content_digest(&digest, call.body);
	set_header("content-digest", buf_text(&digest));
	set_header("content-type", "application/x-ndjson");
	set_header("idempotency-key", "k-1");
}

static struct httpsig_request request(void)
{
	return (struct httpsig_request){.method = router_method_name(call.method),
	    .authority = call_header(&call, "host"),
	    .https = true,
	    .path = call.path,
	    .query = call.query,
	    .body = call.body,
	    .header = header_for_signing};
}

static void sign(int64_t created_s, const char *who)
{
	struct httpsig_request req = request();
	struct httpsig_params params = {created_s, created_s + 60, "0123456789abcdef", who, NULL};

	buf_clear(&input);
	buf_clear(&signature);
	assert_true(httpsig_sign(&req, key, &params, &input, &signature));
	set_header("signature-input", buf_text(&input));
	set_header("signature", buf_text(&signature));
}

static struct db_row row_of(const char *state)
{
	struct db_row row = {{{0}}};

	row.columns[COL_STATE].text = state;
	row.columns[COL_PUBLIC_KEY].text = buf_text(&jwk);
	return row;
}

static void assert_refused(const char *code, int status)
{
	assert_string_equal(fake.code, code);
	assert_int_equal(fake.status, status);
	fake_end(&call);
}

static void test_key_ids(void **state)
{
	static const char *const wrong[] = {"", "x", "AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAA",
	    "AAAAAAAAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAA",
	    "AAAAAAAAAAAAAAAAAAAAA!.AAAAAAAAAAAAAAAAAAAAAA",
	    "AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAA"};
	struct uuid a, b;

	(void)state;
	assert_true(device_key_id_parse(span_of(keyid), &a, &b));
	assert_true(uuid_eq(&a, &creator) && uuid_eq(&b, &device));
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_false(device_key_id_parse(span_of(wrong[i]), &a, &b));
}

static void test_a_good_request(void **state)
{
	static const enum method methods[] = {GET, POST};
	struct uuid a, b;
	struct db_row row = row_of("active");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
		start(methods[i], methods[i] == GET ? "" : "{}\n");
		sign(NOW_S, keyid);
		assert_true(device_key_id(&call, &a, &b));
		assert_true(uuid_eq(&a, &creator) && uuid_eq(&b, &device));
		assert_int_equal(call.caller.role, 0); // not before the signature was checked
		assert_true(device_verify(&call, &row));
		assert_int_equal(call.caller.role, ROLE_DEVICE);
		assert_true(uuid_eq(&call.caller.creator, &creator));
		assert_true(
		    uuid_eq(&call.caller.key, &device) && uuid_eq(&call.caller.subject, &device));
		assert_true(span_eq(call.signature->nonce, "0123456789abcdef"));
		assert_true(span_starts(call.signature->base, "\"@method\": "));
		assert_int_equal(call.signature->clock_us, NOW_S * 1000000);
		assert_false(call.signature->clock_told);
		fake_end(&call);
	}
}

static void test_refusals(void **state)
{
	struct uuid a, b;
	struct db_row row = row_of("active"), none = {{{0}}}, revoked = row_of("revoked");

	(void)state;
	start(POST, "{}\n");
	assert_false(device_key_id(&call, &a, &b));
	assert_refused("signature_missing", 401);

	start(POST, "{}\n");
	sign(NOW_S, "somebody");
	assert_false(device_key_id(&call, &a, &b));
	assert_refused("unauthorized", 401);

	start(POST, "{}\n");
	sign(NOW_S, keyid);
	call.body = span_of("{ }\n");
	assert_false(device_key_id(&call, &a, &b));
	assert_refused("content_digest_mismatch", 401);

	start(POST, "{}\n");
	sign(NOW_S, keyid);
	call.query = span_of("x=1"); // signed without
	assert_true(device_key_id(&call, &a, &b));
	assert_false(device_verify(&call, &row));
	assert_refused("signature_invalid", 401);

	for (int i = 0; i < 2; i++) {
		start(GET, "");
		sign(NOW_S, keyid);
		none.columns[COL_PUBLIC_KEY].is_null =
		    true; // no such device, or it has not enrolled yet
		assert_true(device_key_id(&call, &a, &b));
		assert_false(device_verify(&call, i == 0 ? &none : &revoked));
		assert_refused(i == 0 ? "unauthorized" : "key_revoked", 401);
	}
}

static void test_clocks(void **state)
{
	struct uuid a, b;

	(void)state;
	// Off by more than 300 s: told the time.
	start(POST, "{}\n");
	sign(NOW_S - 301, keyid);
	assert_false(device_key_id(&call, &a, &b));
	assert_string_equal(fake.header, "www-authenticate");
	assert_refused("clock_skew", 401);
	start(POST, "{}\n");
	sign(NOW_S - 50, keyid);
	assert_true(device_key_id(&call, &a, &b));
	fake_end(&call);

	// The header tells the clock, if it is signed.
	start(POST, "{}\n");
	set_header("roadshow-device-time", "2026-05-01T13:00:00.5Z");
	sign(NOW_S, keyid); // does not cover it
	assert_false(device_key_id(&call, &a, &b));
	assert_refused("signature_not_covered", 401);
}

// The header is covered when the base has a line of it, not when some value looks like one.
static void test_cover(void **state)
{
	(void)state;
	assert_true(is_covered(span_of("\"roadshow-device-time\": x"), CLOCK_HEADER));
	assert_true(
	    is_covered(span_of("\"@method\": GET\n\"roadshow-device-time\": x"), CLOCK_HEADER));
	assert_false(is_covered(span_of("\"@path\": /\"roadshow-device-time\": x"), CLOCK_HEADER));
	assert_false(is_covered(span_of("\"roadshow-device-time-2\": x"), CLOCK_HEADER));
	assert_false(is_covered(span_of(""), CLOCK_HEADER));
}

static void test_device_time(void **state)
{
	struct device_request r = {
	    .created_s = NOW_S, .base = span_of("\"roadshow-device-time\": t")};

	(void)state;
	start(POST, "{}\n");
	set_header("roadshow-device-time", "2026-05-01T13:00:00.5+02:00");
	assert_true(read_clock(&call, &r));
	assert_true(r.clock_told);
	assert_int_equal(r.clock_us, (NOW_S - 3600) * 1000000 + 500000);
	set_header("roadshow-device-time", "noon");
	assert_false(read_clock(&call, &r));
	assert_refused("invalid_device_time", 400);
}

static int setup(void **state)
{
	struct json_out w;

	(void)state;
	crypto_init();
	key = key_generate(KEY_P256);
	creator = ids_v7();
	device = ids_v7();
	device_key_id_format(&creator, &device, keyid);
	buf_init(&input, 4096);
	buf_init(&signature, 4096);
	buf_init(&digest, 256);
	buf_init(&jwk, 1024);
	w = json_to(&jwk);
	key_jwk(&w, key);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	key_release(key);
	buf_release(&input);
	buf_release(&signature);
	buf_release(&digest);
	buf_release(&jwk);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_key_ids),
	    cmocka_unit_test(test_a_good_request),
	    cmocka_unit_test(test_refusals),
	    cmocka_unit_test(test_clocks),
	    cmocka_unit_test(test_cover),
	    cmocka_unit_test(test_device_time),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
