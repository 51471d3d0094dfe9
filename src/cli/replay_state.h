// SPDX-License-Identifier: Apache-2.0
//
// Rebuilds the state of every token, drop, window and deposit from a ledger alone, entry by entry, and
// refuses a history that cannot have happened:
//
//   - a move that the diagram does not have, a serial that is given twice, a version that rises without
//     a transfer, an entry that does not go on from its token's last one
//   - a deposit that settles twice, or not when its token is redeemed or ends
//   - more held, issued and forfeited than tokenized, or more used of a window than it has, at any index
//   - somebody who leaves a line in which they did not wait
//
//   held ─▶ issued ⇄ redeemed         issued ⇄ suspended ─▶ sold ─▶ issued, with another version
//    ├─▶ expired   └─▶ forfeited      held, issued, suspended ─▶ cancelled
//
// Pure. Memory grows with the tokens, by 300 to 600 bytes for each; kinds that are not known change nothing.
#ifndef ROADSHOW_CLI_REPLAY_STATE_H
#define ROADSHOW_CLI_REPLAY_STATE_H

#include "base/buf.h"
#include "base/ids.h"
#include "base/str.h"

#define REPLAY_NO_WINDOW SIZE_MAX
#define REPLAY_UNLIMITED (-1)
#define REPLAY_NAME_MAX 40

enum replay_state {
	REPLAY_HELD,
	REPLAY_ISSUED,
	REPLAY_SUSPENDED,
	REPLAY_SOLD, // between token.sold and the transfer: never a row's state
	REPLAY_REDEEMED,
	REPLAY_EXPIRED,
	REPLAY_CANCELLED,
	REPLAY_FORFEITED
};

enum replay_deposit {
	REPLAY_NO_DEPOSIT, // none, or not paid yet
	REPLAY_DEPOSIT_HELD,
	REPLAY_DEPOSIT_APPLIED,
	REPLAY_DEPOSIT_REFUNDED,
	REPLAY_DEPOSIT_FORFEITED
};

// `is_seen` of each is the reader's own, false at first.
struct replay_token {
	struct uuid id;
	size_t drop, window; // places; REPLAY_NO_WINDOW
	int64_t serial, version;
	uint64_t index; // of its last entry
	enum replay_state state;
	enum replay_deposit deposit;
	bool is_released, is_seen;
};

struct replay_drop {
	struct uuid id;
	int64_t tokenized, quantity;
	int64_t held, issued, redeemed;
	int64_t forfeited; // and not released
	int64_t waiting;
	int64_t unnamed; // of those: came from a draw, and nothing was said about them yet
	bool is_seen;
};

struct replay_window {
	size_t drop;
	char name[REPLAY_NAME_MAX + 1];
	int64_t quantity; // REPLAY_UNLIMITED
	int64_t used;	  // by tokens that neither expired nor were cancelled
	bool is_seen;
};

struct replay;

struct replay *replay_new(void);
void replay_release(struct replay *r); // NULL is fine

// The next entry's bytes. False with one line in `error` about what is wrong; then the replay is over.
bool replay_take(struct replay *r, struct span entry, struct buf *error) MUST_CHECK;
uint64_t replay_entries(const struct replay *r); // that were taken

// By place, below the count; and by id, NULL when the ledger has none. Valid until the next entry.
size_t replay_tokens(const struct replay *r);
size_t replay_drops(const struct replay *r);
size_t replay_windows(const struct replay *r);
struct replay_token *replay_token_at(const struct replay *r, size_t place);
struct replay_drop *replay_drop_at(const struct replay *r, size_t place);
struct replay_window *replay_window_at(const struct replay *r, size_t place);
struct replay_token *replay_token(const struct replay *r, const struct uuid *id);
struct replay_drop *replay_drop(const struct replay *r, const struct uuid *id);
struct replay_window *replay_window(
    const struct replay *r, const struct uuid *drop, struct span name);

// As the tables have it; a deposit that there is not is "".
const char *replay_state_name(enum replay_state s);
const char *replay_deposit_name(enum replay_deposit d);

#endif
