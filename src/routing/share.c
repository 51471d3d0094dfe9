// SPDX-License-Identifier: Apache-2.0
#include "routing/share.h"

#include <string.h>

static bool may_ship(const struct route_candidate *c)
{
	return c->verdict == VERDICT_CHOSEN || c->verdict == VERDICT_LOST;
}

// Takes what the candidate has of what is left. False: nothing.
static bool take(
    const struct route_request *r, const struct route_candidate *c, struct route_shares *out)
{
	struct route_pick *pick = &out->list[out->count];
	bool some = false;

	pick->candidate = c;
	for (size_t i = 0; i < r->line_count; i++) {
		int32_t has = route_units(c->hub, &r->lines[i]);

		pick->units[i] = has < out->left[i] ? has : out->left[i];
		some = some || pick->units[i] > 0;
	}
	if (!some)
		return false;
	for (size_t i = 0; i < r->line_count; i++)
		out->left[i] -= pick->units[i];
	out->count++;
	return true;
}

static bool nothing_left(const struct route_request *r, const struct route_shares *s)
{
	for (size_t i = 0; i < r->line_count; i++)
		if (s->left[i] > 0)
			return false;
	return true;
}

static void start(const struct route_request *r, struct route_shares *out)
{
	out->count = 0;
	out->whole = false;
	for (size_t i = 0; i < r->line_count; i++)
		out->left[i] = r->lines[i].quantity;
}

void route_share(const struct route_policy *policy, const struct route_request *request,
    const struct route_ranking *ranking, double amount, struct route_shares *out)
{
	size_t most = amount < policy->split_min_amount ? 1 : policy->shipments_max;

	ASSERT(request->line_count <= ROUTE_LINES_MAX && most <= ROUTE_CANDIDATES_MAX);
	start(request, out);
	for (size_t i = 0; i < ranking->count && !out->whole; i++)
		if (may_ship(&ranking->list[i]) && ranking->list[i].lines_short == 0)
			out->whole = take(request, &ranking->list[i], out);
	if (out->whole || (!policy->partial && most < 2))
		return;
	for (size_t i = 0; i < ranking->count && out->count < most; i++)
		if (may_ship(&ranking->list[i]))
			(void)take(request, &ranking->list[i], out);
	out->whole = nothing_left(request, out);
	if (!out->whole && !policy->partial)
		start(request, out);
}
