// SPDX-License-Identifier: Apache-2.0
//
// A creator's hubs as the database tells them (roadshow.route_snapshot), made ready for ranking:
// one block of memory, parsed once, read by many orders.
#ifndef ROADSHOW_ROUTING_SNAPSHOT_H
#define ROADSHOW_ROUTING_SNAPSHOT_H

#include "base/arena.h"
#include "base/base.h"
#include "base/str.h"
#include "json/json.h"
#include "routing/rank.h"

#define SNAPSHOT_BYTES_MAX (64u << 20)

struct route_snapshot {
	int64_t version;
	struct route_policy policy;
	struct route_hub *hubs;
	size_t hub_count;
	struct route_index index; // of the hubs
	struct span *skus;	  // sorted; a SKU's place is its number
	size_t sku_count;
	struct arena arena; // owns everything above
};

// A new snapshot, or NULL when the text is not one (or memory is short). Free with
// snapshot_release().
struct route_snapshot *snapshot_parse(struct span text) MUST_CHECK;
void snapshot_release(struct route_snapshot *s); // NULL is fine

// The SKU's number, ROUTE_SKU_NONE when no hub stocks it.
size_t snapshot_sku(const struct route_snapshot *s, struct span sku);

// A policy from its JSON; false when it is not one.
bool route_policy_parse(const struct json *policy, struct route_policy *out) MUST_CHECK;
// The members that a draft has replace those of the policy; false, with *p in pieces, when one is not
// as it must be.
bool route_policy_apply(const struct json *draft, struct route_policy *p) MUST_CHECK;

// An order was decided: its units and its slot are gone until the snapshot is read again. `chosen`
// is of this snapshot and can fill every line.
void snapshot_take(struct route_snapshot *s, const struct route_candidate *chosen,
    const struct route_request *request);

bool route_kind_parse(struct span name, enum route_kind *kind) MUST_CHECK;
bool route_service_parse(struct span name, enum route_service *service) MUST_CHECK;

// Writes the members "candidates" and "omitted" of an order's item, or the last alone.
void route_omitted_write(struct json_out *w, const struct route_ranking *ranking);
void route_ranking_write(struct json_out *w, const struct route_ranking *ranking);

#endif
