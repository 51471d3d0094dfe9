// SPDX-License-Identifier: Apache-2.0
//
// Which hub should an order ship from? A pure function of a creator's hubs, the order and a policy:
// no clock, no I/O, no allocation, the same answer for the same input in any order of hubs.
//
// Every hub gets a verdict; those that can ship are compared rule by rule, the first difference
// wins and a rule without an opinion abstains. Every rule is a score, lower is better, and no score
// falls when the distance grows: that is what makes it safe to stop looking at some distance. The
// database applies the same rules to live stock and capacity when it commits
// (sql/functions/routing.sql).
//
// Distances are exact geodesics on WGS84, see near.h.
#ifndef ROADSHOW_ROUTING_RANK_H
#define ROADSHOW_ROUTING_RANK_H

#include "base/base.h"
#include "base/ids.h"
#include "routing/near.h"

#define ROUTE_RULES_MAX 8
#define ROUTE_BANDS_MAX 8
#define ROUTE_LINES_MAX 50
#define ROUTE_CANDIDATES_MAX 16 // what is handed to the database and explained

enum route_rule {
	RULE_EVENT_HUB,	    // the hub set up for the order's event
	RULE_PROMISE_MET,   // arrives by the deadline, when there is one
	RULE_FEWEST_SPLITS, // lines of the order it cannot fill
	RULE_MICRO_HUB_BEFORE_WAREHOUSE,
	RULE_CLOSEST,
	RULE_CHEAPEST,	   // cost per order and km
	RULE_LEAST_LOADED, // share of the wave that is taken
	RULE_COUNT
};

enum route_kind { HUB_MICRO, HUB_WAREHOUSE, HUB_VENUE };
enum route_service { SERVICE_PICKUP, SERVICE_SAME_DAY, SERVICE_NEXT_DAY, SERVICE_STANDARD };

enum route_verdict {
	VERDICT_CHOSEN,
	VERDICT_LOST, // `lost_on` names the rule, RULE_COUNT a tie
	VERDICT_NO_STOCK,
	VERDICT_NO_CAPACITY,
	VERDICT_PAST_CUT_OFF,
	VERDICT_OUT_OF_RADIUS,
	VERDICT_TOO_EXPENSIVE,
	VERDICT_NOT_OFFERED, // nobody picks up at a warehouse
	VERDICT_INACTIVE,
	VERDICT_OUTAGE,
	VERDICT_FAILED_BEFORE, // it had this order already
	VERDICT_COUNT
};

// Parcels up to up_to_m take this many days; a band without limit has INFINITY.
struct route_band {
	double up_to_m;
	int32_t days;
};

struct route_policy {
	int64_t version;
	enum route_rule rules[ROUTE_RULES_MAX];
	size_t rule_count;
	double distance_max_m; // INFINITY: none
	double cost_max;       // of a shipment; INFINITY: none
	// Tearing an order apart: into how many, from which worth on, and whether it may go in part.
	size_t shipments_max;
	double split_min_amount;
	bool partial;
	// Up to local_m metres: driven. Beyond: the first band that is long enough, else the last.
	double local_m, local_km_h;
	int32_t local_overhead_s;
	struct route_band bands[ROUTE_BANDS_MAX];
	size_t band_count;
};

struct route_wave {
	int64_t cut_off_us, ready_us;
	int32_t free, capacity; // slots
	int64_t pickup_us;	// ready, and the hub is open
};

struct route_hub {
	struct uuid id, event; // event nil: of none
	enum route_kind kind;
	bool active, outage;
	double lat, lon; // degrees
	double radius_m; // INFINITY: everywhere
	double cost_per_order, cost_per_km;
	int64_t day_end_us, next_day_end_us; // its next two local midnights
	const struct route_wave *waves;	     // borrowed, by cut-off
	size_t wave_count;
	const int32_t *stock; // borrowed: free units by SKU number
};

struct route_line {
	size_t sku; // number; ROUTE_SKU_NONE: no hub has it
	int32_t quantity;
};
#define ROUTE_SKU_NONE SIZE_MAX

struct route_request {
	double lat, lon;
	enum route_service service;
	int64_t now_us, not_before_us, needed_by_us; // 0: none
	int64_t made_us;			     // whose day a service means; 0: now
	bool day_is_wish;			     // a hub past it may ship
	struct uuid event;			     // nil: none
	const struct route_line *lines;		     // borrowed
	size_t line_count;
	const struct uuid *failed; // borrowed: hubs that failed this order
	size_t failed_count;
	const struct uuid
	    *kept; // borrowed: hubs that hold some for this order, which they will get back
	size_t kept_count;
};

struct route_candidate {
	const struct route_hub *hub;
	enum route_verdict verdict;
	enum route_rule lost_on;
	double distance_m;
	int32_t travel_s;
	int32_t capacity_free; // of the wave below
	size_t lines_short;
	int64_t cut_off_us, promise_us; // 0: no wave can take it
	double scores[ROUTE_RULES_MAX]; // of the policy's rules; NAN abstains
};

struct route_ranking {
	struct route_candidate
	    list[ROUTE_CANDIDATES_MAX]; // best first; those that cannot ship last
	size_t count;
	size_t considered;	       // hubs there were
	size_t omitted[VERDICT_COUNT]; // hubs that did not get into the list, by verdict
};

// Hubs made ready for ranking. Borrows both arrays; stock and slots of the hubs may change, all else
// may not.
struct route_index {
	const struct route_hub *hubs;
	struct near_node *nodes;
	size_t count;
	double cost_per_order_min, cost_per_km_min; // of all hubs
	bool only_warehouses;
};

// `nodes` has room for `count`.
void route_index(
    struct route_index *index, const struct route_hub *hubs, struct near_node *nodes, size_t count);

// Ranks the hubs for one order: the best `most` of them, 1 to ROUTE_CANDIDATES_MAX. The first that can
// fill every line is CHOSEN, the others that can ship have LOST on a rule; when nobody can fill every
// line, it is the first that can ship anything. Looks at no more hubs than may get into the list, and
// leaves `omitted` empty. What the database is handed is route_shortlist(), see shortlist.h.
void route_rank(const struct route_policy *policy, const struct route_index *index,
    const struct route_request *request, size_t most, struct route_ranking *out);

// Ranks `count` hubs, ROUTE_CANDIDATES_MAX at most, of which it is known how far away they are.
void route_rank_known(const struct route_policy *policy, const struct route_hub *hubs,
    const double *distances_m, size_t count, const struct route_request *request,
    struct route_ranking *out);

// The nearest hub that can ship anything, by distance alone; NULL when there is none. Of two at the
// same distance either.
const struct route_hub *route_nearest(const struct route_policy *policy,
    const struct route_index *index, const struct route_request *request);

// Time on the road, never less for a longer way.
int32_t route_travel_s(
    const struct route_policy *policy, enum route_service service, double distance_m);
// Compares two hubs' scores: < 0 when a is better; *rule (may be NULL) is the index of the rule
// that decided, `count` when none did.
int route_compare_scores(const double *a, const double *b, size_t count, size_t *rule);

// ---- its parts, for shortlist.c -----------------------------------------------------------------

// As route_rank(), without saying who ships: whoever may has LOST, until route_judge().
void route_list(const struct route_policy *policy, const struct route_index *index,
    const struct route_request *request, size_t most, struct route_ranking *out);
void route_judge(const struct route_policy *policy, struct route_ranking *out);

// The best hub, in the order of the list, that may ship and that `wants`. False: there is none.
typedef bool route_wants(const void *arg, const struct route_hub *hub);
bool route_best(const struct route_policy *policy, const struct route_index *index,
    const struct route_request *request, route_wants *wants, const void *arg,
    struct route_candidate *best) MUST_CHECK;

// The hub as a candidate if it were this far away, and its verdict alone.
void route_look(const struct route_policy *policy, const struct route_hub *hub,
    const struct route_request *request, double distance_m, struct route_candidate *out);
enum route_verdict route_verdict_at(const struct route_policy *policy, const struct route_hub *hub,
    const struct route_request *request, double distance_m);

static inline int32_t route_units(const struct route_hub *h, const struct route_line *line)
{
	return line->sku == ROUTE_SKU_NONE ? 0 : h->stock[line->sku];
}
bool route_has_id(const struct uuid *ids, size_t count, const struct uuid *id);

// < 0 when a is before b in the list.
int route_compare(const struct route_policy *policy, const struct route_candidate *a,
    const struct route_candidate *b);
// Keeps a list of `most` sorted; its last makes room.
void route_insert(const struct route_policy *policy, struct route_ranking *out, size_t most,
    const struct route_candidate *c);

// ---- names --------------------------------------------------------------------------------------

const char *route_rule_name(enum route_rule rule);
bool route_rule_parse(const char *name, size_t len, enum route_rule *rule) MUST_CHECK;
const char *route_verdict_name(enum route_verdict verdict); // "lost_on" for VERDICT_LOST

#endif
