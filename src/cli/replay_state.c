// SPDX-License-Identifier: Apache-2.0
//
// One table says how tokens move (MOVES); a drop's and a window's counters follow from the tokens by
// count(), which takes a token out before its entry changes it and puts it back behind.
#include "cli/replay_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "cli/entry.h"
#include "cli/known.h"
#include "crypto/digest.h"

#define ARENA_BYTES_MAX ((size_t)32 << 20)
#define WAITING_MAX 50000000 // of one entry: sums of them stay far from the end of an int64_t

// What a key's number says: a serial of the drop, or what else the id is. Values: a place in an array;
// of a waiting entry, whether it waits.
enum { KEY_DROP = -1, KEY_TOKEN = -2, KEY_WINDOW = -3, KEY_WAITING = -4 };

struct replay {
	struct known *known;
	struct replay_token *tokens;
	struct replay_drop *drops;
	struct replay_window *windows;
	size_t token_count, token_cap, drop_count, drop_cap, window_count, window_cap;
	uint64_t entries;
};

struct replay *replay_new(void)
{
	struct replay *r = calloc(1, sizeof(*r));
	ASSERT(r != NULL);
	r->known = known_new();
	return r;
}

void replay_release(struct replay *r)
{
	if (r == NULL)
		return;
	known_release(r->known);
	free(r->tokens);
	free(r->drops);
	free(r->windows);
	free(r);
}

// ---- looking up ----------------------------------------------------------------------------------

uint64_t replay_entries(const struct replay *r)
{
	return r->entries;
}

size_t replay_tokens(const struct replay *r)
{
	return r->token_count;
}

size_t replay_drops(const struct replay *r)
{
	return r->drop_count;
}

size_t replay_windows(const struct replay *r)
{
	return r->window_count;
}

struct replay_token *replay_token_at(const struct replay *r, size_t place)
{
	ASSERT(place < r->token_count);
	return &r->tokens[place];
}

struct replay_drop *replay_drop_at(const struct replay *r, size_t place)
{
	ASSERT(place < r->drop_count);
	return &r->drops[place];
}

struct replay_window *replay_window_at(const struct replay *r, size_t place)
{
	ASSERT(place < r->window_count);
	return &r->windows[place];
}

struct replay_token *replay_token(const struct replay *r, const struct uuid *id)
{
	const uint64_t *place = known_find(r->known, id, KEY_TOKEN);
	return place != NULL ? &r->tokens[*place] : NULL;
}

struct replay_drop *replay_drop(const struct replay *r, const struct uuid *id)
{
	const uint64_t *place = known_find(r->known, id, KEY_DROP);
	return place != NULL ? &r->drops[*place] : NULL;
}

// A window has no id: the first bytes of a hash of its drop's and its name are as good.
static struct uuid window_key(const struct uuid *drop, struct span name)
{
	uint8_t text[sizeof(drop->b) + REPLAY_NAME_MAX];
	struct uuid key;
	ASSERT(name.len <= REPLAY_NAME_MAX);
	memcpy(text, drop->b, sizeof(drop->b));
	if (name.len > 0)
		memcpy(text + sizeof(drop->b), name.ptr, name.len);
	struct digest d = digest_sha256(text, sizeof(drop->b) + name.len);
	memcpy(key.b, d.b, sizeof(key.b));
	return key;
}

struct replay_window *replay_window(
    const struct replay *r, const struct uuid *drop, struct span name)
{
	if (name.len > REPLAY_NAME_MAX)
		return NULL;
	struct uuid key = window_key(drop, name);
	const uint64_t *place = known_find(r->known, &key, KEY_WINDOW);
	return place != NULL ? &r->windows[*place] : NULL;
}

const char *replay_state_name(enum replay_state s)
{
	static const char *const names[] = {
	    [REPLAY_HELD] = "held",
	    [REPLAY_ISSUED] = "issued",
	    [REPLAY_SUSPENDED] = "suspended",
	    [REPLAY_SOLD] = "sold and not transferred",
	    [REPLAY_REDEEMED] = "redeemed",
	    [REPLAY_EXPIRED] = "expired",
	    [REPLAY_CANCELLED] = "cancelled",
	    [REPLAY_FORFEITED] = "forfeited",
	};
	return names[s];
}

static const char *const DEPOSITS[] = {
    [REPLAY_NO_DEPOSIT] = "",
    [REPLAY_DEPOSIT_HELD] = "held",
    [REPLAY_DEPOSIT_APPLIED] = "applied",
    [REPLAY_DEPOSIT_REFUNDED] = "refunded",
    [REPLAY_DEPOSIT_FORFEITED] = "forfeited",
};

const char *replay_deposit_name(enum replay_deposit d)
{
	return DEPOSITS[d];
}

// ---- counters ------------------------------------------------------------------------------------

static void count(struct replay *r, const struct replay_token *t, int by)
{
	struct replay_drop *d = &r->drops[t->drop];
	switch (t->state) {
	case REPLAY_HELD:
		d->held += by;
		break;
	case REPLAY_REDEEMED:
		d->redeemed += by;
		d->issued += by;
		break;
	case REPLAY_ISSUED:
	case REPLAY_SUSPENDED:
	case REPLAY_SOLD:
		d->issued += by;
		break;
	case REPLAY_FORFEITED:
		d->forfeited += t->is_released ? 0 : by;
		break;
	case REPLAY_EXPIRED:
	case REPLAY_CANCELLED:
		return;
	}
	if (t->window != REPLAY_NO_WINDOW)
		r->windows[t->window].used += by;
}

static bool fits(const struct replay_drop *d, struct buf *error)
{
	int64_t taken = d->held + d->issued + d->forfeited;
	if (taken <= d->tokenized)
		return true;
	buf_printf(error, "OVERSOLD: %lld of the drop are held, issued or forfeited, of %lld",
	    (long long)taken, (long long)d->tokenized);
	return false;
}

static bool window_fits(const struct replay_window *w, struct buf *error)
{
	if (w->quantity == REPLAY_UNLIMITED || w->used <= w->quantity)
		return true;
	buf_printf(error, "OVERSOLD: %lld of window %s are used, of %lld", (long long)w->used,
	    w->name, (long long)w->quantity);
	return false;
}

// ---- drops ---------------------------------------------------------------------------------------

// A count that must be there.
static bool read_count(const struct json *object, const char *member, int64_t *out)
{
	*out = json_get_int(object, member, -1);
	return *out >= 0;
}

// `name_key`: the member that names it. Without a quantity it gives what the drop has.
static bool take_window(struct replay *r, size_t drop, const struct json *rules,
    const char *name_key, struct buf *error)
{
	struct span name = json_get_text(rules, name_key);
	const struct json *quantity = json_get(rules, "quantity");
	bool is_limited = quantity != NULL && quantity->type != JSON_NULL;
	if (name.ptr == NULL || name.len == 0 || name.len > REPLAY_NAME_MAX ||
	    (is_limited && (quantity->type != JSON_INT || quantity->integer < 0))) {
		buf_puts(error, "a window without a name, or with a quantity that is none");
		return false;
	}
	struct replay_window *w = replay_window(r, &r->drops[drop].id, name);
	if (w == NULL) {
		struct uuid key = window_key(&r->drops[drop].id, name);
		r->windows =
		    known_grown(r->windows, r->window_count, &r->window_cap, sizeof(*r->windows));
		w = &r->windows[r->window_count];
		*w = (struct replay_window){.drop = drop};
		memcpy(w->name, name.ptr, name.len);
		known_put(r->known, &key, KEY_WINDOW, r->window_count++);
	}
	w->quantity = is_limited ? quantity->integer : REPLAY_UNLIMITED;
	return window_fits(w, error);
}

static bool take_created(struct replay *r, const struct entry *e, struct buf *error)
{
	const struct json *windows = json_get(e->data, "windows");
	struct replay_drop drop = {.id = e->subject};
	size_t place = r->drop_count;
	if (!read_count(e->data, "tokenized", &drop.tokenized) ||
	    !read_count(e->data, "quantity", &drop.quantity) ||
	    replay_drop(r, &e->subject) != NULL) {
		buf_puts(error, "a drop that was there before, or without its quantities");
		return false;
	}
	r->drops = known_grown(r->drops, place, &r->drop_cap, sizeof(*r->drops));
	r->drops[place] = drop;
	known_put(r->known, &e->subject, KEY_DROP, place);
	r->drop_count++;
	if (windows == NULL || windows->type != JSON_ARRAY)
		return true;
	for (const struct json *w = windows->child; w != NULL; w = w->next)
		if (w->type != JSON_OBJECT || !take_window(r, place, w, "name", error)) {
			if (error->len == 0)
				buf_puts(error, "a window that is no object");
			return false;
		}
	return true;
}

static bool take_number(
    int64_t *number, const struct entry *e, const char *member, struct buf *error)
{
	int64_t now, was = *number;
	if (!read_count(e->data, member, &now) || json_get_int(e->data, "was", -1) != was) {
		buf_printf(error, "%s was %lld, and it says otherwise", member, (long long)was);
		return false;
	}
	*number = now;
	return true;
}

static bool take_remainder(struct replay_drop *d, const struct entry *e, struct buf *error)
{
	int64_t entries;
	if (!read_count(e->data, "entries", &entries) || entries > WAITING_MAX) {
		buf_puts(error, "a draw's remainder that does not say how many it is");
		return false;
	}
	d->waiting += entries;
	d->unnamed += entries;
	return true;
}

// drop.* and draw.waitlist, whose subject is a drop.
static bool take_drop(struct replay *r, const struct entry *e, struct buf *error)
{
	if (span_eq(e->kind, "drop.created"))
		return take_created(r, e, error);
	struct replay_drop *d = replay_drop(r, &e->subject);
	if (d == NULL) {
		buf_puts(error, "the drop was not created before");
		return false;
	}
	if (span_eq(e->kind, "drop.share_changed"))
		return take_number(&d->tokenized, e, "tokenized", error) && fits(d, error);
	if (span_eq(e->kind, "drop.walk_in_changed"))
		return take_number(&d->quantity, e, "quantity", error);
	if (span_eq(e->kind, "drop.window_set"))
		return take_window(r, (size_t)(d - r->drops), e->data, "window", error);
	return !span_eq(e->kind, "draw.waitlist") || take_remainder(d, e, error);
}

// ---- tokens --------------------------------------------------------------------------------------

#define IN(state) (1u << REPLAY_##state)
#define AT_BIRTH (1u << 31)
#define MAY(deposit) (1u << REPLAY_DEPOSIT_##deposit)
#define MAY_END (MAY(REFUNDED) | MAY(FORFEITED))

struct move {
	const char *kind;
	unsigned from;
	enum replay_state to;
	unsigned deposits; // what `deposit` may become by it
	bool settles;	   // a deposit that is held becomes one of them
	int raises;	   // the version
};

static const struct move MOVES[] = {
    {"token.held", AT_BIRTH, REPLAY_HELD, 0, false, 0},
    {"token.issued", AT_BIRTH | IN(HELD), REPLAY_ISSUED, MAY(HELD), false, 0},
    {"token.expired", IN(HELD), REPLAY_EXPIRED, 0, true, 0},
    {"token.cancelled", IN(HELD) | IN(ISSUED) | IN(SUSPENDED), REPLAY_CANCELLED, MAY_END, true, 0},
    {"token.redeemed", IN(ISSUED), REPLAY_REDEEMED, MAY(APPLIED), true, 0},
    {"token.redemption_corrected", IN(REDEEMED), REPLAY_REDEEMED, 0, false, 0},
    {"token.redemption_annulled", IN(REDEEMED), REPLAY_ISSUED, MAY(HELD), false, 0},
    {"token.forfeited", IN(ISSUED), REPLAY_FORFEITED, MAY_END, true, 0},
    {"token.listed", IN(ISSUED), REPLAY_SUSPENDED, 0, false, 0},
    {"token.withdrawn", IN(SUSPENDED), REPLAY_ISSUED, 0, false, 0},
    {"token.sold", IN(SUSPENDED), REPLAY_SOLD, 0, false, 0},
    {"token.transferred", IN(ISSUED) | IN(SOLD), REPLAY_ISSUED, 0, false, 1},
};

// NULL: a kind that is not known.
static const struct move *move_of(struct span kind)
{
	for (size_t i = 0; i < ARRAY_LEN(MOVES); i++)
		if (span_eq(kind, MOVES[i].kind))
			return &MOVES[i];
	return NULL;
}

static bool take_deposit(
    struct replay_token *t, const struct move *m, const struct entry *e, struct buf *error)
{
	struct span said = json_get_text(e->data, "deposit");
	bool is_held = t->deposit == REPLAY_DEPOSIT_HELD;
	if (said.ptr == NULL) {
		if (m->settles && is_held)
			buf_puts(error, "the token's deposit is held, and it does not settle it");
		return !m->settles || !is_held;
	}
	for (enum replay_deposit d = REPLAY_DEPOSIT_HELD; d < ARRAY_LEN(DEPOSITS); d++) {
		bool is_next = d != REPLAY_DEPOSIT_HELD ? is_held
							: t->deposit == REPLAY_NO_DEPOSIT ||
							      t->deposit == REPLAY_DEPOSIT_APPLIED;
		if (span_eq(said, DEPOSITS[d]) && (m->deposits & 1u << d) != 0 && is_next) {
			t->deposit = d;
			return true;
		}
	}
	buf_printf(error, "the token's deposit is \"%s\" and cannot become \"%.*s\" by this",
	    DEPOSITS[t->deposit], (int)said.len, said.ptr);
	return false;
}

// Moves it. What is refused on the way leaves it as it is: then the replay is over.
static bool move(struct replay *r, struct replay_token *t, const struct move *m,
    const struct entry *e, struct buf *error)
{
	if ((m->from & 1u << t->state) == 0) {
		buf_printf(error, "the token is %s: this cannot happen to it",
		    replay_state_name(t->state));
		return false;
	}
	if (!take_deposit(t, m, e, error))
		return false;
	count(r, t, -1);
	t->state = m->to;
	t->is_released = json_get_text(e->data, "returned_to").ptr != NULL;
	count(r, t, 1);
	return fits(&r->drops[t->drop], error);
}

// The first entry about a token gives it its drop, serial and window.
static bool take_birth(
    struct replay *r, struct replay_drop *d, const struct entry *e, struct buf *error)
{
	const struct move *m = move_of(e->kind);
	struct span name = json_get_text(e->data, "window");
	struct replay_token t = {.id = e->subject,
	    .drop = (size_t)(d - r->drops),
	    .window = REPLAY_NO_WINDOW,
	    .serial = json_get_int(e->data, "serial", 0),
	    .version = json_get_int(e->data, "version", 0),
	    .index = e->index};
	if (m == NULL || (m->from & AT_BIRTH) == 0 || t.serial < 1 || t.version != 1 ||
	    e->prev->type != JSON_NULL) {
		buf_puts(error, "a token does not begin like this");
		return false;
	}
	if (known_find(r->known, &d->id, t.serial) != NULL) {
		buf_printf(error, "serial %lld of the drop has another token already",
		    (long long)t.serial);
		return false;
	}
	struct replay_window *w = name.ptr != NULL ? replay_window(r, &d->id, name) : NULL;
	if (name.ptr != NULL && w == NULL) {
		buf_puts(error, "a token by a window that the drop does not have");
		return false;
	}
	t.state = m->to;
	t.window = w != NULL ? (size_t)(w - r->windows) : REPLAY_NO_WINDOW;
	if (!take_deposit(&t, m, e, error))
		return false;
	r->tokens = known_grown(r->tokens, r->token_count, &r->token_cap, sizeof(*r->tokens));
	r->tokens[r->token_count] = t;
	known_put(r->known, &t.id, KEY_TOKEN, r->token_count);
	known_put(r->known, &d->id, t.serial, r->token_count++);
	count(r, &t, 1);
	return fits(d, error) && (w == NULL || window_fits(w, error));
}

static bool take_token(struct replay *r, const struct entry *e, struct buf *error)
{
	struct uuid id;
	struct replay_drop *d = entry_uuid(e, "drop_id", &id) ? replay_drop(r, &id) : NULL;
	struct replay_token *t = replay_token(r, &e->subject);
	const struct move *m = move_of(e->kind);
	if (d == NULL) {
		buf_puts(error, "a token of no drop");
		return false;
	}
	if (t == NULL)
		return take_birth(r, d, e, error);
	if (d != &r->drops[t->drop] || json_get_int(e->data, "serial", 0) != t->serial) {
		buf_puts(error, "the token had another drop or serial before");
		return false;
	}
	if (e->prev->type != JSON_INT || (uint64_t)e->prev->integer != t->index) {
		buf_printf(error, "its `prev` is not the token's entry before, %llu",
		    (unsigned long long)t->index);
		return false;
	}
	int64_t version = t->version + (m != NULL ? m->raises : 0);
	if (json_get_int(e->data, "version", 0) != version) {
		buf_printf(error, "the token's version is %lld by now, and it says otherwise",
		    (long long)version);
		return false;
	}
	t->version = version;
	t->index = e->index;
	return m == NULL || move(r, t, m, e, error);
}

// ---- waitlists -----------------------------------------------------------------------------------

// What a kind does to one who waits. Who was offered something may leave, or let it lapse, later.
enum { WAITS = 1, OFFERED = 2, GONE = 3 };
static const struct step {
	const char *kind;
	unsigned from; // bits by WAITS, OFFERED; 0: a new one
	uint64_t to;
} STEPS[] = {
    {"waitlist.joined", 0, WAITS},
    {"waitlist.offered", 1u << WAITS, OFFERED},
    {"waitlist.skipped", 1u << WAITS, GONE},
    {"waitlist.left", 1u << WAITS | 1u << OFFERED, GONE},
    {"waitlist.lapsed", 1u << OFFERED, GONE},
};

static bool take_step(struct replay *r, struct replay_drop *d, const struct step *s,
    const struct entry *e, struct buf *error)
{
	const uint64_t *was = known_find(r->known, &e->subject, KEY_WAITING);
	uint64_t state = was != NULL ? *was : 0;
	// The ledger told how many a draw left waiting, not who.
	bool is_unnamed = state == 0 && s->from != 0 && d->unnamed > 0;
	if (is_unnamed) {
		d->unnamed--;
		state = WAITS;
	}
	if (s->from == 0 ? state != 0 : (s->from & 1u << state) == 0 || state == 0) {
		buf_printf(error, "%s of somebody who %s", s->kind,
		    state == 0	     ? "did not wait"
		    : state == WAITS ? "waits"
				     : "waits no more");
		return false;
	}
	d->waiting += (s->to == WAITS) - (state == WAITS);
	known_put(r->known, &e->subject, KEY_WAITING, s->to);
	return true;
}

static bool take_waiting(struct replay *r, const struct entry *e, struct buf *error)
{
	struct uuid id;
	struct replay_drop *d = entry_uuid(e, "drop_id", &id) ? replay_drop(r, &id) : NULL;
	if (d == NULL) {
		buf_puts(error, "somebody waits for no drop");
		return false;
	}
	for (size_t i = 0; i < ARRAY_LEN(STEPS); i++)
		if (span_eq(e->kind, STEPS[i].kind))
			return take_step(r, d, &STEPS[i], e, error);
	return true;
}

// ---- one entry -----------------------------------------------------------------------------------

static bool take_read(struct replay *r, const struct entry *e, struct buf *error)
{
	if (e->index != r->entries) {
		buf_printf(error, "it says it is entry %llu", (unsigned long long)e->index);
		return false;
	}
	r->entries++;
	if (span_starts(e->kind, "drop.") || span_eq(e->kind, "draw.waitlist"))
		return take_drop(r, e, error);
	if (span_starts(e->kind, "token."))
		return take_token(r, e, error);
	return !span_starts(e->kind, "waitlist.") || take_waiting(r, e, error);
}

bool replay_take(struct replay *r, struct span entry, struct buf *error)
{
	struct arena arena;
	struct buf reason;
	struct entry e;
	unsigned long long index = r->entries;
	if (index >= ENTRIES_MAX) {
		buf_printf(error, "entry %llu: too many", index);
		return false;
	}
	arena_init(&arena, ARENA_BYTES_MAX);
	buf_init(&reason, 512);
	bool ok = entry_read(&arena, entry, &e, &reason) && take_read(r, &e, &reason);
	if (!ok)
		buf_printf(error, "entry %llu: %s", index, buf_text(&reason));
	buf_release(&reason);
	arena_release(&arena);
	return ok;
}
