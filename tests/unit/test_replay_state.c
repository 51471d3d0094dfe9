// SPDX-License-Identifier: Apache-2.0
//
// Shows: what follows from a history, state by state and counter by counter; that each move which the
// diagram does not have, and each other way in which a history cannot have happened, is refused at its
// entry; and that random legal histories end where a plain model of them does.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "../../src/cli/entry.c"
#include "../../src/cli/known.c"
#include "../../src/cli/replay_state.c"

#define ID(n) "01900000-0000-7000-8000-0000000000" n
// Data of the token whose serial it is, of drop 01.
#define OF(serial, version)                                                                        \
	"\"drop_id\":\"" ID("01") "\",\"serial\":" serial ",\"version\":" version
#define DROP "\"drop_id\":\"" ID("01") "\""
#define NEW(tokenized) "drop.created", "01", "\"tokenized\":" tokenized ",\"quantity\":10"
#define WINDOWS                                                                                    \
	"drop.created", "01",                                                                      \
	    "\"tokenized\":9,\"quantity\":10,\"windows\":[{\"name\":\"early\",\"quantity\":1},"    \
	    "{\"name\":\"rest\",\"quantity\":null}]"
#define EARLY ",\"window\":\"early\""

struct line {
	const char *kind, *subject, *data; // the data's members
};

// The index and `prev` come by themselves.
struct writer {
	struct replay *replay;
	int64_t last[100]; // by the subject's number, -1: none
	uint64_t count;
};

static bool take(struct writer *w, const struct line *l, struct buf *error)
{
	struct buf text;
	char prev[24] = "null";
	int subject = atoi(l->subject);

	if (w->last[subject] >= 0)
		snprintf(prev, sizeof(prev), "%lld", (long long)w->last[subject]);
	buf_init(&text, 4096);
	buf_printf(&text,
	    "{\"index\":%llu,\"at\":\"2026-05-01T00:00:00.000000Z\",\"kind\":\"%s\",\"subject\":\""
	    "01900000-0000-7000-8000-0000000000%s\",\"prev\":%s,\"data\":{%s}}",
	    (unsigned long long)w->count, l->kind, l->subject, prev, l->data);
	bool ok = replay_take(w->replay, (struct span){buf_text(&text), text.len}, error);
	w->last[subject] = (int64_t)w->count++;
	buf_release(&text);
	return ok;
}

static void start(struct writer *w)
{
	*w = (struct writer){.replay = replay_new()};
	for (size_t i = 0; i < ARRAY_LEN(w->last); i++)
		w->last[i] = -1;
}

static struct uuid id_of(int n)
{
	char text[64];
	struct uuid id;

	snprintf(text, sizeof(text), "01900000-0000-7000-8000-0000000000%02d", n);
	assert_true(uuid_parse(span_of(text), &id));
	return id;
}

// Drop 01, the windows that have something, and each token.
static void describe(const struct replay *r, struct buf *out)
{
	const struct uuid drop = id_of(1);
	const struct replay_drop *d = replay_drop(r, &drop);

	buf_printf(out, "tokenized %lld of %lld, held %lld, issued %lld, redeemed %lld",
	    (long long)d->tokenized, (long long)d->quantity, (long long)d->held,
	    (long long)d->issued, (long long)d->redeemed);
	if (d->forfeited > 0)
		buf_printf(out, ", forfeited %lld", (long long)d->forfeited);
	if (d->waiting > 0)
		buf_printf(out, ", waiting %lld", (long long)d->waiting);
	for (size_t i = 0; i < replay_windows(r); i++)
		buf_printf(out, "; %s %lld", replay_window_at(r, i)->name,
		    (long long)replay_window_at(r, i)->used);
	for (size_t i = 0; i < replay_tokens(r); i++) {
		const struct replay_token *t = replay_token_at(r, i);
		const char *deposit = replay_deposit_name(t->deposit);
		buf_printf(out, "; %lld v%lld %s%s%s at %llu", (long long)t->serial,
		    (long long)t->version, replay_state_name(t->state), deposit[0] ? " " : "",
		    deposit, (unsigned long long)t->index);
	}
}

// All are taken and come to this; or the last is refused, and `says` is in the reason.
static const struct {
	bool is_possible;
	const char *says;
	struct line lines[10];
} cases[] = {
    // the ways through the diagram
    {true, "tokenized 5 of 10, held 1, issued 0, redeemed 0; 1 v1 held at 1",
	{{NEW("5")}, {"token.held", "02", OF("1", "1")}}},
    {true, "tokenized 5 of 10, held 0, issued 1, redeemed 1; 1 v1 redeemed at 4",
	{{NEW("5")}, {"token.held", "02", OF("1", "1")}, {"token.issued", "02", OF("1", "1")},
	    {"token.redeemed", "02", OF("1", "1")},
	    {"token.redemption_corrected", "02", OF("1", "1")}}},
    {true,
	"held 0, issued 0, redeemed 0; 1 v1 expired at 2; 2 v1 cancelled at 4; 3 v1 cancelled at 6",
	{{NEW("1")}, {"token.held", "02", OF("1", "1")}, {"token.expired", "02", OF("1", "1")},
	    {"token.held", "03", OF("2", "1")}, {"token.cancelled", "03", OF("2", "1")},
	    {"token.issued", "04", OF("3", "1")}, {"token.cancelled", "04", OF("3", "1")}}},
    // a no-show: the unit is gone until somebody gets it
    {true, "held 0, issued 0, redeemed 0, forfeited 1; 1 v1 forfeited at 2",
	{{NEW("1")}, {"token.issued", "02", OF("1", "1")},
	    {"token.forfeited", "02", OF("1", "1") ",\"returned_to\":null"}}},
    {false, "entry 3: OVERSOLD: 2 of the drop are held, issued or forfeited, of 1",
	{{NEW("1")}, {"token.issued", "02", OF("1", "1")},
	    {"token.forfeited", "02", OF("1", "1") ",\"returned_to\":null"},
	    {"token.issued", "03", OF("2", "1")}}},
    {true, "held 0, issued 1, redeemed 0; 1 v1 forfeited at 2; 2 v1 issued at 3",
	{{NEW("1")}, {"token.issued", "02", OF("1", "1")},
	    {"token.forfeited", "02", OF("1", "1") ",\"returned_to\":\"waitlist\""},
	    {"token.issued", "03", OF("2", "1")}}},
    {true, "tokenized 0 of 10, held 0, issued 0, redeemed 0; 1 v1 forfeited at 2",
	{{NEW("1")}, {"token.issued", "02", OF("1", "1")},
	    {"token.forfeited", "02", OF("1", "1") ",\"returned_to\":\"walk_in\""},
	    {"drop.share_changed", "01", "\"tokenized\":0,\"was\":1,\"reason\":\"no_show\""}}},
    // passed on: by hand, and by resale
    {true, "issued 1, redeemed 1; 1 v3 redeemed at 4",
	{{NEW("1")}, {"token.issued", "02", OF("1", "1")},
	    {"token.transferred", "02", OF("1", "2")}, {"token.transferred", "02", OF("1", "3")},
	    {"token.redeemed", "02", OF("1", "3")}}},
    {true, "issued 1, redeemed 0; 1 v2 issued at 6",
	{{NEW("1")}, {"token.issued", "02", OF("1", "1")}, {"token.listed", "02", OF("1", "1")},
	    {"token.withdrawn", "02", OF("1", "1")}, {"token.listed", "02", OF("1", "1")},
	    {"token.sold", "02", OF("1", "1")}, {"token.transferred", "02", OF("1", "2")}}},
    {true, "issued 1, redeemed 0; 1 v1 suspended at 2",
	{{NEW("1")}, {"token.issued", "02", OF("1", "1")}, {"token.listed", "02", OF("1", "1")}}},
    {true, "issued 0, redeemed 0; 1 v1 cancelled at 3",
	{{NEW("1")}, {"token.issued", "02", OF("1", "1")}, {"token.listed", "02", OF("1", "1")},
	    {"token.cancelled", "02", OF("1", "1")}}},
    {true, "issued 1, redeemed 0; 1 v1 sold and not transferred at 3",
	{{NEW("1")}, {"token.issued", "02", OF("1", "1")}, {"token.listed", "02", OF("1", "1")},
	    {"token.sold", "02", OF("1", "1")}}},
    {false, "entry 4: the token is sold and not transferred",
	{{NEW("1")}, {"token.issued", "02", OF("1", "1")}, {"token.listed", "02", OF("1", "1")},
	    {"token.sold", "02", OF("1", "1")}, {"token.redeemed", "02", OF("1", "1")}}},
    // versions
    {false, "entry 2: the token's version is 2 by now",
	{{NEW("1")}, {"token.issued", "02", OF("1", "1")},
	    {"token.transferred", "02", OF("1", "1")}}},
    {false, "entry 2: the token's version is 1 by now",
	{{NEW("1")}, {"token.issued", "02", OF("1", "1")}, {"token.redeemed", "02", OF("1", "2")}}},
    {false, "does not begin like this", {{NEW("1")}, {"token.issued", "02", OF("1", "2")}}},
    {false, "entry 2: the token's version is 1 by now",
	{{NEW("1")}, {"token.issued", "02", OF("1", "1")},
	    {"token.redeemed", "02", DROP ",\"serial\":1"}}},
    // deposits
    {true, "1 v1 redeemed applied at 3",
	{{NEW("1")}, {"token.held", "02", OF("1", "1")},
	    {"token.issued", "02", OF("1", "1") ",\"deposit\":\"held\""},
	    {"token.redeemed", "02", OF("1", "1") ",\"deposit\":\"applied\""}}},
    {true,
	"1 v1 cancelled refunded at 2; 2 v1 cancelled forfeited at 4; 3 v1 forfeited refunded at 6",
	{{NEW("1")}, {"token.issued", "02", OF("1", "1") ",\"deposit\":\"held\""},
	    {"token.cancelled", "02", OF("1", "1") ",\"deposit\":\"refunded\""},
	    {"token.issued", "03", OF("2", "1") ",\"deposit\":\"held\""},
	    {"token.cancelled", "03", OF("2", "1") ",\"deposit\":\"forfeited\""},
	    {"token.issued", "04", OF("3", "1") ",\"deposit\":\"held\""},
	    {"token.forfeited", "04", OF("3", "1") ",\"deposit\":\"refunded\""}}},
    {true, "1 v1 cancelled at 2", // from before there were deposits, and before it was paid
	{{NEW("1")}, {"token.held", "02", OF("1", "1")}, {"token.cancelled", "02", OF("1", "1")}}},
    {true, "1 v2 issued held at 2", // a deposit stays with the token
	{{NEW("1")}, {"token.issued", "02", OF("1", "1") ",\"deposit\":\"held\""},
	    {"token.transferred", "02", OF("1", "2")}}},
    {false, "entry 2: the token's deposit is held, and it does not settle it",
	{{NEW("1")}, {"token.issued", "02", OF("1", "1") ",\"deposit\":\"held\""},
	    {"token.redeemed", "02", OF("1", "1")}}},
    {false, "entry 2: the token's deposit is \"\" and cannot become \"applied\"",
	{{NEW("1")}, {"token.issued", "02", OF("1", "1")},
	    {"token.redeemed", "02", OF("1", "1") ",\"deposit\":\"applied\""}}},
    {false, "cannot become \"applied\"",
	{{NEW("1")}, {"token.issued", "02", OF("1", "1") ",\"deposit\":\"held\""},
	    {"token.cancelled", "02", OF("1", "1") ",\"deposit\":\"applied\""}}},
    {false, "the token's deposit is \"applied\" and cannot become \"refunded\"",
	{{NEW("1")}, {"token.issued", "02", OF("1", "1") ",\"deposit\":\"held\""},
	    {"token.redeemed", "02", OF("1", "1") ",\"deposit\":\"applied\""},
	    {"token.redemption_corrected", "02", OF("1", "1") ",\"deposit\":\"refunded\""}}},
    {false, "cannot become \"paid\"",
	{{NEW("1")}, {"token.issued", "02", OF("1", "1") ",\"deposit\":\"paid\""}}},
    // serials, drops, prev
    {false, "entry 2: serial 1 of the drop has another token already",
	{{NEW("5")}, {"token.issued", "02", OF("1", "1")}, {"token.issued", "03", OF("1", "1")}}},
    {false, "entry 2: the token had another drop or serial before",
	{{NEW("5")}, {"token.issued", "02", OF("1", "1")}, {"token.redeemed", "02", OF("2", "1")}}},
    {false, "a token of no drop", {{"token.issued", "02", OF("1", "1")}}},
    {false, "does not begin like this", {{NEW("5")}, {"token.issued", "02", OF("0", "1")}}},
    {false, "does not begin like this", {{NEW("5")}, {"token.redeemed", "02", OF("1", "1")}}},
    {false, "entry 1: a drop that was there before", {{NEW("5")}, {NEW("5")}}},
    {false, "without its quantities", {{"drop.created", "01", "\"tokenized\":1"}}},
    {false, "the drop was not created before",
	{{"drop.share_changed", "01", "\"tokenized\":1,\"was\":0"}}},
    // shares and walk-ins
    {true, "tokenized 7 of 12, held 0",
	{{NEW("5")}, {"drop.walk_in_changed", "01", "\"quantity\":12,\"was\":10"},
	    {"drop.share_changed", "01", "\"tokenized\":7,\"was\":5"}}},
    {false, "entry 1: tokenized was 5, and it says otherwise",
	{{NEW("5")}, {"drop.share_changed", "01", "\"tokenized\":7,\"was\":6"}}},
    {false, "entry 2: OVERSOLD: 1 of the drop",
	{{NEW("5")}, {"token.held", "02", OF("1", "1")},
	    {"drop.share_changed", "01", "\"tokenized\":0,\"was\":5"}}},
    {true, "tokenized 5 of 10, held 0", // kinds to come
	{{NEW("5")}, {"drop.renamed", "01", "\"tokenized\":0"}, {"a.b", "07", ""},
	    {"waitlist.seen", "07", DROP}}},
    {true, "1 v1 issued at 2", // a token's last entry is known, whatever it says
	{{NEW("5")}, {"token.issued", "02", OF("1", "1")}, {"token.noted", "02", OF("1", "1")}}},
    // windows
    {true, "; early 1; rest 0; 1 v1 redeemed at 2",
	{{WINDOWS}, {"token.issued", "02", OF("1", "1") EARLY},
	    {"token.redeemed", "02", OF("1", "1")}}},
    {true, "; early 1; rest 0; 1 v1 expired at 2; 2 v1 cancelled at 4; 3 v1 forfeited at 6",
	{{WINDOWS}, {"token.held", "02", OF("1", "1") EARLY}, {"token.expired", "02", OF("1", "1")},
	    {"token.held", "03", OF("2", "1") EARLY}, {"token.cancelled", "03", OF("2", "1")},
	    {"token.issued", "04", OF("3", "1") EARLY},
	    {"token.forfeited", "04", OF("3", "1") ",\"returned_to\":\"waitlist\""}}},
    {false, "entry 2: OVERSOLD: 2 of window early are used, of 1",
	{{WINDOWS}, {"token.held", "02", OF("1", "1") EARLY},
	    {"token.held", "03", OF("2", "1") EARLY}}},
    {true, "; early 2; rest 0; ",
	{{WINDOWS}, {"token.held", "02", OF("1", "1") EARLY},
	    {"drop.window_set", "01", "\"window\":\"early\",\"quantity\":2"},
	    {"token.held", "03", OF("2", "1") EARLY}}},
    {false, "entry 2: OVERSOLD: 1 of window early are used, of 0",
	{{WINDOWS}, {"token.held", "02", OF("1", "1") EARLY},
	    {"drop.window_set", "01", "\"window\":\"early\",\"quantity\":0"}}},
    {true, "; early 0; rest 0; late 1; ",
	{{WINDOWS}, {"drop.window_set", "01", "\"window\":\"late\",\"quantity\":null"},
	    {"token.held", "02", OF("1", "1") ",\"window\":\"late\""}}},
    {false, "a window that the drop does not have",
	{{WINDOWS}, {"token.held", "02", OF("1", "1") ",\"window\":\"late\""}}},
    {false, "a window without a name", {{NEW("5")}, {"drop.window_set", "01", "\"quantity\":1"}}},
    {false, "a quantity that is none",
	{{NEW("5")}, {"drop.window_set", "01", "\"window\":\"a\",\"quantity\":\"2\""}}},
    {false, "a window that is no object",
	{{"drop.created", "01", "\"tokenized\":1,\"quantity\":1,\"windows\":[1]"}}},
    // waitlists
    {true, "redeemed 0, waiting 1",
	{{NEW("5")}, {"waitlist.joined", "05", DROP}, {"waitlist.joined", "06", DROP},
	    {"waitlist.joined", "07", DROP}, {"waitlist.offered", "05", DROP},
	    {"waitlist.skipped", "06", DROP}, {"waitlist.lapsed", "05", DROP}}},
    {true, "redeemed 0, waiting 1", // who was offered something has left the line already
	{{NEW("5")}, {"waitlist.joined", "05", DROP}, {"waitlist.joined", "06", DROP},
	    {"waitlist.joined", "07", DROP}, {"waitlist.left", "05", DROP},
	    {"waitlist.offered", "06", DROP}, {"waitlist.left", "06", DROP}}},
    {true, "redeemed 0, waiting 2", // the ledger says how many a draw left, not who
	{{NEW("5")}, {"draw.waitlist", "01", DROP ",\"entries\":4"},
	    {"waitlist.offered", "05", DROP}, {"waitlist.left", "06", DROP},
	    {"waitlist.left", "05", DROP}}},
    {false, "waitlist.left of somebody who did not wait",
	{{NEW("5")}, {"draw.waitlist", "01", DROP ",\"entries\":1"},
	    {"waitlist.offered", "05", DROP}, {"waitlist.left", "06", DROP}}},
    {false, "waitlist.joined of somebody who waits",
	{{NEW("5")}, {"waitlist.joined", "05", DROP}, {"waitlist.joined", "05", DROP}}},
    {false, "waitlist.offered of somebody who waits no more",
	{{NEW("5")}, {"waitlist.joined", "05", DROP}, {"waitlist.offered", "05", DROP},
	    {"waitlist.offered", "05", DROP}}},
    {false, "waitlist.lapsed of somebody who waits",
	{{NEW("5")}, {"waitlist.joined", "05", DROP}, {"waitlist.lapsed", "05", DROP}}},
    {false, "somebody waits for no drop", {{"waitlist.joined", "05", DROP}}},
    {false, "does not say how many",
	{{NEW("5")}, {"draw.waitlist", "01", DROP ",\"entries\":99999999999"}}},
};

static void test_cases(void **state)
{
	struct buf error, said;

	(void)state;
	buf_init(&error, 1024);
	buf_init(&said, 4096);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct line *l = cases[i].lines;
		struct writer w;
		bool ok = true;

		buf_clear(&error);
		buf_clear(&said);
		start(&w);
		for (; l < cases[i].lines + ARRAY_LEN(cases[i].lines) && l->kind != NULL && ok; l++)
			ok = take(&w, l, &error);
		bool is_end = l == cases[i].lines + ARRAY_LEN(cases[i].lines) || l->kind == NULL;
		if (ok)
			describe(w.replay, &said);
		else
			buf_puts(&said, buf_text(&error));
		if (!is_end || ok != cases[i].is_possible ||
		    strstr(buf_text(&said), cases[i].says) == NULL)
			fail_msg("case %zu: %s", i, buf_text(&said));
		replay_release(w.replay);
	}
	buf_release(&error);
	buf_release(&said);
}

// Every pair of states and kinds: either the diagram has it or it is refused.
static void test_moves(void **state)
{
	static const struct {
		enum replay_state is;
		const char *way[3], *may;
	} states[] = {
	    {REPLAY_HELD, {"held"}, " issued expired cancelled "},
	    {REPLAY_ISSUED, {"issued"}, " redeemed cancelled forfeited listed transferred "},
	    {REPLAY_SUSPENDED, {"issued", "listed"}, " withdrawn sold cancelled "},
	    {REPLAY_SOLD, {"issued", "listed", "sold"}, " transferred "},
	    {REPLAY_REDEEMED, {"issued", "redeemed"}, " redemption_corrected redemption_annulled "},
	    {REPLAY_EXPIRED, {"held", "expired"}, " "},
	    {REPLAY_CANCELLED, {"held", "cancelled"}, " "},
	    {REPLAY_FORFEITED, {"issued", "forfeited"}, " "},
	};
	struct buf error;

	(void)state;
	buf_init(&error, 1024);
	for (size_t s = 0; s < ARRAY_LEN(states); s++)
		for (size_t m = 0; m < ARRAY_LEN(MOVES); m++) {
			struct writer w;
			char kind[64], word[64];
			const char *name = MOVES[m].kind + strlen("token.");
			bool raises = strcmp(name, "transferred") == 0;

			start(&w);
			buf_clear(&error);
			assert_true(take(&w, &(struct line){NEW("5")}, &error));
			for (size_t k = 0; k < 3 && states[s].way[k] != NULL; k++) {
				snprintf(kind, sizeof(kind), "token.%s", states[s].way[k]);
				assert_true(
				    take(&w, &(struct line){kind, "02", OF("1", "1")}, &error));
			}
			assert_int_equal(replay_token_at(w.replay, 0)->state, states[s].is);
			snprintf(word, sizeof(word), " %s ", name);
			bool may = strstr(states[s].may, word) != NULL;
			struct line last = {
			    MOVES[m].kind, "02", raises ? OF("1", "2") : OF("1", "1")};
			if (take(&w, &last, &error) != may)
				fail_msg("%s in state %s: %s", name,
				    replay_state_name(states[s].is), buf_text(&error));
			replay_release(w.replay);
		}
	buf_release(&error);
}

static void test_shape(void **state)
{
	static const char *const wrong[] = {
	    "",
	    "{}",
	    "[]",
	    "{\"index\":1,\"at\":\"a\",\"kind\":\"a.b\",\"subject\":\"" ID(
		"01") "\",\"prev\":null,\"data\":{}}",
	    "{\"index\":0,\"at\":\"a\",\"kind\":\"a.b\",\"subject\":\"1\",\"prev\":null,\"data\":{}"
	    "}",
	    "{\"index\":0,\"at\":\"a\",\"kind\":\"a.b\",\"subject\":\"" ID(
		"01") "\",\"prev\":null,\"data\":[]}",
	    "{\"index\":0,\"at\":\"a\",\"kind\":\"a.b\",\"subject\":\"" ID("01") "\",\"data\":{}}",
	};
	struct buf error;

	(void)state;
	buf_init(&error, 1024);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct replay *r = replay_new();
		assert_false(replay_take(r, span_of(wrong[i]), &error));
		replay_release(r);
	}
	char *large = calloc(1, 65537);
	assert_non_null(large);
	memset(large, ' ', 65536);
	struct replay *r = replay_new();
	buf_clear(&error);
	assert_false(replay_take(r, (struct span){large, 65536}, &error));
	assert_string_equal(buf_text(&error), "entry 0: it is too large");
	replay_release(r);
	free(large);
	buf_release(&error);
}

static void test_found_by_id(void **state)
{
	const struct uuid drop = id_of(1), token = id_of(2), other = id_of(3);
	struct writer w;
	struct buf error;

	(void)state;
	buf_init(&error, 1024);
	start(&w);
	assert_true(take(&w, &(struct line){WINDOWS}, &error));
	assert_true(take(&w, &(struct line){"token.held", "02", OF("1", "1") EARLY}, &error));
	assert_int_equal(replay_entries(w.replay), 2);
	assert_ptr_equal(replay_drop(w.replay, &drop), replay_drop_at(w.replay, 0));
	assert_ptr_equal(replay_token(w.replay, &token), replay_token_at(w.replay, 0));
	assert_null(replay_token(w.replay, &drop));
	assert_null(replay_drop(w.replay, &token));
	assert_null(replay_token(w.replay, &other));
	assert_string_equal(replay_window(w.replay, &drop, span_of("rest"))->name, "rest");
	assert_int_equal(
	    replay_window(w.replay, &drop, span_of("rest"))->quantity, REPLAY_UNLIMITED);
	assert_int_equal(replay_window(w.replay, &drop, span_of("early"))->used, 1);
	assert_null(replay_window(w.replay, &drop, span_of("earl")));
	assert_null(replay_window(w.replay, &token, span_of("rest")));
	assert_null(replay_window(
	    w.replay, &drop, span_of("a-name-that-is-longer-than-any-window-may-have-one")));
	replay_release(w.replay);
	buf_release(&error);
}

// ---- random histories ----------------------------------------------------------------------------

struct model {
	const char *state; // NULL: not born
	int version;
};

static const struct {
	const char *from, *kind, *to;
} ways[] = {
    {NULL, "token.held", "held"},
    {NULL, "token.issued", "issued"},
    {"held", "token.issued", "issued"},
    {"held", "token.expired", "expired"},
    {"held", "token.cancelled", "cancelled"},
    {"issued", "token.redeemed", "redeemed"},
    {"issued", "token.cancelled", "cancelled"},
    {"issued", "token.listed", "suspended"},
    {"issued", "token.transferred", "issued"},
    {"suspended", "token.withdrawn", "issued"},
    {"suspended", "token.cancelled", "cancelled"},
    {"redeemed", "token.redemption_corrected", "redeemed"},
    {"redeemed", "token.redemption_annulled", "issued"},
};

static bool is_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void step(struct writer *w, struct model *m, int n, struct buf *error)
{
	char subject[8], data[160];
	size_t fitting[ARRAY_LEN(ways)], count = 0;

	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		if (is_same(ways[i].from, m->state))
			fitting[count++] = i;
	if (count == 0)
		return; // it has ended
	size_t way = fitting[(size_t)rand() % count];
	m->state = ways[way].to;
	m->version += strcmp(ways[way].kind, "token.transferred") == 0;
	snprintf(subject, sizeof(subject), "%02d", n);
	snprintf(data, sizeof(data), DROP ",\"serial\":%d,\"version\":%d", n, m->version);
	if (!take(w, &(struct line){ways[way].kind, subject, data}, error))
		fail_msg("%s of %d: %s", ways[way].kind, n, buf_text(error));
}

static void test_random(void **state)
{
	const char *given = getenv("SEED");
	unsigned seed = given != NULL ? (unsigned)atoi(given) : (unsigned)time(NULL);
	struct model models[100];
	struct writer w;
	struct buf error;
	int64_t held = 0, issued = 0;

	(void)state;
	printf("# seed %u\n", seed);
	srand(seed);
	for (size_t i = 0; i < ARRAY_LEN(models); i++)
		models[i] = (struct model){.version = 1};
	buf_init(&error, 1024);
	start(&w);
	assert_true(take(
	    &w, &(struct line){"drop.created", "01", "\"tokenized\":98,\"quantity\":98"}, &error));
	for (int i = 0; i < 1000; i++) {
		int n = 2 + rand() % 98;
		step(&w, &models[n], n, &error);
	}
	for (int n = 2; n < 100; n++) {
		const struct uuid id = id_of(n);
		const struct replay_token *t = replay_token(w.replay, &id);
		assert_int_equal(t != NULL, models[n].state != NULL);
		if (t == NULL)
			continue;
		assert_string_equal(replay_state_name(t->state), models[n].state);
		assert_int_equal(t->version, models[n].version);
		assert_int_equal(t->index, w.last[n]);
		held += t->state == REPLAY_HELD;
		issued += t->state == REPLAY_ISSUED || t->state == REPLAY_SUSPENDED ||
			  t->state == REPLAY_REDEEMED;
	}
	assert_int_equal(replay_drop_at(w.replay, 0)->held, held);
	assert_int_equal(replay_drop_at(w.replay, 0)->issued, issued);
	replay_release(w.replay);
	buf_release(&error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_moves),
	    cmocka_unit_test(test_shape),
	    cmocka_unit_test(test_found_by_id),
	    cmocka_unit_test(test_random),
	};

	crypto_init();
	return cmocka_run_group_tests_name("replay_state", tests, NULL, NULL);
}
