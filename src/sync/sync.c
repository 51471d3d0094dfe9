// SPDX-License-Identifier: Apache-2.0
//
// Three passes: read each line by itself (read_line, in slices), give every line its number (number_lines),
// walk the chain as far as it holds (walk_chain); then write what was found. The table of lines
// lives in the caller's arena; a line's JSON tree lives in a scratch arena until the next line;
// what a line says is kept as text in `told`, by its place in it, for `told` moves as it grows.
#include "sync/sync.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/gunzip.h"
#include "crypto/chain.h"
#include "crypto/digest.h"
#include "json/json.h"

#define SCRATCH_BYTES_MAX (16u << 20) // the tree of one line of SYNC_LINE_BYTES_MAX
#define TOLD_BYTES_MAX (48u << 20)

struct line {
	struct span text;
	struct digest hash;
	struct digest prev;	  // when anchored
	int64_t seq;		  // 0: not known, not yet or never
	bool anchored;		  // it says its seq and prev itself
	const char *error;	  // NULL: understood
	int64_t ts_us;		  // when understood
	size_t kind_at, kind_len; // len 0: none that can be read
	size_t fields_at, fields_len;
};

struct sync_reader {
	struct kind_reader with;
	struct arena scratch;
	struct span body;
	struct chain_lines rest; // of the body, not yet read
	struct line *lines;
	size_t count;
	struct buf told; // of every line: its kind, then its fields as a JSON object

	// Of the chain.
	struct line **run; // consecutive numbers
	size_t run_count;
	size_t strays;
	const char *broken; // NULL, "gap" or "fork"
};

// ---- one line -----------------------------------------------------------------------------------

static void tell_kind(struct sync_reader *r, struct line *l, struct span kind)
{
	l->kind_at = r->told.len;
	l->kind_len = kind.ptr != NULL ? kind.len : 0;
	buf_put(&r->told, kind.ptr, l->kind_len);
}

// Replaces what was told of the line so far. The kind is told when it could be read.
static void tell_error(
    struct sync_reader *r, struct line *l, struct span kind, const char *code, const char *detail)
{
	struct json_out w;

	r->told.len = l->kind_at;
	tell_kind(r, l, kind);
	l->error = code;
	l->fields_at = r->told.len;
	w = json_to(&r->told);
	json_open(&w, '{');
	json_kv_text(&w, "detail", detail);
	json_close(&w, '}');
}

// seq and prev, which the chain needs; everything else may be wrong and the line still counts.
static bool anchor(struct line *l, const struct json *e)
{
	l->anchored = kind_get_int(e, "seq", 1, KIND_SEQ_MAX, &l->seq) &&
		      digest_parse(json_get_text(e, "prev"), &l->prev);
	if (!l->anchored)
		l->seq = 0;
	return l->anchored;
}

static void tell_event(
    struct sync_reader *r, struct line *l, const struct json *e, struct span kind)
{
	const struct kind *k = kind_find(kind);
	struct json_out w;
	const char *wrong, *code;

	if (!clock_parse(json_get_text(e, "ts"), &l->ts_us)) {
		tell_error(r, l, kind, "malformed", "`ts` is an RFC 3339 date-time");
		return;
	}
	if (k == NULL) {
		tell_error(r, l, kind, "unknown_kind", "this kind of event is not known here");
		return;
	}
	tell_kind(r, l, kind);
	l->fields_at = r->told.len;
	w = json_to(&r->told);
	json_open(&w, '{');
	wrong = kind_put(k, e, &r->with, &r->scratch, &w, &code);
	if (wrong != NULL) {
		tell_error(r, l, kind, code, wrong);
		return;
	}
	json_close(&w, '}');
}

// Not which one: what is wrong with a line stays when the line is redacted.
static const char *without_names(const char *why)
{
	static const char duplicate[] = "duplicate member";

	return strncmp(why, duplicate, strlen(duplicate)) == 0 ? duplicate : why;
}

static void read_line(struct sync_reader *r, struct line *l)
{
	static const struct span none = {NULL, 0};
	const struct json *e;
	struct span kind;
	char why[160];

	l->hash = chain_next(l->text);
	l->kind_at = r->told.len;
	if (l->text.len > SYNC_LINE_BYTES_MAX) {
		tell_error(r, l, none, "too_long", "a line has up to 65536 bytes");
		return;
	}
	e = json_parse(&r->scratch, l->text.ptr, l->text.len, why, sizeof(why));
	kind = e != NULL ? json_get_text(e, "kind") : none;
	if (e == NULL)
		tell_error(r, l, none, "malformed", without_names(why));
	else if (e->type != JSON_OBJECT)
		tell_error(r, l, none, "malformed", "an event is an object");
	else if (!anchor(l, e))
		tell_error(r, l, none, "malformed", "`seq` and `prev` place an event in the chain");
	else if (!kind_is_word(kind))
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
		l->fields_len = r->told.len - l->fields_at;
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
	json_close(&w, '}');
}

size_t sync_lines(const struct sync_reader *r)
{
	return r->run_count;
}

struct sync_line sync_line(const struct sync_reader *r, size_t i)
{
	const struct line *l = r->run[i];
	const char *told = buf_text(&r->told);

	return (struct sync_line){.hash = {(const char *)l->hash.b, DIGEST_LEN},
	    .at = (size_t)(l->text.ptr - r->body.ptr),
	    .len = l->text.len,
	    .kind = {l->kind_len > 0 ? told + l->kind_at : NULL, l->kind_len},
	    .error = l->error,
	    .ts_us = l->ts_us,
	    .fields = {told + l->fields_at, l->fields_len}};
}

struct sync_reader *sync_begin(
    struct arena *a, struct span body, const struct kind_reader *with, enum sync_result *why)
{
	size_t count = chain_count(body);
	struct sync_reader *r = arena_alloc(a, sizeof(*r));

	*why = count == 0 ? SYNC_EMPTY : count > SYNC_EVENTS_MAX ? SYNC_TOO_MANY : SYNC_TOO_LARGE;
	if (count == 0 || count > SYNC_EVENTS_MAX || r == NULL)
		return NULL;
	r->with = *with;
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

// ---- gzip ---------------------------------------------------------------------------------------

bool sync_inflate(struct span in, struct buf *out)
{
	return gunzip(in, SYNC_BODY_BYTES_MAX, SYNC_INFLATE_RATIO_MAX, out);
}
