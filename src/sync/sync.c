// SPDX-License-Identifier: Apache-2.0
//
// Three passes: read each line by itself (read_line, in slices), give every line its number (number_lines),
// walk the chain as far as it holds (walk_chain); then write what was found. The table of lines
// lives in the caller's arena; a line's JSON tree lives in a scratch arena until the next line;
// what a line says is kept as text in `told`.
#include "sync/sync.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/chain.h"
#include "crypto/digest.h"
#include "crypto/jws.h"
#include "json/json.h"

#define SCRATCH_BYTES_MAX (16u << 20) // the tree of one line of SYNC_LINE_BYTES_MAX
#define TOLD_BYTES_MAX (48u << 20)
#define SEQ_MAX ((INT64_C(1) << 53) - 1) // what every JSON reader keeps exactly
#define AMOUNT_MAX INT64_C(1000000000000)
#define QUANTITY_MAX 1000

struct line {
	struct span text;
	struct digest hash;
	struct digest prev; // when anchored
	int64_t seq;	    // 0: not known, not yet or never
	bool anchored;	    // it says its seq and prev itself
	size_t told_at, told_len;
};

struct sync_reader {
	const struct keyring *tokens;
	struct arena scratch;
	struct span body;
	struct chain_lines rest; // of the body, not yet read
	struct line *lines;
	size_t count;
	struct buf told; // of every line: members k, t, e, f

	// Of the chain.
	struct line **run; // consecutive numbers
	size_t run_count;
	size_t strays;
	const char *broken; // NULL, "gap" or "fork"
};

// ---- members of an event ------------------------------------------------------------------------

static bool is_text(struct span s, size_t min, size_t max)
{
	if (s.ptr == NULL || s.len < min || s.len > max)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if ((uint8_t)s.ptr[i] < 0x20 || s.ptr[i] == 0x7F)
			return false;
	return true;
}

// A word of ours: lower case, digits, underscores.
static bool is_word(struct span s)
{
	if (!is_text(s, 1, 32))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!(s.ptr[i] >= 'a' && s.ptr[i] <= 'z') &&
		    !(s.ptr[i] >= '0' && s.ptr[i] <= '9') && s.ptr[i] != '_')
			return false;
	return true;
}

static bool is_absent(const struct json *v)
{
	return v == NULL || v->type == JSON_NULL;
}

static bool get_int(const struct json *e, const char *key, int64_t min, int64_t max, int64_t *out)
{
	const struct json *v = json_get(e, key);

	if (v == NULL || v->type != JSON_INT || v->integer < min || v->integer > max)
		return false;
	*out = v->integer;
	return true;
}

// The optional members below are copied when they are there; false: there, but not as they must be.
static bool put_text(struct json_out *w, const struct json *e, const char *key, size_t max)
{
	const struct json *v = json_get(e, key);

	if (is_absent(v))
		return true;
	if (v->type != JSON_STRING || !is_text(v->text, 1, max))
		return false;
	json_key(w, key);
	json_put_span(w, v->text);
	return true;
}

static bool put_int(struct json_out *w, const struct json *e, const char *key, int64_t max)
{
	int64_t n = 0;

	if (is_absent(json_get(e, key)))
		return true;
	if (!get_int(e, key, 0, max, &n))
		return false;
	json_kv_int(w, key, n);
	return true;
}

static bool put_uuid(struct json_out *w, const struct json *e, const char *key)
{
	const struct json *v = json_get(e, key);
	struct uuid id;

	if (is_absent(v))
		return true;
	if (v->type != JSON_STRING || !uuid_parse(v->text, &id))
		return false;
	json_kv_uuid(w, key, &id);
	return true;
}

// ---- the kinds: each writes the members of `f` and returns NULL, or what is wrong ---------------

static void put_signed_token(struct sync_reader *r, struct json_out *w, struct span text)
{
	struct digest shown = digest_sha256(text.ptr, text.len);
	struct token_claims claims;
	char name[DIGEST_TEXT_LEN + 1];

	digest_text(&shown, name);
	json_kv_text(w, "shown", name);
	if (token_parse(&r->scratch, text, r->tokens, &claims) != JWS_OK)
		return; // not genuine: no token_id
	json_kv_uuid(w, "token_id", &claims.token);
	json_kv_int(w, "version", claims.version);
}

static bool put_known_token(struct json_out *w, const struct json *e)
{
	const struct json *id = json_get(e, "token_id");
	struct uuid token;
	int64_t version = 0;
	char text[UUID_TEXT_LEN + 1], shown[UUID_TEXT_LEN + 24];

	if (id == NULL || id->type != JSON_STRING || !uuid_parse(id->text, &token) ||
	    !get_int(e, "version", 1, INT32_MAX, &version))
		return false;
	uuid_format(&token, text);
	snprintf(shown, sizeof(shown), "%s:%lld", text, (long long)version);
	json_kv_text(w, "shown", shown);
	json_kv_uuid(w, "token_id", &token);
	json_kv_int(w, "version", version);
	return true;
}

static bool has_token(const struct json *e)
{
	return !is_absent(json_get(e, "token")) || !is_absent(json_get(e, "token_id"));
}

// The signed text as scanned, or the id and version that the device took from its mirror.
static bool put_token(struct sync_reader *r, struct json_out *w, const struct json *e)
{
	const struct json *token = json_get(e, "token");

	if (is_absent(token))
		return put_known_token(w, e);
	if (token->type != JSON_STRING || !is_text(token->text, 1, JWS_LEN_MAX))
		return false;
	put_signed_token(r, w, token->text);
	return true;
}

static const char *put_redeem(struct sync_reader *r, struct json_out *w, const struct json *e)
{
	if (!put_token(r, w, e))
		return "a redeem has `token`, or `token_id` and `version`";
	if (!put_text(w, e, "gate", 64) || !put_text(w, e, "outcome", 64))
		return "`gate` and `outcome` are texts of up to 64 bytes";
	if (!put_int(w, e, "mirror_index", SEQ_MAX))
		return "`mirror_index` is a ledger index";
	return NULL;
}

static const char *put_reject(struct sync_reader *r, struct json_out *w, const struct json *e)
{
	if (is_absent(json_get(e, "reason")) || !put_text(w, e, "reason", 64))
		return "a reject has a `reason`, a text of up to 64 bytes";
	if (has_token(e) && !put_token(r, w, e))
		return "`token`, or `token_id` and `version`, are not as they must be";
	if (!put_text(w, e, "gate", 64))
		return "`gate` is a text of up to 64 bytes";
	return NULL;
}

static const char *put_price(struct json_out *w, const struct json *line)
{
	const struct json *price = json_get(line, "price");
	const struct json *currency;
	int64_t amount = 0;

	if (price == NULL || price->type != JSON_OBJECT ||
	    !get_int(price, "amount", 0, AMOUNT_MAX, &amount))
		return "a line has a `price` with `amount` and `currency`";
	currency = json_get(price, "currency");
	if (currency == NULL || currency->type != JSON_STRING || currency->text.len != 3)
		return "`currency` is an ISO 4217 code";
	for (size_t i = 0; i < 3; i++)
		if (currency->text.ptr[i] < 'A' || currency->text.ptr[i] > 'Z')
			return "`currency` is an ISO 4217 code";
	json_kv_int(w, "amount", amount);
	json_key(w, "currency");
	json_put_span(w, currency->text);
	return NULL;
}

static const char *put_sale_line(
    struct json_out *w, const struct json *sale, const struct json *line)
{
	const struct json *whose = is_absent(json_get(line, "lease_id")) ? sale : line;
	const char *wrong;
	int64_t quantity = 0;

	if (line->type != JSON_OBJECT)
		return "`lines` has objects";
	json_open(w, '{');
	if (is_absent(json_get(line, "drop_id")) && is_absent(json_get(line, "sku")))
		return "a line has a `drop_id` or a `sku`";
	if (!put_uuid(w, line, "drop_id") || !put_text(w, line, "sku", 64) ||
	    !put_uuid(w, whose, "lease_id"))
		return "`drop_id` and `lease_id` are UUIDs, `sku` is a text of up to 64 bytes";
	if (!get_int(line, "quantity", 1, QUANTITY_MAX, &quantity))
		return "a line has a `quantity` of 1 to 1000";
	json_kv_int(w, "quantity", quantity);
	wrong = put_price(w, line);
	json_close(w, '}');
	return wrong;
}

static const char *put_payment(struct json_out *w, const struct json *sale)
{
	const struct json *payment = json_get(sale, "payment");
	const struct json *method;

	if (payment == NULL || payment->type != JSON_OBJECT)
		return "a sale has a `payment`";
	method = json_get(payment, "method");
	if (method == NULL || method->type != JSON_STRING || !is_word(method->text))
		return "a payment has a `method` of a-z, 0-9 and _";
	json_key(w, "method");
	json_put_span(w, method->text);
	if (!put_text(w, payment, "reference", 128))
		return "a payment's `reference` is a text of up to 128 bytes";
	return NULL;
}

static const char *put_sale(struct sync_reader *r, struct json_out *w, const struct json *e)
{
	const struct json *lines = json_get(e, "lines");
	const char *wrong = NULL;

	(void)r;
	if (lines == NULL || lines->type != JSON_ARRAY || lines->count < 1 ||
	    lines->count > SYNC_SALE_LINES_MAX)
		return "a sale has 1 to 50 `lines`";
	json_key(w, "lines");
	json_open(w, '[');
	for (const struct json *l = lines->child; l != NULL && wrong == NULL; l = l->next)
		wrong = put_sale_line(w, e, l);
	if (wrong != NULL)
		return wrong;
	json_close(w, ']');
	return put_payment(w, e);
}

static const char *put_heartbeat(struct sync_reader *r, struct json_out *w, const struct json *e)
{
	(void)r;
	if (!put_int(w, e, "backlog", INT32_MAX))
		return "`backlog` is the number of events not yet uploaded";
	return NULL;
}

static const struct {
	const char *name;
	const char *(*put)(struct sync_reader *r, struct json_out *w, const struct json *e);
} kinds[] = {
    {"redeem", put_redeem},
    {"reject", put_reject},
    {"sale", put_sale},
    {"heartbeat", put_heartbeat},
};

// ---- one line -----------------------------------------------------------------------------------

// Replaces what was told of the line so far. The kind is told when it could be read.
static void tell_error(
    struct sync_reader *r, struct line *l, struct span kind, const char *code, const char *detail)
{
	struct json_out w;

	r->told.len = l->told_at;
	w = json_to(&r->told);
	json_open(&w, '{');
	if (kind.ptr != NULL) {
		json_key(&w, "k");
		json_put_span(&w, kind);
	}
	json_kv_text(&w, "e", code);
	json_key(&w, "f");
	json_open(&w, '{');
	json_kv_text(&w, "detail", detail);
	json_close(&w, '}');
	json_close(&w, '}');
}

// seq and prev, which the chain needs; everything else may be wrong and the line still counts.
static bool anchor(struct line *l, const struct json *e)
{
	l->anchored = get_int(e, "seq", 1, SEQ_MAX, &l->seq) &&
		      digest_parse(json_get_text(e, "prev"), &l->prev);
	if (!l->anchored)
		l->seq = 0;
	return l->anchored;
}

static void tell_event(
    struct sync_reader *r, struct line *l, const struct json *e, struct span kind)
{
	struct json_out w = json_to(&r->told);
	const char *wrong;
	int64_t ts_us = 0;

	if (!clock_parse(json_get_text(e, "ts"), &ts_us)) {
		tell_error(r, l, kind, "malformed", "`ts` is an RFC 3339 date-time");
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (!span_eq(kind, kinds[i].name))
			continue;
		json_open(&w, '{');
		json_key(&w, "k");
		json_put_span(&w, kind);
		json_key(&w, "t");
		json_put_time(&w, ts_us);
		json_key(&w, "f");
		json_open(&w, '{');
		wrong = kinds[i].put(r, &w, e);
		if (wrong != NULL) {
			tell_error(r, l, kind, "malformed", wrong);
			return;
		}
		json_close(&w, '}');
		json_close(&w, '}');
		return;
	}
	tell_error(r, l, kind, "unknown_kind", "this kind of event is not known here");
}

static void read_line(struct sync_reader *r, struct line *l)
{
	static const struct span none = {NULL, 0};
	const struct json *e;
	struct span kind;
	char why[160];

	l->hash = chain_next(l->text);
	l->told_at = r->told.len;
	if (l->text.len > SYNC_LINE_BYTES_MAX) {
		tell_error(r, l, none, "too_long", "a line has up to 65536 bytes");
		return;
	}
	e = json_parse(&r->scratch, l->text.ptr, l->text.len, why, sizeof(why));
	kind = e != NULL ? json_get_text(e, "kind") : none;
	if (e == NULL)
		tell_error(r, l, none, "malformed", why);
	else if (e->type != JSON_OBJECT)
		tell_error(r, l, none, "malformed", "an event is an object");
	else if (!anchor(l, e))
		tell_error(r, l, none, "malformed", "`seq` and `prev` place an event in the chain");
	else if (!is_word(kind))
		tell_error(r, l, none, "malformed", "`kind` is a word of a-z, 0-9 and _");
	else
		tell_event(r, l, e, kind);
}

bool sync_step(struct sync_reader *r, size_t lines)
{
	struct span text;

	for (size_t i = 0; i < lines; i++) {
		struct line *l;

		if (r->count == SYNC_EVENTS_MAX || !chain_line(&r->rest, &text))
			return false;
		l = &r->lines[r->count++];
		l->text = text;
		arena_init(&r->scratch, SCRATCH_BYTES_MAX);
		read_line(r, l);
		arena_release(&r->scratch);
		l->told_len = r->told.len - l->told_at;
	}
	return true;
}

// ---- the chain ----------------------------------------------------------------------------------

// Lines from..to (without `to`) do not say their place; `to` is readable or the end.
static void number_between(struct sync_reader *r, size_t from, size_t to)
{
	const struct line *before = from > 0 ? &r->lines[from - 1] : NULL;
	const struct line *after = to < r->count ? &r->lines[to] : NULL;

	if (after == NULL) {
		for (size_t i = from; i < to && before != NULL; i++)
			r->lines[i].seq = before->seq + (int64_t)(i - from) + 1;
		return;
	}
	if (!digest_equal(&after->prev, &r->lines[to - 1].hash))
		return; // strays
	for (size_t i = to; i > from; i--) {
		int64_t seq = after->seq - (int64_t)(to - i) - 1;

		if (seq <= (before != NULL ? before->seq : 0))
			return;
		r->lines[i - 1].seq = seq;
	}
}

static void number_lines(struct sync_reader *r)
{
	size_t from = 0;

	for (size_t i = 0; i <= r->count; i++) {
		if (i < r->count && !r->lines[i].anchored)
			continue;
		if (i > from)
			number_between(r, from, i);
		from = i + 1;
	}
	for (size_t i = 0; i < r->count; i++)
		r->strays += r->lines[i].seq == 0;
	// Nothing readable at all: the lines follow each other from wherever the chain stands.
	if (r->strays == r->count) {
		r->strays = 0;
		for (size_t i = 0; i < r->count; i++)
			r->run[r->run_count++] = &r->lines[i];
	}
}

// One line onto the run. False: the chain ends here.
static bool walk_line(struct sync_reader *r, struct line *l)
{
	const struct line *first = r->run[0], *last;

	if (r->run_count == 0) {
		r->run[r->run_count++] = l;
		return true;
	}
	last = r->run[r->run_count - 1];
	if (l->seq == last->seq + 1) {
		if (l->anchored && !digest_equal(&l->prev, &last->hash)) {
			r->broken = "fork";
			return false;
		}
		r->run[r->run_count++] = l;
		return true;
	}
	if (l->seq < first->seq || l->seq > last->seq) {
		r->broken = "gap";
		return false;
	}
	if (digest_equal(&l->hash, &r->run[l->seq - first->seq]->hash))
		return true; // the same line again
	r->broken = "fork";
	return false;
}

static void walk_chain(struct sync_reader *r)
{
	if (r->run_count > 0)
		return; // nothing readable
	for (size_t i = 0; i < r->count; i++)
		if (r->lines[i].seq > 0 && !walk_line(r, &r->lines[i]))
			return;
}

// ---- writing it down ----------------------------------------------------------------------------

static void put_line(struct sync_reader *r, struct json_out *w, const struct line *l)
{
	json_open(w, '{');
	json_key(w, "h");
	json_put_hex(w, l->hash.b, DIGEST_LEN);
	json_kv_int(w, "a", l->text.ptr - r->body.ptr);
	json_kv_int(w, "n", (int64_t)l->text.len);
	// What was told is an object: its members follow ours.
	buf_putc(w->buf, ',');
	buf_put(w->buf, r->told.data + l->told_at + 1, l->told_len - 2);
	json_close(w, '}');
}

static void put_run(struct sync_reader *r, struct buf *out)
{
	struct json_out w = json_to(out);
	const struct line *first = r->run[0];

	json_open(&w, '{');
	json_key(&w, "first");
	if (first->seq > 0)
		json_put_int(&w, first->seq);
	else
		json_put_null(&w);
	json_key(&w, "prev");
	if (first->anchored)
		json_put_hex(&w, first->prev.b, DIGEST_LEN);
	else
		json_put_null(&w);
	json_key(&w, "break");
	if (r->broken != NULL)
		json_put_text(&w, r->broken);
	else
		json_put_null(&w);
	json_kv_int(&w, "stray", (int64_t)r->strays);
	json_key(&w, "lines");
	json_open(&w, '[');
	for (size_t i = 0; i < r->run_count; i++)
		put_line(r, &w, r->run[i]);
	json_close(&w, ']');
	json_close(&w, '}');
}

struct sync_reader *sync_begin(
    struct arena *a, struct span body, const struct keyring *tokens, enum sync_result *why)
{
	size_t count = chain_count(body);
	struct sync_reader *r = arena_alloc(a, sizeof(*r));

	*why = count == 0 ? SYNC_EMPTY : count > SYNC_EVENTS_MAX ? SYNC_TOO_MANY : SYNC_TOO_LARGE;
	if (count == 0 || count > SYNC_EVENTS_MAX || r == NULL)
		return NULL;
	r->tokens = tokens;
	r->body = body;
	r->rest = chain_lines_of(body);
	r->lines = arena_alloc(a, count * sizeof(*r->lines));
	r->run = arena_alloc(a, count * sizeof(struct line *));
	if (r->lines == NULL || r->run == NULL)
		return NULL;
	buf_init(&r->told, TOLD_BYTES_MAX);
	*why = SYNC_OK;
	return r;
}

enum sync_result sync_end(struct sync_reader *r, struct buf *out)
{
	number_lines(r);
	walk_chain(r);
	if (!r->told.failed)
		put_run(r, out);
	else
		out->failed = true;
	return out->failed ? SYNC_TOO_LARGE : SYNC_OK;
}

void sync_release(struct sync_reader *r)
{
	if (r != NULL)
		buf_release(&r->told);
}

enum sync_result sync_read(
    struct arena *a, struct span body, const struct keyring *tokens, struct buf *out)
{
	enum sync_result result;
	struct sync_reader *r = sync_begin(a, body, tokens, &result);

	if (r == NULL)
		return result;
	while (sync_step(r, SYNC_EVENTS_MAX))
		continue;
	result = sync_end(r, out);
	sync_release(r);
	return result;
}

// ---- gzip ---------------------------------------------------------------------------------------

bool sync_inflate(struct span in, struct buf *out)
{
	z_stream z = {.avail_in = (unsigned)in.len};
	size_t room = in.len * SYNC_INFLATE_RATIO_MAX;
	bool ok = false;
	int r = Z_OK;

	if (in.len == 0 || in.len > SYNC_BODY_BYTES_MAX || inflateInit2(&z, 15 + 16) != Z_OK)
		return false;
	z.next_in = (unsigned char *)(uintptr_t)in.ptr; // zlib reads it only
	if (room > SYNC_BODY_BYTES_MAX)
		room = SYNC_BODY_BYTES_MAX;
	while (r == Z_OK && z.total_out <= room) {
		uint8_t *to = buf_reserve(out, 65536);

		if (to == NULL)
			break;
		z.next_out = to;
		z.avail_out = 65536;
		r = inflate(&z, Z_NO_FLUSH);
		out->len += 65536 - z.avail_out;
	}
	ok = r == Z_STREAM_END && z.avail_in == 0 && z.total_out <= room && !out->failed;
	inflateEnd(&z);
	return ok;
}
