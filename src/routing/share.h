// SPDX-License-Identifier: Apache-2.0
//
// Who ships what of an order, once its candidates are ranked: the rules of roadshow.route_choose()
// (sql/functions/routing.sql), for deciding away from the database. Pure, as ranking is.
#ifndef ROADSHOW_ROUTING_SHARE_H
#define ROADSHOW_ROUTING_SHARE_H

#include "routing/rank.h"

struct route_pick {
	const struct route_candidate *candidate; // of the ranking
	int32_t units[ROUTE_LINES_MAX];		 // of each line
};

struct route_shares {
	struct route_pick list[ROUTE_CANDIDATES_MAX];
	size_t count;
	int32_t left[ROUTE_LINES_MAX]; // of each line, what nobody ships
	bool whole;		       // nothing is left
};

// One hub that has everything ships alone; only when there is none, up to shipments_max share, in order,
// each with all it has of what is still missing. What the policy does not let be torn apart or sent in
// part is left whole. amount: what the order is worth, in minor units.
void route_share(const struct route_policy *policy, const struct route_request *request,
    const struct route_ranking *ranking, double amount, struct route_shares *out);

#endif
