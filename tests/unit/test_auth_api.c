// SPDX-License-Identifier: Apache-2.0
//
// Shows: the database is given a new key's hash and its text only sealed; the answer opens to that
// same key, each time, and to nothing under another secret or another id.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "auth/auth_api.c"
#include "auth/once.c"
#include "http/command.c"
#include "fake_call.h"

static struct call call;
static const uint8_t secret[32] = {1};

static const struct json *parsed(struct span text)
{
	char why[128];
	const struct json *v = json_parse(&call.arena, text.ptr, text.len, why, sizeof(why));

	assert_non_null(v);
	return v;
}

// What is bound: p with `key` beside what it had.
static const struct json *bound(
    bool (*bind)(struct call *c, struct db_item *item), const char *body)
{
	fake_start(&call);
	once_start(secret);
	fake.p = "{\"new_id\":\"x\",\"body\":{\"name\":\"n\"}}";
	call.new_id = ids_v7();
	call.caller.creator = ids_v7();
	if (body != NULL)
		call.json = parsed(span_of(body));
	assert_true(bind(&call, &call.item));
	return parsed(call.item.values[6].text);
}

// The answer that SQL would remember, as it goes out; its api_key.
static struct span shown(const struct uuid *id, struct span sealed)
{
	char text[UUID_TEXT_LEN + 1];
	struct db_row row = {.columns = {{.integer = 201}}};
	struct buf answer;

	uuid_format(id, text);
	buf_init(&answer, 4096);
	buf_printf(&answer, "{\"id\": \"%s\", \"name\": \"n\", \"sealed_api_key\": \"%.*s\"}", text,
	    (int)sealed.len, sealed.ptr);
	row.columns[1].text = buf_text(&answer);
	render_key(&call, &row);
	buf_release(&answer);
	if (fake.status != 201)
		return (struct span){NULL, 0};
	assert_null(strstr(buf_text(&fake.body), "sealed"));
	return json_get_text(parsed((struct span){buf_text(&fake.body), fake.body.len}), "api_key");
}

static void check(const struct json *p, enum apikey_role role, const struct uuid *owner)
{
	const struct json *key = json_get(p, "key");
	struct span text = shown(&call.new_id, json_get_text(key, "sealed"));
	struct digest hash = apikey_hash(text);
	uint8_t stored[DIGEST_LEN];
	struct apikey parts;
	struct uuid id;

	assert_true(span_eq(json_get_text(p, "new_id"), "x"));
	assert_non_null(json_get(p, "body"));
	assert_true(apikey_parse(text, &parts));
	assert_int_equal(parts.role, role);
	assert_true(uuid_eq(&parts.creator, owner));
	assert_true(uuid_parse(json_get_text(key, "id"), &id));
	assert_true(uuid_eq(&parts.id, &id));
	assert_true(str_hex_decode(json_get_text(key, "sha256"), stored, sizeof(stored)));
	assert_memory_equal(hash.b, stored, sizeof(stored));
	assert_null(
	    memmem(call.item.values[6].text.ptr, call.item.values[6].text.len, text.ptr + 50, 43));
}

static void test_kinds(void **state)
{
	const struct json *p;

	(void)state;
	p = bound(bind_creator, NULL);
	check(p, APIKEY_CREATOR, &call.new_id);
	fake_end(&call);
	p = bound(bind_partner, NULL);
	check(p, APIKEY_PARTNER, &call.new_id);
	fake_end(&call);
	p = bound(bind_own_key, "{\"role\":\"storefront\"}");
	check(p, APIKEY_STOREFRONT, &call.caller.creator);
	fake_end(&call);
	p = bound(bind_own_key, "{\"role\":\"creator\"}");
	check(p, APIKEY_CREATOR, &call.caller.creator);
	fake_end(&call);
}

static void test_does_not_open(void **state)
{
	static const uint8_t other_secret[32] = {2};
	const struct json *p = bound(bind_creator, NULL);
	struct span sealed = json_get_text(json_get(p, "key"), "sealed");
	struct uuid other = ids_v7();

	(void)state;
	assert_null(shown(&other, sealed).ptr); // moved to another row
	assert_int_equal(fake.status, 500);
	assert_null(shown(&call.new_id, span_of("AAAA")).ptr);
	once_start(other_secret);
	assert_null(shown(&call.new_id, sealed).ptr);
	once_start(secret);
	assert_non_null(shown(&call.new_id, sealed).ptr);
	fake_end(&call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_kinds),
	    cmocka_unit_test(test_does_not_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
