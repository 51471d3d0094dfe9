// SPDX-License-Identifier: Apache-2.0
//
// A snapshot that is taken can be ranked on: whatever the bytes are, nothing is read outside of it
// and the list is sorted, without doubles.
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "routing/shortlist.h"
#include "routing/snapshot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct route_ranking *r, size_t hubs)
{
	ASSERT(r->considered == hubs && r->count <= ROUTE_CANDIDATES_MAX);
	for (size_t i = 1; i < r->count; i++)
		ASSERT(r->list[i].hub != r->list[i - 1].hub);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct route_ranking ranking;
	struct route_snapshot *s = snapshot_parse((struct span){(const char *)data, size});
	struct route_line lines[2] = {{ROUTE_SKU_NONE, 1}, {ROUTE_SKU_NONE, 2}};
	struct route_request request = {.lat = 52,
	    .lon = 13,
	    .service = SERVICE_STANDARD,
	    .now_us = 1000000,
	    .lines = lines,
	    .line_count = 2};

	if (s == NULL)
		return 0;
	if (s->sku_count > 0)
		lines[0].sku = snapshot_sku(s, s->skus[s->sku_count - 1]);
	ASSERT(s->sku_count == 0 || lines[0].sku == s->sku_count - 1);
	route_rank(&s->policy, &s->index, &request, 1, &ranking);
	check(&ranking, s->hub_count);
	route_shortlist(&s->policy, &s->index, &request, &ranking);
	check(&ranking, s->hub_count);
	snapshot_release(s);
	return 0;
}
