// SPDX-License-Identifier: Apache-2.0
//
// What the worker knows of an order: how the hubs rank and, when one of them can ship all of it, the
// whole decision with its explanation. The database takes such a decision as it is when nothing that it
// rests on has changed (orders_accept() in sql/functions/accept.sql), and decides itself otherwise.
#ifndef ROADSHOW_ORDERS_DECIDE_H
#define ROADSHOW_ORDERS_DECIDE_H

#include "routing/snapshot.h"

#define DECIDE_LINES_MAX ROUTE_LINES_MAX // as the route's table says
#define DECIDE_HUBS_MAX 32		 // that failed an order; the database knows the others too

// An order as it is ranked. `body` is checked JSON of POST /v1/orders or /v1/route/preview, or a document of
// api.order_wanted().
struct decide_order {
	struct route_line lines[DECIDE_LINES_MAX];
	struct uuid failed[DECIDE_HUBS_MAX], kept[DECIDE_HUBS_MAX];
	struct route_request request; // borrows the above
};
void decide_read(struct decide_order *o, const struct route_snapshot *s, const struct json *body,
    double lat, double lon, int64_t now_us);

// An order that was routed before is routed as roadshow.route_commit() does: who keeps the promise comes
// first, never one of the `failed`; the `hubs` that hold it are looked at in any case.
void decide_again(struct decide_order *o, const struct json *wanted, struct route_policy *policy);

// The candidate that ships all of it, or NULL when the database has to decide: a hold; substitutes; an order of several
// shipments, or of a token; a policy that looks at the load, which others change meanwhile.
const struct route_candidate *decide_whole(const struct route_policy *policy,
    const struct decide_order *o, const struct json *body, const struct route_ranking *ranking);

// Writes the members "decision", what the database checks and takes, and "hubs", the candidates' ids with commas
// between, which are read faster than an array.
void decide_write(struct json_out *w, const struct route_snapshot *s,
    const struct route_ranking *ranking, const struct route_candidate *chosen);
// Writes the explanation, in the short form that roadshow.explanation_of() (sql/functions/routing_explained.sql)
// reads: {"at", "policy", "hash", "omitted", "skus", "hubs": [[id, distance_m, travel_s, [free units],
// lines short, free slots, cut-off, promise, [scores], verdict], …]}, times in microseconds, 0 for none.
void decide_explain(struct json_out *w, const struct route_snapshot *s,
    const struct decide_order *o, const struct json *body, const struct route_ranking *ranking);

#endif
