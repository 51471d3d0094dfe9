// SPDX-License-Identifier: Apache-2.0
//
// Which hubs the database is handed for an order. It decides among them alone, so the list must lead to
// the decision that all hubs would lead to. What a decision can need of them, by roadshow.route_decide()
// (sql/functions/routing.sql), whatever the rules and their order:
//
//   1. who ships all: the first, in the policy's order, that may ship and has every line;
//   2. when nobody has: those that share. Each takes all it has of what is still missing, so whoever has
//      nothing of that is passed over, however good he is, and the list need only have those who take:
//      the best that has any of it, again and again, shipments_max times;
//   3. when a day is a condition and cannot be kept: the earliest that anybody with every line could;
//   4. of a line that stays behind: why. A hub that may ship and has some (split_limit), else the
//      nearest of those that have some and no slot, or no wave in time.
//
// None of these need be among the 16 best: those may all have another part of the order. They take the
// last places, in this order; for what is left of the places, the same as 1 and 2 without those found
// before, who ship when these fail the order and it is routed again among the list.
//
// What depends on no single hub is in `omitted`: whether any hub is in reach at all.
#ifndef ROADSHOW_ROUTING_SHORTLIST_H
#define ROADSHOW_ROUTING_SHORTLIST_H

#include "routing/rank.h"

// Ranks the hubs for an order: the best, and those that the decision may need although they are not;
// sorted and judged as route_rank() does. Counts those that are not in the list by their verdicts.
void route_shortlist(const struct route_policy *policy, const struct route_index *index,
    const struct route_request *request, struct route_ranking *out);

#endif
