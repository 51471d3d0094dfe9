// SPDX-License-Identifier: Apache-2.0
//
// How things stand after the demo, asked from the service; and the same once more, made by
// replaying the ledger from its first entry. The report prints the one and checks it against the
// other.
#ifndef ROADSHOW_CLI_DEMO_FACTS_H
#define ROADSHOW_CLI_DEMO_FACTS_H

#include "cli/demo_play.h"
#include "cli/demo_story.h"

#define FACT_CASES_MAX 64
#define FACT_KINDS_MAX 64
#define FACT_PARCELS_MAX 128
#define FACT_LEDGER_MAX 100000

// What drops and doors say, of one city.
struct city_facts {
	int quantity, tokenized, held, issued, redeemed, available, walk_in, walk_in_sold;
	int admissions, redemptions, refusals, walk_in_oversold;
	// what its fans were told
	int asked, won, sold_out, limited, cancelled;
	int delivered;
};

struct case_fact {
	const char *kind, *state, *text;
	int city;
};

// A shipment: from where, to whom, and why from there.
struct parcel_fact {
	int hub;
	int order; // of the story; STORY_NOBODY: somebody else's
	double distance_m;
	const char *why; // "" when it was simply the nearest
	bool handed_over;
};

#define FACT_ORDERS_MAX 200

struct kind_count {
	const char *kind;
	int count;
};

// What the ledger's entries add up to.
struct ledger_facts {
	int64_t size;
	bool dense;  // 0, 1, 2, … without a gap
	bool linked; // each entry's `prev` is an earlier entry about the same thing
	struct kind_count kinds[FACT_KINDS_MAX];
	size_t kind_count;
	int issued[STORY_CITIES], cancelled[STORY_CITIES], redeemed[STORY_CITIES];
	int sold[STORY_CITIES];		     // units, over the tills
	struct uuid orders[FACT_ORDERS_MAX]; // every one there is, the first so many
	size_t order_count;
	struct uuid *subjects; // of each entry, while it is read
};

struct facts {
	struct city_facts city[STORY_CITIES];
	struct case_fact cases[FACT_CASES_MAX];
	size_t case_count;
	struct parcel_fact parcels[FACT_PARCELS_MAX];
	size_t parcel_count;
	int orders, fulfilled, routings, units_ordered, units_shipped, units_backordered;
	// how many the service lists
	int keys, events, products, drops, hubs, devices, enrolled, uploads, lists_handed_over;
	struct ledger_facts ledger;
};

// All of it; texts live in the run's arena. False with `why`.
bool facts_gather(struct demo *d, struct facts *f) MUST_CHECK;

// ---- the parts

bool facts_orders(struct demo *d, struct facts *f) MUST_CHECK; // parcels, and what became of orders
bool facts_ledger(struct demo *d, struct ledger_facts *l) MUST_CHECK;
// Takes one entry into the sums. Entries come in the order in which the service gave them.
void ledger_take(struct demo *d, struct ledger_facts *l, const struct json *entry);
int ledger_count(const struct ledger_facts *l, const char *kind);
// Why a hub got a shipment, from the candidates of the decision: what was nearer and why not.
const char *parcel_why(struct demo *d, const struct json *candidates, const char *hub_id);

// ---- checks

struct check {
	bool passed;
	char text[200];
};

#define CHECKS_MAX 32
// Everything that has to add up. Returns how many checks there are.
size_t facts_check(const struct facts *f, struct check checks[CHECKS_MAX]);

#endif
