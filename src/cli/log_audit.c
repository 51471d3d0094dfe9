// SPDX-License-Identifier: Apache-2.0
//
// Owns what is known of every subject, drop, token and serial, found by one hash table whose keys
// are an id and a number. The table is seeded: nobody can write a log that makes it slow.
#include "cli/log_audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/ids.h"
#include "crypto/digest.h"
#include "json/json.h"

#define ENTRY_BYTES_MAX 65535
#define ARENA_BYTES_MAX ((size_t)32 << 20)
#define SLOTS_MIN 1024

// What a key's number says: a serial of the drop, or what else the id is.
enum { KEY_SUBJECT = -1, KEY_DROP = -2, KEY_TOKEN = -3 };

struct key {
	struct uuid id;
	int64_t number;
};

struct known {
	struct key key;
	bool is_taken;
	uint64_t
	    value; // subject: its last index; drop, token: place in the array; serial: the token's
};

struct drop {
	int64_t tokenized, live;
};

struct token {
	size_t drop;
	int64_t serial;
	bool is_live, has_ended;
};

struct audit {
	struct known *slots;
	size_t slot_count, used; // a power of two
	uint8_t seed[16];
	struct drop *drops;
	struct token *tokens;
	struct uuid *subjects; // by index
	size_t drop_count, drop_cap, token_count, token_cap, subject_cap;
	struct audit_sums sums;
};

// ---- the table -----------------------------------------------------------------------------------

static void *grown(void *array, size_t count, size_t *cap, size_t each)
{
	if (count < *cap)
		return array;
	*cap = *cap == 0 ? 64 : *cap * 2;
	void *larger = realloc(array, *cap * each);
	ASSERT(larger != NULL);
	return larger;
}

static size_t hash_of(const struct audit *a, const struct key *k)
{
	uint8_t text[sizeof(a->seed) + sizeof(k->id) + sizeof(k->number)];
	uint64_t h;
	memcpy(text, a->seed, sizeof(a->seed));
	memcpy(text + sizeof(a->seed), k->id.b, sizeof(k->id));
	memcpy(text + sizeof(a->seed) + sizeof(k->id), &k->number, sizeof(k->number));
	struct digest d = digest_sha256(text, sizeof(text));
	memcpy(&h, d.b, sizeof(h));
	return (size_t)h;
}

static struct known *slot_of(const struct audit *a, const struct key *k)
{
	size_t at = hash_of(a, k) & (a->slot_count - 1);
	while (a->slots[at].is_taken &&
	       (a->slots[at].key.number != k->number || !uuid_eq(&a->slots[at].key.id, &k->id)))
		at = (at + 1) & (a->slot_count - 1);
	return &a->slots[at];
}

static void make_room(struct audit *a)
{
	struct known *was = a->slots;
	size_t count = a->slot_count;
	if (a->used * 2 < count)
		return;
	a->slot_count = count * 2;
	a->slots = calloc(a->slot_count, sizeof(*a->slots));
	ASSERT(a->slots != NULL);
	for (size_t i = 0; i < count; i++)
		if (was[i].is_taken)
			*slot_of(a, &was[i].key) = was[i];
	free(was);
}

// NULL: it is not known.
static struct known *find(const struct audit *a, const struct uuid *id, int64_t number)
{
	struct known *k = slot_of(a, &(struct key){*id, number});
	return k->is_taken ? k : NULL;
}

static void add(struct audit *a, const struct uuid *id, int64_t number, uint64_t value)
{
	struct key key = {*id, number};
	make_room(a);
	struct known *k = slot_of(a, &key);
	a->used += !k->is_taken;
	*k = (struct known){key, true, value};
}

struct audit *audit_new(void)
{
	struct audit *a = calloc(1, sizeof(*a));
	ASSERT(a != NULL);
	a->slot_count = SLOTS_MIN;
	a->slots = calloc(a->slot_count, sizeof(*a->slots));
	ASSERT(a->slots != NULL);
	ids_random(a->seed, sizeof(a->seed));
	return a;
}

void audit_release(struct audit *a)
{
	if (a == NULL)
		return;
	free(a->slots);
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

struct entry {
	uint64_t index;
	struct span kind, at;
	struct uuid subject;
	const struct json *prev, *data;
};

static bool read_entry(const struct json *e, struct entry *out)
{
	const struct json *index = e->type == JSON_OBJECT ? json_get(e, "index") : NULL;
	if (index == NULL || index->type != JSON_INT || index->integer < 0)
		return false;
	out->index = (uint64_t)index->integer;
	out->kind = json_get_text(e, "kind");
	out->at = json_get_text(e, "at");
	out->prev = json_get(e, "prev");
	out->data = json_get(e, "data");
	return out->kind.ptr != NULL && out->at.ptr != NULL &&
	       out->at.len < sizeof(((struct audit_sums *)0)->last_at) && out->prev != NULL &&
	       (out->prev->type == JSON_NULL || out->prev->type == JSON_INT) && out->data != NULL &&
	       out->data->type == JSON_OBJECT &&
	       uuid_parse(json_get_text(e, "subject"), &out->subject);
}

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
	a->subjects = grown(a->subjects, s->entries, &a->subject_cap, sizeof(*a->subjects));
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
	const struct known *k = find(a, &e->subject, KEY_DROP);
	if (tokenized == NULL || tokenized->type != JSON_INT)
		return true;
	if (tokenized->integer < 0) {
		buf_puts(error, "a drop cannot have less than nothing tokenized");
		return false;
	}
	if (k == NULL) {
		a->drops = grown(a->drops, a->drop_count, &a->drop_cap, sizeof(*a->drops));
		a->drops[a->drop_count] = (struct drop){.tokenized = 0};
		add(a, &e->subject, KEY_DROP, a->drop_count++);
		k = find(a, &e->subject, KEY_DROP);
		a->sums.drops++;
	}
	struct drop *d = &a->drops[k->value];
	a->sums.tokenized += (uint64_t)(tokenized->integer - d->tokenized);
	d->tokenized = tokenized->integer;
	return fits(d, error);
}

// The first entry of a token, which gives it its drop and serial. NULL: `error` says why not.
static struct token *make_token(struct audit *a, const struct entry *e, const struct uuid *drop,
    int64_t serial, struct buf *error)
{
	const struct known *d = find(a, drop, KEY_DROP);
	if (d == NULL || serial < 1) {
		buf_puts(error, "a token of no drop, or without a serial");
		return NULL;
	}
	if (find(a, drop, serial) != NULL) {
		buf_printf(
		    error, "serial %lld of the drop has another token already", (long long)serial);
		return NULL;
	}
	size_t place = a->token_count, of = d->value;
	a->tokens = grown(a->tokens, place, &a->token_cap, sizeof(*a->tokens));
	a->tokens[place] = (struct token){.drop = of, .serial = serial};
	a->token_count++;
	add(a, &e->subject, KEY_TOKEN, place);
	add(a, drop, serial, place);
	a->sums.tokens++;
	return &a->tokens[place];
}

static struct token *token_of(struct audit *a, const struct entry *e, struct buf *error)
{
	struct uuid drop;
	int64_t serial = json_get_int(e->data, "serial", 0);
	if (!uuid_parse(json_get_text(e->data, "drop_id"), &drop)) {
		buf_puts(error, "a token's entry names no drop");
		return NULL;
	}
	const struct known *k = find(a, &e->subject, KEY_TOKEN), *d = find(a, &drop, KEY_DROP);
	if (k == NULL)
		return make_token(a, e, &drop, serial, error);
	struct token *t = &a->tokens[k->value];
	if (d != NULL && d->value == t->drop && serial == t->serial)
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

static bool take_token(struct audit *a, const struct entry *e, struct buf *error)
{
	static const char *const alive[] = {
	    "token.held", "token.issued", "token.redeemed", "token.redemption_corrected", NULL};
	static const char *const over[] = {
	    "token.expired", "token.cancelled", "token.forfeited", NULL};
	bool lives = is_one_of(e->kind, alive), ends = is_one_of(e->kind, over);
	struct token *t = token_of(a, e, error);
	if (t == NULL)
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

static bool take_parsed(struct audit *a, const struct json *json, struct buf *error)
{
	struct entry e;
	if (json == NULL || !read_entry(json, &e)) {
		buf_puts(error, "it is not written as a ledger entry is");
		return false;
	}
	if (!take_place(a, &e, error))
		return false;
	if (span_starts(e.kind, "drop."))
		return take_drop(a, &e, error);
	return !span_starts(e.kind, "token.") || take_token(a, &e, error);
}

bool audit_take(struct audit *a, struct span entry, struct buf *error)
{
	struct arena arena;
	char why[128];
	struct buf reason;
	unsigned long long index = a->sums.entries;
	if (entry.len > ENTRY_BYTES_MAX || a->sums.entries >= AUDIT_ENTRIES_MAX) {
		buf_printf(error, "entry %llu: too large, or too many", index);
		return false;
	}
	arena_init(&arena, ARENA_BYTES_MAX);
	buf_init(&reason, 512);
	bool ok =
	    take_parsed(a, json_parse(&arena, entry.ptr, entry.len, why, sizeof(why)), &reason);
	if (!ok)
		buf_printf(error, "entry %llu: %s", index, buf_text(&reason));
	buf_release(&reason);
	arena_release(&arena);
	return ok;
}
