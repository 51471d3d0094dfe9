// SPDX-License-Identifier: Apache-2.0
//
// Shows: links that open to what they were made of and to nothing when a character is changed; QR
// codes whose images agree with the modules; pages that show a code exactly when there is one, and
// never what somebody wrote as anything but text.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/shm.h"
#include "fake_call.h"
#include "tokens/holder.c"
#include "tokens/page.c"
#include "media/qr.c"
#include "tokens/tokens.c"

static struct call call;
static struct keyring *ring;

static int start(void **state)
{
	static const uint8_t secret[32] = {7};

	(void)state;
	ring = keyring_of(key_generate(KEY_P256));
	tokens_start(ring, "https://x.org");
	holder_start(secret);
	shm_create();
	shm_attach(0);
	return 0;
}

static int finish(void **state)
{
	(void)state;
	keyring_release(ring);
	return 0;
}

// ---- the link -----------------------------------------------------------------------------------

static void test_link(void **state)
{
	struct uuid creator = {{1, 2, 3}}, token = {{4, 5, 6}}, c, t;
	char secret[HOLDER_SECRET_LEN + 1], again[HOLDER_SECRET_LEN + 1];
	int64_t version;

	(void)state;
	holder_secret(&creator, &token, 70000, secret);
	holder_secret(&creator, &token, 70000, again);
	assert_string_equal(secret, again);
	assert_true(holder_open(span_of(secret), &c, &t, &version));
	assert_true(uuid_eq(&c, &creator) && uuid_eq(&t, &token));
	assert_int_equal(version, 70000);
	for (size_t i = 0; i < HOLDER_SECRET_LEN; i++) {
		secret[i] = secret[i] == 'A' ? 'B' : 'A';
		assert_false(holder_open(span_of(secret), &c, &t, &version));
		secret[i] = again[i];
	}
	assert_false(holder_open((struct span){secret, HOLDER_SECRET_LEN - 1}, &c, &t, &version));
	assert_false(holder_open(span_of(""), &c, &t, &version));
	holder_secret(&creator, &token, 70001, again);
	assert_string_not_equal(secret, again); // another version, another link
}

static void test_bind(void **state)
{
	struct uuid creator = {{1}}, token = {{2}};
	char secret[HOLDER_SECRET_LEN + 1];

	(void)state;
	holder_secret(&creator, &token, 3, secret);
	fake_start(&call);
	fake.param_text = secret;
	assert_true(holder_bind(&call, &call.item));
	assert_true(uuid_eq(&call.caller.creator, &creator));
	assert_true(span_eq(call.item.values[6].text,
	    "{\"token\":\"02000000-0000-0000-0000-000000000000\",\"version\":3}"));
	fake_end(&call);
	fake_start(&call);
	fake.param_text = "x";
	assert_false(holder_bind(&call, &call.item));
	assert_int_equal(fake.status, 404);
	assert_string_equal(call.content_type, "text/html; charset=utf-8");
	assert_non_null(strstr(buf_text(&fake.body), "Nothing here"));
	fake_end(&call);
}

// ---- QR -----------------------------------------------------------------------------------------

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, what)) != NULL; at++)
		n++;
	return n;
}

// The picture back from the path: every run "Mx yhn…" darkens n modules.
static void read_path(const char *svg, uint8_t *dark, int side)
{
	const char *at = strstr(svg, "<path d=\"");

	assert_non_null(at);
	memset(dark, 0, (size_t)(side * side));
	while ((at = strchr(at, 'M')) != NULL) {
		int x, y, run;

		assert_int_equal(sscanf(at, "M%d %dh%dv1h-", &x, &y, &run), 3);
		for (int i = 0; i < run; i++)
			dark[(y - QR_QUIET) * side + x - QR_QUIET + i] = 1;
		at++;
	}
}

static void test_qr(void **state)
{
	static uint8_t dark[177 * 177];
	char text[QR_TEXT_MAX + 1];
	struct buf svg, png;
	struct qr q;

	(void)state;
	memset(text, 'x', sizeof(text));
	buf_init(&svg, QR_IMAGE_MAX);
	buf_init(&png, QR_IMAGE_MAX);
	assert_true(qr_init(&q, (struct span){text, 504}));
	assert_int_equal(q.side, 85); // version 17, as crypto/jws.h says
	qr_put_svg(&svg, &q);
	assert_false(svg.failed);
	assert_non_null(strstr(buf_text(&svg), "viewBox=\"0 0 93 93\""));
	read_path(buf_text(&svg), dark, q.side);
	for (int i = 0; i < q.side * q.side; i++)
		assert_int_equal(dark[i], q.modules[i] & 1);
	qr_put_png(&png, &q);
	assert_false(png.failed);
	assert_memory_equal(
	    png.data, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\xe8\0\0\x02\xe8\x01\0", 26);
	qr_release(&q);
	qr_release(&q); // twice is fine

	assert_true(qr_init(&q, (struct span){text, 505}));
	assert_int_equal(q.side, 89);
	qr_release(&q);
	assert_true(qr_init(&q, (struct span){text, QR_TEXT_MAX}));
	assert_int_equal(q.side, 177);
	buf_clear(&png);
	qr_put_png(&png, &q);
	assert_false(png.failed);
	buf_clear(&svg);
	qr_put_svg(&svg, &q);
	assert_false(svg.failed);
	buf_clear(&png);
	png.bytes_max = 100; // too small: failed, not broken
	qr_put_png(&png, &q);
	assert_true(png.failed);
	qr_release(&q);
	assert_false(qr_init(&q, (struct span){text, QR_TEXT_MAX + 1}));
	assert_false(qr_init(&q, (struct span){text, 0}));
	buf_release(&svg);
	buf_release(&png);
}

// ---- the page -----------------------------------------------------------------------------------

static struct buf page_with(struct span state, const char *text, const char *jwt)
{
	struct span t = span_of(text);
	struct page p = {.state = state,
	    .since = t,
	    .creator = t,
	    .title = t,
	    .event = t,
	    .venue = t,
	    .address = t,
	    .when = t,
	    .pickup = t,
	    .zone = t,
	    .serial = 17,
	    .jwt = span_of(jwt)};
	struct buf out;

	buf_init(&out, PAGE_MAX);
	page_put(&out, &p);
	assert_false(out.failed);
	return out;
}

static void test_page_states(void **state)
{
	static const struct {
		const char *state, *label;
	} cases[] = {{"issued", ">Valid<"}, {"held", ">Reserved<"}, {"over", ">Pickup is over<"},
	    {"redeemed", ">Picked up<"}, {"expired", ">Expired<"}, {"cancelled", ">Cancelled<"},
	    {"forfeited", ">Forfeited<"}, {"superseded", ">Passed on<"},
	    {"suspended", ">Offered for resale<"}, {"something new", ">Not valid<"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf without = page_with(span_of(cases[i].state), "x", "");
		struct buf with = page_with(span_of(cases[i].state), "x", "a.b.c");

		assert_int_equal(count(buf_text(&without), cases[i].label), 1);
		assert_int_equal(count(buf_text(&without), "<svg"), 0);
		assert_int_equal(count(buf_text(&with), "<svg"), 1);
		assert_null(strstr(buf_text(&with), "a.b.c"));
		buf_release(&without);
		buf_release(&with);
	}
}

static void test_page_escapes(void **state)
{
	struct buf plain = page_with(span_of("issued"), "x", "");
	struct buf nasty = page_with(span_of("issued"), "</style><script>'\"&", "");

	(void)state;
	assert_int_equal(count(buf_text(&nasty), "<"), count(buf_text(&plain), "<"));
	assert_int_equal(count(buf_text(&nasty), ">"), count(buf_text(&plain), ">"));
	assert_int_equal(count(buf_text(&nasty), "\""), count(buf_text(&plain), "\""));
	assert_non_null(strstr(buf_text(&nasty), "&lt;/style&gt;&lt;script&gt;&#39;&quot;&amp;"));
	buf_release(&plain);
	buf_release(&nasty);
}

static void test_page_leaves_out(void **state)
{
	struct page p = {.state = span_of("issued"), .title = span_of("x"), .serial = 1};
	struct buf out;

	(void)state;
	buf_init(&out, PAGE_MAX);
	page_put(&out, &p);
	assert_false(out.failed);
	assert_null(strstr(buf_text(&out), "<dt>Where"));
	assert_non_null(strstr(buf_text(&out), "<dt>Number"));
	buf_release(&out);
}

static void test_page_policy(void **state)
{
	char policy[PAGE_POLICY_MAX];

	(void)state;
	page_policy(policy);
	assert_non_null(strstr(policy, "default-src 'none'; style-src 'sha256-"));
	assert_null(strstr(policy, "unsafe"));
}

static void test_render(void **state)
{
	struct db_row row = {0};

	(void)state;
	row.columns[0].integer = 200;
	row.columns[1].text =
	    "{\"id\":\"0190c2a0-7b1e-7c4d-8f00-012345678901\",\"drop_id\":"
	    "\"0190c2a0-0000-7000-8000-000000000001\",\"serial\":3,\"version\":2,"
	    "\"state\":\"issued\",\"title\":\"Print\",\"address\":null,\"jwt\":{\"kid\":\"gone\","
	    "\"nbf\":1,\"exp\":2,\"event\":\"0190c2a0-7b1e-7c4d-8f00-0123456789ab\",\"idx\":5}}";
	fake_start(&call);
	holder_render(&call, &row);
	assert_int_equal(fake.status, 200);
	assert_int_equal(count(buf_text(&fake.body), "<svg"), 1);
	fake_end(&call);
	row.columns[1].text =
	    "{\"id\":\"0190c2a0-7b1e-7c4d-8f00-0123456789ab\",\"serial\":3,\"version\":2,"
	    "\"state\":\"suspended\",\"since\":null,\"title\":\"Print\",\"jwt\":null}";
	fake_start(&call);
	holder_render(&call, &row);
	assert_int_equal(fake.status, 200);
	assert_int_equal(count(buf_text(&fake.body), "<svg"), 0); // no code while it is offered
	assert_non_null(strstr(buf_text(&fake.body), ">Offered for resale</p>\n<p class=\"say\">It "
						     "cannot be used while it is offered.</p>"));
	fake_end(&call);
	row.columns[0].integer = 404;
	row.columns[1].text = "{}";
	fake_start(&call);
	holder_render(&call, &row);
	assert_int_equal(fake.status, 404);
	fake_end(&call);
	row.columns[0].integer = 200;
	row.columns[1].text = "{\"jwt\":{}}"; // not what was agreed: told, not shown
	fake_start(&call);
	holder_render(&call, &row);
	assert_int_equal(fake.status, 500);
	fake_end(&call);
	fake_start(&call);
	holder_render_png(&call, &row);
	assert_int_equal(fake.status, 500);
	fake_end(&call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_link),
	    cmocka_unit_test(test_bind),
	    cmocka_unit_test(test_qr),
	    cmocka_unit_test(test_page_states),
	    cmocka_unit_test(test_page_escapes),
	    cmocka_unit_test(test_page_leaves_out),
	    cmocka_unit_test(test_page_policy),
	    cmocka_unit_test(test_render),
	};
	return cmocka_run_group_tests(tests, start, finish);
}
