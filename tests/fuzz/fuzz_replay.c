// SPDX-License-Identifier: Apache-2.0
//
// A ledger, one entry a line, as a stranger may write it: whatever is taken, no drop and no window ever
// has more than it may, and counters are what a count of the tokens gives.
#include <stdlib.h>
#include <string.h>

#include "cli/entry.c"
#include "cli/known.c"
#include "cli/replay_state.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_drop(const struct replay *r, size_t place)
{
	const struct replay_drop *d = replay_drop_at(r, place);
	int64_t held = 0, issued = 0, redeemed = 0;

	for (size_t i = 0; i < replay_tokens(r); i++) {
		const struct replay_token *t = replay_token_at(r, i);
		if (t->drop != place)
			continue;
		held += t->state == REPLAY_HELD;
		redeemed += t->state == REPLAY_REDEEMED;
		issued += t->state == REPLAY_ISSUED || t->state == REPLAY_SUSPENDED ||
			  t->state == REPLAY_SOLD || t->state == REPLAY_REDEEMED;
		ASSERT(t->index < replay_entries(r) && t->version >= 1 && t->serial >= 1);
		ASSERT(replay_token(r, &t->id) == t);
	}
	ASSERT(d->held == held && d->issued == issued && d->redeemed == redeemed);
	ASSERT(d->held + d->issued + d->forfeited <= d->tokenized && d->forfeited >= 0);
	ASSERT(d->waiting >= 0 && d->unnamed >= 0 && d->unnamed <= d->waiting);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;
	struct replay *r;
	struct buf error;
	bool ok = true;

	crypto_init();
	r = replay_new();
	buf_init(&error, 4096);
	while (ok && at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((newline != NULL ? newline : end) - at);
		ok = replay_take(r, (struct span){at, len}, &error);
		at += len + 1;
		ASSERT(ok == (error.len == 0));
	}
	if (ok) // what is refused is over, and may be half taken
		for (size_t i = 0; i < replay_drops(r); i++)
			check_drop(r, i);
	for (size_t i = 0; i < replay_windows(r) && ok; i++) {
		const struct replay_window *w = replay_window_at(r, i);
		ASSERT(w->used >= 0 && (w->quantity < 0 || w->used <= w->quantity));
	}
	buf_release(&error);
	replay_release(r);
	return 0;
}
