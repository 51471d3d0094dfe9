// SPDX-License-Identifier: Apache-2.0
//
// Reading uploads: each line by itself, the chain between lines, lines that nobody can read, and
// gzip.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include <cmocka.h>

#include "sync/kinds.c"
#include "sync/sync.c"

static struct keyring *ring;
static struct arena arena;
static struct buf body, out;

// ---- a device's history

struct history {
	struct digest head;
	int64_t seq;
};

static struct history begin(void)
{
	struct digest thumbprint = digest_sha256("key", 3);

	buf_clear(&body);
	return (struct history){.head = chain_start(&thumbprint)};
}

static void put_raw(const char *line, size_t len)
{
	buf_put(&body, line, len);
	buf_putc(&body, '\n');
}

// The next line; `rest` are the members after seq and prev.
static void tell(struct history *h, const char *rest)
{
	char line[4096], prev[DIGEST_TEXT_LEN + 1];
	int len;

	digest_text(&h->head, prev);
	len = snprintf(line, sizeof(line), "{\"seq\":%lld,\"prev\":\"%s\"%s%s}",
	    (long long)++h->seq, prev, rest[0] != '\0' ? "," : "", rest);
	put_raw(line, (size_t)len);
	h->head = chain_next((struct span){line, (size_t)len});
}

// The next line, which does not say its place.
static void mumble(struct history *h, const char *line)
{
	put_raw(line, strlen(line));
	h->seq++;
	h->head = chain_next(span_of(line));
}

// What was found of the body, as a tree: p_run with the lines beside it.
static void put_lines(const struct sync_reader *r)
{
	struct json_out w = json_to(&out);

	out.len--; // p_run stays open
	buf_puts(&out, ",\"lines\":[");
	for (size_t i = 0; i < sync_lines(r); i++) {
		struct sync_line l = sync_line(r, i);

		buf_puts(&out, i > 0 ? "," : "");
		json_open(&w, '{');
		json_key(&w, "h");
		json_put_hex(&w, (const uint8_t *)l.hash.ptr, l.hash.len);
		json_kv_int(&w, "a", (int64_t)l.at);
		json_kv_int(&w, "n", (int64_t)l.len);
		if (l.kind.ptr != NULL) {
			json_key(&w, "k");
			json_put_span(&w, l.kind);
		}
		if (l.error == NULL) {
			json_key(&w, "t");
			json_put_time(&w, l.ts_us);
		} else {
			json_kv_text(&w, "e", l.error);
		}
		buf_puts(&out, ",\"f\":");
		buf_put(&out, l.fields.ptr, l.fields.len);
		json_close(&w, '}');
	}
	buf_puts(&out, "]}");
}

// Stands in for consents_open(): a text that says what to answer.
static const char *open_fake(const struct kind_reader *r, struct span jwe, struct arena *scratch,
    struct json_out *w, const char **code)
{
	assert_ptr_equal(r->tokens, ring);
	assert_non_null(scratch);
	if (span_eq(jwe, "good")) {
		json_kv_text(w, "buyer", "b");
		return NULL;
	}
	*code = "undecryptable";
	return "it does not open";
}

static enum sync_result read_all(struct arena *a, struct span text)
{
	const struct kind_reader with = {.tokens = ring, .open = open_fake};
	enum sync_result result;
	struct sync_reader *r = sync_begin(a, text, &with, &result);

	if (r == NULL)
		return result;
	while (sync_step(r, SYNC_EVENTS_MAX))
		continue;
	result = sync_end(r, &out);
	if (result == SYNC_OK)
		put_lines(r);
	sync_release(r);
	return result;
}

static const struct json *run_of_span(struct span text)
{
	const struct json *run;
	char why[160];

	arena_release(&arena);
	arena_init(&arena, 64u << 20);
	buf_clear(&out);
	assert_int_equal(read_all(&arena, text), SYNC_OK);
	run = json_parse(&arena, buf_text(&out), out.len, why, sizeof(why));
	if (run == NULL)
		fail_msg("%s: %s", why, buf_text(&out));
	return run;
}

static const struct json *run_of_body(void)
{
	return run_of_span((struct span){buf_text(&body), body.len});
}

static const struct json *line_of(const struct json *run, size_t i)
{
	const struct json *l = json_get(run, "lines")->child;

	while (i-- > 0 && l != NULL)
		l = l->next;
	assert_non_null(l);
	return l;
}

static void assert_text(const struct json *object, const char *key, const char *expected)
{
	struct span s = json_get_text(object, key);

	if (expected == NULL)
		assert_null(s.ptr);
	else if (!span_eq(s, expected))
		fail_msg(
		    "%s is %.*s, not %s", key, (int)s.len, s.ptr != NULL ? s.ptr : "", expected);
}

// first/count/break/stray
static void assert_run(
    const struct json *run, int64_t first, size_t count, const char *broken, int64_t stray)
{
	assert_int_equal(json_get_int(run, "first", 0), first);
	assert_int_equal(json_get(run, "lines")->count, count);
	assert_text(run, "break", broken);
	assert_int_equal(json_get_int(run, "stray", -1), stray);
}

// ---- one line

#define AT "\"ts\":\"2026-05-01T12:00:00Z\","
#define TOKEN "\"token_id\":\"01900000-0000-7000-8000-000000000001\",\"version\":1"
#define PRICE "\"price\":{\"amount\":100,\"currency\":\"EUR\"}"
#define CASH "\"payment\":{\"method\":\"cash\"}"
#define LINE "\"lines\":[{\"sku\":\"a\",\"quantity\":1," PRICE "}]"

static void test_events(void **state)
{
	static const struct {
		const char *members, *kind, *error;
	} cases[] = {
	    {"\"kind\":\"heartbeat\"," AT "\"backlog\":0", "heartbeat", NULL},
	    {"\"kind\":\"heartbeat\"," AT "\"more\":[{}]", "heartbeat", NULL},
	    {"\"kind\":\"heartbeat\"," AT "\"backlog\":-1", "heartbeat", "malformed"},
	    {"\"kind\":\"heartbeat\"," AT "\"backlog\":2147483648", "heartbeat", "malformed"},
	    {"\"kind\":\"heartbeat\"", "heartbeat", "malformed"},
	    {"\"kind\":\"heartbeat\",\"ts\":\"2026-05-01 12:00\"", "heartbeat", "malformed"},
	    {"\"kind\":\"consent\"," AT "\"jwe\":\"good\"", "consent", NULL},
	    {"\"kind\":\"consent\"," AT "\"jwe\":\"bad\"", "consent", "undecryptable"},
	    {"\"kind\":\"consent\"," AT "\"jwe\":7", "consent", "malformed"},
	    {"\"kind\":\"consent\"," AT "\"email\":\"ann@example.org\"", "consent", "malformed"},
	    {"\"kind\":\"teleport\"," AT "\"of\":1", "teleport", "unknown_kind"},
	    {"\"kind\":\"Heartbeat\"," AT "\"backlog\":0", NULL, "malformed"},
	    {"\"kind\":\"\"," AT "\"backlog\":0", NULL, "malformed"},
	    {AT "\"backlog\":0", NULL, "malformed"},
	    {"\"kind\":\"redeem\"," AT TOKEN, "redeem", NULL},
	    {"\"kind\":\"redeem\"," AT TOKEN ",\"gate\":\"n\",\"outcome\":\"valid\","
	     "\"mirror_index\":7",
		"redeem", NULL},
	    {"\"kind\":\"redeem\"," AT TOKEN ",\"gate\":\"a\\nb\"", "redeem", "malformed"},
	    {"\"kind\":\"redeem\"," AT TOKEN ",\"gate\":null", "redeem", NULL},
	    {"\"kind\":\"redeem\"," AT "\"token_id\":\"x\",\"version\":1", "redeem", "malformed"},
	    {"\"kind\":\"redeem\"," AT "\"token\":7", "redeem", "malformed"},
	    {"\"kind\":\"redeem\"," AT "\"token\":\"forged\"", "redeem", NULL},
	    {"\"kind\":\"redeem\"," AT "\"gate\":\"n\"", "redeem", "malformed"},
	    {"\"kind\":\"reject\"," AT "\"reason\":\"unreadable\"", "reject", NULL},
	    {"\"kind\":\"reject\"," AT "\"reason\":\"expired\"," TOKEN, "reject", NULL},
	    {"\"kind\":\"reject\"," AT "\"reason\":\"expired\",\"token_id\":1", "reject",
		"malformed"},
	    {"\"kind\":\"reject\"," AT TOKEN, "reject", "malformed"},
	    {"\"kind\":\"sale\"," AT LINE "," CASH, "sale", NULL},
	    {"\"kind\":\"sale\"," AT LINE ",\"payment\":{\"method\":\"card\",\"reference\":\"r\"}",
		"sale", NULL},
	    {"\"kind\":\"sale\"," AT LINE, "sale", "malformed"},
	    {"\"kind\":\"sale\"," AT LINE ",\"payment\":{\"method\":\"Card!\"}", "sale",
		"malformed"},
	    {"\"kind\":\"sale\"," AT "\"lines\":[]," CASH, "sale", "malformed"},
	    {"\"kind\":\"sale\"," AT "\"lines\":[1]," CASH, "sale", "malformed"},
	    {"\"kind\":\"sale\"," AT "\"lines\":[{\"quantity\":1," PRICE "}]," CASH, "sale",
		"malformed"},
	    {"\"kind\":\"sale\"," AT "\"lines\":[{\"sku\":\"a\",\"quantity\":0," PRICE "}]," CASH,
		"sale", "malformed"},
	    {"\"kind\":\"sale\"," AT "\"lines\":[{\"sku\":\"a\",\"quantity\":1}]," CASH, "sale",
		"malformed"},
	    {"\"kind\":\"sale\"," AT "\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"price\":"
	     "{\"amount\":1,\"currency\":\"eur\"}}]," CASH,
		"sale", "malformed"},
	    {"\"kind\":\"sale\"," AT LINE "," CASH ",\"lease_id\":\"no\"", "sale", "malformed"},
	    {"\"kind\":\"annul\"," AT "\"of\":1,\"reason\":\"wrong person\"", "annul", NULL},
	    {"\"kind\":\"annul\"," AT "\"of\":0", "annul", "malformed"},
	    {"\"kind\":\"annul\"," AT "\"reason\":\"x\"", "annul", "malformed"},
	    {"\"kind\":\"annul\"," AT "\"of\":1,\"reason\":7", "annul", "malformed"},
	    {"\"kind\":\"payment\"," AT
	     "\"outcome\":\"captured\",\"payment\":{\"method\":\"card\",\"reference\":\"r\"}",
		"payment", NULL},
	    {"\"kind\":\"payment\"," AT
	     "\"outcome\":\"declined\",\"reason\":\"funds\",\"amount\":{\"amount\":5,\"currency\":"
	     "\"EUR\"},\"payment\":{\"method\":\"card\",\"reference\":\"r\"}",
		"payment", NULL},
	    {"\"kind\":\"payment\"," AT
	     "\"outcome\":\"declined\",\"payment\":{\"method\":\"card\"}",
		"payment", "malformed"},
	    {"\"kind\":\"payment\"," AT
	     "\"outcome\":\"lost\",\"payment\":{\"method\":\"card\",\"reference\":\"r\"}",
		"payment", "malformed"},
	    {"\"kind\":\"payment\"," AT "\"payment\":{\"method\":\"card\",\"reference\":\"r\"}",
		"payment", "malformed"},
	    {"\"kind\":\"payment\"," AT
	     "\"outcome\":\"captured\",\"amount\":{\"amount\":-1,\"currency\":\"EUR\"},\"payment\":"
	     "{\"method\":\"card\",\"reference\":\"r\"}",
		"payment", "malformed"},
	    {"\"kind\":\"count\"," AT "\"sku\":\"a\",\"quantity\":0", "count", NULL},
	    {"\"kind\":\"count\"," AT
	     "\"sku\":\"a\",\"quantity\":7,\"location\":\"van\",\"reason\":\"damaged\"",
		"count", NULL},
	    {"\"kind\":\"count\"," AT "\"sku\":\"a\",\"quantity\":-1", "count", "malformed"},
	    {"\"kind\":\"count\"," AT "\"sku\":\"a\",\"quantity\":1000001", "count", "malformed"},
	    {"\"kind\":\"count\"," AT "\"quantity\":1", "count", "malformed"},
	    {"\"kind\":\"count\"," AT "\"sku\":\"a\",\"quantity\":1,\"location\":\"\"", "count",
		"malformed"},
	    {"\"kind\":\"receive\"," AT "\"sku\":\"a\",\"quantity\":1,\"from\":\"hub\"", "receive",
		NULL},
	    {"\"kind\":\"receive\"," AT "\"sku\":\"a\",\"quantity\":0", "receive", "malformed"},
	    {"\"kind\":\"move\"," AT
	     "\"sku\":\"a\",\"quantity\":1,\"from\":\"van\",\"to\":\"floor\"",
		"move", NULL},
	    {"\"kind\":\"move\"," AT "\"sku\":\"a\",\"quantity\":1,\"from\":\"van\",\"to\":\"van\"",
		"move", "malformed"},
	    {"\"kind\":\"move\"," AT "\"sku\":\"a\",\"quantity\":1,\"to\":\"van\"", "move",
		"malformed"},
	    {"\"kind\":\"move\"," AT "\"sku\":\"a\",\"from\":\"a\",\"to\":\"b\"", "move",
		"malformed"},
	    {"\"kind\":\"checklist\"," AT
	     "\"checklist\":\"doors\",\"item\":\"lights\",\"done\":true,\"by\":\"Ada\"",
		"checklist", NULL},
	    {"\"kind\":\"checklist\"," AT "\"checklist\":\"doors\",\"item\":\"lights\",\"done\":1",
		"checklist", "malformed"},
	    {"\"kind\":\"checklist\"," AT
	     "\"checklist\":\"Doors\",\"item\":\"lights\",\"done\":true",
		"checklist", "malformed"},
	    {"\"kind\":\"checklist\"," AT "\"checklist\":\"doors\",\"done\":true", "checklist",
		"malformed"},
	    {"\"kind\":\"incident\"," AT
	     "\"incident\":\"01900000-0000-7000-8000-00000000000a\",\"severity\":\"high\","
	     "\"category\":\"medical\",\"text\":\"A fall.\"",
		"incident", NULL},
	    {"\"kind\":\"incident\"," AT
	     "\"incident\":\"01900000-0000-7000-8000-00000000000a\",\"severity\":\"low\","
	     "\"category\":\"queue\",\"state\":\"closed\"",
		"incident", NULL},
	    {"\"kind\":\"incident\"," AT "\"incident\":\"01900000-0000-7000-8000-00000000000a\","
	     "\"severity\":\"mild\",\"category\":\"queue\"",
		"incident", "malformed"},
	    {"\"kind\":\"incident\"," AT "\"severity\":\"low\",\"category\":\"queue\"", "incident",
		"malformed"},
	    {"\"kind\":\"incident\"," AT
	     "\"incident\":\"01900000-0000-7000-8000-00000000000a\",\"severity\":\"low\","
	     "\"category\":\"queue\",\"state\":\"gone\"",
		"incident", "malformed"},
	    {"\"kind\":\"note\"," AT "\"text\":\"The door sticks.\"", "note", NULL},
	    {"\"kind\":\"note\"," AT
	     "\"text\":\"About it.\",\"token_id\":\"01900000-0000-7000-8000-00000000000a\"",
		"note", NULL},
	    {"\"kind\":\"note\"," AT "\"text\":\"\"", "note", "malformed"},
	    {"\"kind\":\"note\"," AT "\"text\":\"x\",\"case_id\":\"y\"", "note", "malformed"},
	    {"\"kind\":\"close\"," AT
	     "\"totals\":[{\"method\":\"cash\",\"sales\":2,\"amount\":100,\"currency\":\"EUR\"}]",
		"close", NULL},
	    {"\"kind\":\"close\"," AT "\"more\":1", "close", NULL},
	    {"\"kind\":\"close\"," AT
	     "\"totals\":[{\"method\":\"cash\",\"amount\":100,\"currency\":\"EUR\"}]",
		"close", "malformed"},
	    {"\"kind\":\"close\"," AT "\"totals\":7", "close", "malformed"},
	    {"\"kind\":\"sale\"," AT LINE ",\"payment\":{\"method\":\"card\",\"reference\":\"r\","
	     "\"state\":\"authorised\"}",
		"sale", NULL},
	    {"\"kind\":\"sale\"," AT LINE
	     ",\"payment\":{\"method\":\"card\",\"state\":\"authorised\"}",
		"sale", "malformed"},
	    {"\"kind\":\"sale\"," AT LINE ",\"payment\":{\"method\":\"card\",\"reference\":\"r\","
	     "\"state\":\"lost\"}",
		"sale", "malformed"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct history h = begin();
		const struct json *run, *l;

		tell(&h, cases[i].members);
		tell(&h, "\"kind\":\"heartbeat\"," AT "\"backlog\":0");
		run = run_of_body();
		assert_run(run, 1, 2, NULL, 0); // whatever it says, the next line is heard
		l = line_of(run, 0);
		assert_text(l, "k", cases[i].kind);
		assert_text(l, "e", cases[i].error);
		assert_true(
		    (json_get(json_get(l, "f"), "detail") != NULL) == (cases[i].error != NULL));
	}
}

// The detail stays when the line is redacted, so it does not repeat what stood in it.
static void test_detail_names_nothing(void **state)
{
	struct history h = begin();
	const struct json *l;

	(void)state;
	tell(&h, "\"kind\":\"note\"," AT "\"Ann Smith\":1,\"Ann Smith\":2");
	l = line_of(run_of_body(), 0);
	assert_text(l, "e", "malformed");
	assert_true(span_eq(json_get_text(json_get(l, "f"), "detail"), "duplicate member"));
}

// A sale's lease is its lines' unless they name their own; price and method are flattened.
static void test_sale_fields(void **state)
{
	struct history h = begin();
	const struct json *f, *l;

	(void)state;
	tell(&h,
	    "\"kind\":\"sale\"," AT
	    "\"lease_id\":\"01900000-0000-7000-8000-00000000000A\",\"lines\":["
	    "{\"drop_id\":\"01900000-0000-7000-8000-000000000002\",\"quantity\":2," PRICE "},"
	    "{\"sku\":\"b\",\"lease_id\":\"01900000-0000-7000-8000-00000000000b\","
	    "\"quantity\":3," PRICE "}],\"payment\":{\"method\":\"card\",\"reference\":\"r-1\"}");
	f = json_get(line_of(run_of_body(), 0), "f");
	assert_text(f, "method", "card");
	assert_text(f, "reference", "r-1");
	l = json_get(f, "lines")->child;
	assert_text(l, "lease_id", "01900000-0000-7000-8000-00000000000a");
	assert_int_equal(json_get_int(l, "amount", 0), 100);
	assert_text(l, "currency", "EUR");
	assert_text(l->next, "lease_id", "01900000-0000-7000-8000-00000000000b");
	assert_text(l->next, "sku", "b");
}

static void redeem_of(const char *jws)
{
	struct history h = begin();
	char members[2048];

	snprintf(members, sizeof(members), "\"kind\":\"redeem\"," AT "\"token\":\"%s\"", jws);
	tell(&h, members);
}

// The token in a line is checked here: a genuine one has an id, any other only a name for what was
// shown.
static void test_signed_tokens(void **state)
{
	struct token_claims claims = {.iss = span_of("https://x"),
	    .token = ids_v7(),
	    .drop = ids_v7(),
	    .serial = 7,
	    .version = 3,
	    .not_before_s = 1,
	    .expires_s = 2,
	    .status_uri = span_of("https://x/s")};
	struct digest shown;
	struct buf jws;
	char id[UUID_TEXT_LEN + 1], name[DIGEST_TEXT_LEN + 1];
	const struct json *f;

	(void)state;
	buf_init(&jws, JWS_LEN_MAX);
	token_jws(&jws, keyring_active(ring), &claims);
	redeem_of(buf_text(&jws));
	f = json_get(line_of(run_of_body(), 0), "f");
	uuid_format(&claims.token, id);
	assert_text(f, "token_id", id);
	assert_int_equal(json_get_int(f, "version", 0), 3);
	shown = digest_sha256(jws.data, jws.len);
	digest_text(&shown, name);
	assert_text(f, "shown", name);

	jws.data[jws.len - 5] ^= 1; // the signature
	redeem_of(buf_text(&jws));
	f = json_get(line_of(run_of_body(), 0), "f");
	assert_null(json_get(f, "token_id"));
	assert_int_equal(json_get_text(f, "shown").len, DIGEST_TEXT_LEN);
	buf_release(&jws);
}

// ---- the chain

static void test_positions_and_hashes(void **state)
{
	struct history h = begin();
	struct digest first_prev = h.head;
	const struct json *run, *l;
	struct buf hex;

	(void)state;
	tell(&h, "\"kind\":\"heartbeat\"," AT "\"backlog\":0");
	buf_puts(&body, "\n"); // an empty line is no line
	tell(&h, "\"kind\":\"heartbeat\"," AT "\"backlog\":1");
	body.len--; // the last line needs no newline
	run = run_of_body();
	assert_run(run, 1, 2, NULL, 0);
	buf_init(&hex, 128);
	str_hex(&hex, first_prev.b, DIGEST_LEN);
	assert_text(run, "prev", buf_text(&hex));
	buf_clear(&hex);
	str_hex(&hex, h.head.b, DIGEST_LEN);
	l = line_of(run, 1);
	assert_text(l, "h", buf_text(&hex));
	assert_int_equal(json_get_int(l, "a", 0) + json_get_int(l, "n", 0), body.len);
	buf_release(&hex);
}

static void test_breaks(void **state)
{
	struct history h = begin(), fork;

	(void)state;
	// A line is missing.
	tell(&h, "");
	tell(&h, "");
	h.seq++;
	tell(&h, "");
	assert_run(run_of_body(), 1, 2, "gap", 0);
	// A line names another before it.
	h = begin();
	tell(&h, "");
	h.head = digest_sha256("other", 5);
	tell(&h, "");
	assert_run(run_of_body(), 1, 1, "fork", 0);
	// The same lines again are nothing new.
	h = begin();
	tell(&h, "");
	fork = h;
	tell(&h, "\"a\":1");
	tell(&fork, "\"a\":1");
	tell(&h, "");
	assert_run(run_of_body(), 1, 3, NULL, 0);
	// One number with two contents.
	h = begin();
	tell(&h, "");
	fork = h;
	tell(&h, "\"a\":1");
	tell(&fork, "\"a\":2");
	assert_run(run_of_body(), 1, 2, "fork", 0);
	// A number from before the upload began: whether it is known is not known here.
	h = (struct history){.seq = 4};
	buf_clear(&body);
	tell(&h, "");
	h.seq = 2;
	tell(&h, "");
	assert_run(run_of_body(), 5, 1, "gap", 0);
}

static void test_unreadable_lines(void **state)
{
	static const char *const unreadable[] = {"{", "[]", "null", "{\"seq\":1}", "\xff\xfe",
	    "{\"seq\":0}", "{\"seq\":1,\"seq\":1}", "{\"seq\":2,\"prev\":\"short\"}", "\r"};
	struct history h;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(unreadable); i++) {
		h = begin();
		tell(&h, "");
		mumble(&h, unreadable[i]);
		mumble(&h, unreadable[i]);
		tell(&h, "");
		assert_run(run_of_body(), 1, 4, NULL, 0);
		assert_text(line_of(run_of_body(), 1), "e", "malformed");
		// At the end and at the beginning.
		h = (struct history){.seq = 6};
		buf_clear(&body);
		mumble(&h, unreadable[i]);
		tell(&h, "");
		mumble(&h, unreadable[i]);
		assert_run(run_of_body(), 7, 3, NULL, 0);
		assert_true(json_get(run_of_body(), "prev")->type == JSON_NULL);
		// Nothing else.
		buf_clear(&body);
		mumble(&h, unreadable[i]);
		mumble(&h, unreadable[i]);
		assert_run(run_of_body(), 0, 2, NULL, 0);
	}
	// The chain does not name it: a stray, and no fork.
	h = begin();
	tell(&h, "");
	put_raw("stray", 5);
	tell(&h, "");
	assert_run(run_of_body(), 1, 2, NULL, 1);
	// The chain names it, but a line before it is missing.
	h = begin();
	tell(&h, "");
	h.seq++;
	mumble(&h, "mumble");
	tell(&h, "");
	assert_run(run_of_body(), 1, 1, "gap", 0);
	// More lines than the numbers leave room for: those that fit, from behind.
	h = begin();
	tell(&h, "");
	put_raw("stray", 5);
	mumble(&h, "mumble");
	tell(&h, "");
	assert_run(run_of_body(), 1, 3, NULL, 1);
}

static void test_long_line(void **state)
{
	struct history h = begin();
	char *line = malloc(SYNC_LINE_BYTES_MAX + 2);
	const struct json *run;

	(void)state;
	tell(&h, "");
	memset(line, 'x', SYNC_LINE_BYTES_MAX + 1);
	line[SYNC_LINE_BYTES_MAX + 1] = '\0';
	mumble(&h, line);
	tell(&h, "\"kind\":\"heartbeat\"," AT "\"backlog\":0");
	run = run_of_body();
	assert_run(run, 1, 3, NULL, 0);
	assert_text(line_of(run, 1), "e", "too_long");
	assert_text(line_of(run, 2), "e", NULL);
	free(line);
}

static void test_bounds(void **state)
{
	(void)state;
	buf_clear(&out);
	assert_int_equal(read_all(&arena, span_of("\n\n")), SYNC_EMPTY);
	assert_int_equal(read_all(&arena, (struct span){"", 0}), SYNC_EMPTY);
	buf_clear(&body);
	for (int i = 0; i < SYNC_EVENTS_MAX; i++)
		buf_puts(&body, "x\n");
	assert_run(run_of_body(), 0, SYNC_EVENTS_MAX, NULL, 0);
	buf_puts(&body, "x");
	buf_clear(&out);
	assert_int_equal(read_all(&arena, (struct span){buf_text(&body), body.len}), SYNC_TOO_MANY);
}

// ---- gzip

static void put_gzip_of(struct buf *to, const void *data, size_t len)
{
	z_stream z = {.avail_in = (unsigned)len, .next_in = (unsigned char *)(uintptr_t)data};
	uint8_t *at;

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	at = buf_reserve(to, deflateBound(&z, len));
	z.next_out = at;
	z.avail_out = (unsigned)deflateBound(&z, len);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	to->len += z.total_out;
	deflateEnd(&z);
}

static bool inflates(const struct buf *in, size_t len)
{
	buf_clear(&out);
	return sync_inflate((struct span){buf_text(in), len}, &out);
}

static void test_inflate(void **state)
{
	struct buf zipped;
	char *zeros = calloc(1, SYNC_BODY_BYTES_MAX + 1);

	(void)state;
	buf_init(&zipped, 4u << 20);
	put_gzip_of(&zipped, "hello", 5);
	assert_true(inflates(&zipped, zipped.len));
	assert_int_equal(out.len, 5);
	assert_memory_equal(out.data, "hello", 5);
	assert_false(inflates(&zipped, zipped.len - 1)); // cut
	zipped.data[zipped.len - 6] ^= 1;		 // checksum
	assert_false(inflates(&zipped, zipped.len));
	zipped.data[zipped.len - 6] ^= 1;
	buf_putc(&zipped, 'x'); // something behind it
	assert_false(inflates(&zipped, zipped.len));
	buf_clear(&zipped);
	put_gzip_of(&zipped, zeros, 1u << 20); // a bomb: about 1:1000
	assert_false(inflates(&zipped, zipped.len));
	assert_true(out.len <= 2 * 65536 + zipped.len * SYNC_INFLATE_RATIO_MAX);
	assert_false(sync_inflate(span_of("not gzip"), &out));
	assert_false(sync_inflate((struct span){"", 0}, &out));
	free(zeros);
	buf_release(&zipped);
}

static int setup(void **state)
{
	(void)state;
	crypto_init();
	ring = keyring_of(key_generate(KEY_P256));
	arena_init(&arena, 64u << 20);
	buf_init(&body, 32u << 20);
	buf_init(&out, 64u << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	buf_release(&body);
	buf_release(&out);
	keyring_release(ring);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_events),
	    cmocka_unit_test(test_detail_names_nothing),
	    cmocka_unit_test(test_sale_fields),
	    cmocka_unit_test(test_signed_tokens),
	    cmocka_unit_test(test_positions_and_hashes),
	    cmocka_unit_test(test_breaks),
	    cmocka_unit_test(test_unreadable_lines),
	    cmocka_unit_test(test_long_line),
	    cmocka_unit_test(test_bounds),
	    cmocka_unit_test(test_inflate),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
