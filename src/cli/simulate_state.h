// SPDX-License-Identifier: Apache-2.0
//
// Orders decided again by another policy, without I/O. Two books are kept of what orders took: what they
// took when they were decided, by the policy of then, and what they take by the other. A decision's
// inputs are those that were recorded, moved by the difference of the books. So with the policy of then
// nothing differs.
#ifndef ROADSHOW_CLI_SIMULATE_STATE_H
#define ROADSHOW_CLI_SIMULATE_STATE_H

#include "base/base.h"
#include "base/ids.h"
#include "base/str.h"
#include "json/json.h"
#include "routing/rank.h"

// What came of the orders.
struct simulate_sums {
	int64_t whole, split, partial, none; // one shipment, several, some units wait, all do
	int64_t shipments, units_waiting;
	int64_t late; // orders that had to be there by a time and are not promised by then
	double distance_m, cost;
};

struct simulation;

struct simulation *simulate_new(const struct route_policy *policy);
void simulate_release(struct simulation *s); // NULL is fine

// What a hub is; before any order that it was considered for. `h` is copied; waves and stock are not
// looked at.
void simulate_hub(struct simulation *s, const struct route_hub *h);
// A wave of the hub that was told last, by cut-off; `free`: slots that none of the orders takes.
void simulate_wave(struct simulation *s, const struct route_wave *wave);
// The hub of this id is the one told last from now on. False: there is none.
bool simulate_at(struct simulation *s, const struct uuid *hub) MUST_CHECK;
// The next order, as roadshow.simulate_orders() tells it. False: it is not as it must be.
bool simulate_order(struct simulation *s, const struct json *doc) MUST_CHECK;

const struct simulate_sums *simulate_then(const struct simulation *s);
const struct simulate_sums *simulate_now(const struct simulation *s);
int64_t simulate_orders(const struct simulation *s);
// Orders that ship from other hubs than then, and those that do not come out as recorded by the policy of
// then (a hub was edited since).
int64_t simulate_moved(const struct simulation *s);
int64_t simulate_unlike(const struct simulation *s);

#endif
