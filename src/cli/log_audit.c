// SPDX-License-Identifier: Apache-2.0
//
// Owns what is known of every subject, drop, token and serial.
#include "cli/log_audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "cli/entry.h"
#include "cli/known.h"

#define ARENA_BYTES_MAX ((size_t)32 << 20)

// What a key's number says: a serial of the drop, or what else the id is. The value of a drop or token
// is its place in the array, that of a serial the token's.
enum { KEY_DROP = -1, KEY_TOKEN = -2 };

struct drop {
	int64_t tokenized, live;
};

struct token {
	size_t drop;
	int64_t serial, version;
	bool is_live, has_ended;
};

struct audit {
	struct known *known;
	struct drop *drops;
	struct token *tokens;
	struct uuid *subjects; // by index
	size_t drop_count, drop_cap, token_count, token_cap, subject_cap;
	struct audit_sums sums;
};

struct audit *audit_new(void)
{
	struct audit *a = calloc(1, sizeof(*a));
	ASSERT(a != NULL);
	a->known = known_new();
	return a;
}

void audit_release(struct audit *a)
{
	if (a == NULL)
		return;
	known_release(a->known);
	free(a->drops);
	free(a->tokens);
	free(a->subjects);
	free(a);
}

struct audit_sums audit_sums(const struct audit *a)
{
	return a->sums;
}

// ---- one entry -----------------------------------------------------------------------------------

// Index, time and `prev`.
static bool take_place(struct audit *a, const struct entry *e, struct buf *error)
{
	struct audit_sums *s = &a->sums;
	char at[sizeof(s->last_at)];
	if (e->index != s->entries) {
		buf_printf(error, "it says it is entry %llu", (unsigned long long)e->index);
		return false;
	}
	snprintf(at, sizeof(at), "%.*s", (int)e->at.len, e->at.ptr);
	if (strcmp(at, s->last_at) < 0) { // RFC 3339 of one form sorts as text
		buf_puts(error, "its time is before that of the entry before it");
		return false;
	}
	if (e->prev->type == JSON_INT &&
	    (e->prev->integer < 0 || (uint64_t)e->prev->integer >= s->entries ||
		!uuid_eq(&a->subjects[e->prev->integer], &e->subject))) {
		buf_puts(error, "its `prev` is no earlier entry about the same subject");
		return false;
	}
	a->subjects = known_grown(a->subjects, s->entries, &a->subject_cap, sizeof(*a->subjects));
	a->subjects[s->entries++] = e->subject;
	memcpy(s->last_at, at, sizeof(at));
	if (s->entries == 1)
		memcpy(s->first_at, s->last_at, sizeof(s->first_at));
	return true;
}

static bool fits(const struct drop *d, struct buf *error)
{
	if (d->live <= d->tokenized)
		return true;
	buf_printf(error, "OVERSOLD: the drop has %lld tokens held, issued or redeemed, of %lld",
	    (long long)d->live, (long long)d->tokenized);
	return false;
}

// drop.created, and whatever else tells how much of a drop is tokenized.
static bool take_drop(struct audit *a, const struct entry *e, struct buf *error)
{
	const struct json *tokenized = json_get(e->data, "tokenized");
	const uint64_t *place = known_find(a->known, &e->subject, KEY_DROP);
	if (tokenized == NULL || tokenized->type != JSON_INT)
		return true;
	if (tokenized->integer < 0) {
		buf_puts(error, "a drop cannot have less than nothing tokenized");
		return false;
	}
	if (place == NULL) {
		a->drops = known_grown(a->drops, a->drop_count, &a->drop_cap, sizeof(*a->drops));
		a->drops[a->drop_count] = (struct drop){.tokenized = 0};
		known_put(a->known, &e->subject, KEY_DROP, a->drop_count++);
		place = known_find(a->known, &e->subject, KEY_DROP);
		a->sums.drops++;
	}
	struct drop *d = &a->drops[*place];
	const struct json *was = json_get(e->data, "was");
	if (was != NULL && (was->type != JSON_INT || was->integer != d->tokenized)) {
		buf_printf(error, "%lld of the drop were tokenized, and it says otherwise",
		    (long long)d->tokenized);
		return false;
	}
	a->sums.tokenized += (uint64_t)(tokenized->integer - d->tokenized);
	d->tokenized = tokenized->integer;
	return fits(d, error);
}

// The first entry of a token, which gives it its drop and serial. NULL: `error` says why not.
static struct token *make_token(struct audit *a, const struct entry *e, const struct uuid *drop,
    int64_t serial, struct buf *error)
{
	const uint64_t *d = known_find(a->known, drop, KEY_DROP);
	if (d == NULL || serial < 1) {
		buf_puts(error, "a token of no drop, or without a serial");
		return NULL;
	}
	if (known_find(a->known, drop, serial) != NULL) {
		buf_printf(
		    error, "serial %lld of the drop has another token already", (long long)serial);
		return NULL;
	}
	size_t place = a->token_count, of = *d;
	a->tokens = known_grown(a->tokens, place, &a->token_cap, sizeof(*a->tokens));
	a->tokens[place] = (struct token){.drop = of, .serial = serial, .version = 1};
	a->token_count++;
	known_put(a->known, &e->subject, KEY_TOKEN, place);
	known_put(a->known, drop, serial, place);
	a->sums.tokens++;
	return &a->tokens[place];
}

static struct token *token_of(struct audit *a, const struct entry *e, struct buf *error)
{
	struct uuid drop;
	int64_t serial = json_get_int(e->data, "serial", 0);
	if (!entry_uuid(e, "drop_id", &drop)) {
		buf_puts(error, "a token's entry names no drop");
		return NULL;
	}
	const uint64_t *k = known_find(a->known, &e->subject, KEY_TOKEN),
		       *d = known_find(a->known, &drop, KEY_DROP);
	if (k == NULL)
		return make_token(a, e, &drop, serial, error);
	struct token *t = &a->tokens[*k];
	if (d != NULL && *d == t->drop && serial == t->serial)
		return t;
	buf_puts(error, "the token had another drop or serial before");
	return NULL;
}

static bool is_one_of(struct span kind, const char *const *names)
{
	for (; *names != NULL; names++)
		if (span_eq(kind, *names))
			return true;
	return false;
}

// It rises by one when the token gets another holder, and never otherwise.
static bool take_version(struct token *t, const struct entry *e, struct buf *error)
{
	int64_t version = t->version + span_eq(e->kind, "token.transferred");
	if (json_get_int(e->data, "version", 0) != version) {
		buf_printf(error, "the token's version is %lld by now, and it says otherwise",
		    (long long)version);
		return false;
	}
	t->version = version;
	return true;
}

static bool take_token(struct audit *a, const struct entry *e, struct buf *error)
{
	static const char *const alive[] = {"token.held", "token.issued", "token.redeemed",
	    "token.redemption_corrected", "token.redemption_annulled", "token.listed",
	    "token.withdrawn", "token.sold", "token.transferred", NULL};
	static const char *const over[] = {
	    "token.expired", "token.cancelled", "token.forfeited", NULL};
	bool lives = is_one_of(e->kind, alive), ends = is_one_of(e->kind, over);
	struct token *t = token_of(a, e, error);
	if (t == NULL || !take_version(t, e, error))
		return false;
	if (lives && t->has_ended) {
		buf_puts(error, "the token has ended before");
		return false;
	}
	struct drop *d = &a->drops[t->drop];
	if (lives && !t->is_live) {
		t->is_live = true;
		d->live++;
		a->sums.live++;
	} else if (ends && t->is_live) {
		t->is_live = false;
		d->live--;
		a->sums.live--;
	}
	t->has_ended |= ends;
	return fits(d, error);
}

static bool take_read(struct audit *a, const struct entry *e, struct buf *error)
{
	if (!take_place(a, e, error))
		return false;
	if (span_starts(e->kind, "drop."))
		return take_drop(a, e, error);
	return !span_starts(e->kind, "token.") || take_token(a, e, error);
}

bool audit_take(struct audit *a, struct span entry, struct buf *error)
{
	struct arena arena;
	struct buf reason;
	struct entry e;
	unsigned long long index = a->sums.entries;
	if (index >= ENTRIES_MAX) {
		buf_printf(error, "entry %llu: too many", index);
		return false;
	}
	arena_init(&arena, ARENA_BYTES_MAX);
	buf_init(&reason, 512);
	bool ok = entry_read(&arena, entry, &e, &reason) && take_read(a, &e, &reason);
	if (!ok)
		buf_printf(error, "entry %llu: %s", index, buf_text(&reason));
	buf_release(&reason);
	arena_release(&arena);
	return ok;
}
