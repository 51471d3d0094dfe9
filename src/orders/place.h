// SPDX-License-Identifier: Apache-2.0
//
// POST /v1/orders: look up where it goes, rank the hubs, let the database commit. Two statements,
// each of which carries the orders of many requests.
#ifndef ROADSHOW_ORDERS_PLACE_H
#define ROADSHOW_ORDERS_PLACE_H

#include "crypto/keys.h"
#include "http/call.h"

// The keys that tokens are signed with: a storefront shows a token's text to have it delivered.
void place_start(const struct keyring *token_keys);

// api.route_context(): where a postal code is, and the hubs when the worker's copy is old.
extern const struct db_statement orders_context_statement;
// api.order_wanted(): what an order that was routed before wants.
extern const struct db_statement order_wanted_statement;
// api.order_batch(): the decision.
extern const struct db_statement order_batch_statement;

// The hooks of the route, see http/route.h. `prepare` waits for the first statement, as often as the
// copy was pushed out meanwhile; `bind` ranks and hands over the candidates.
bool place_prepare(struct call *c);
bool place_bind(struct call *c, struct db_item *item);
void place_render(struct call *c, const struct db_row *row);
// For POST /v1/orders/{order}/cancel: whose token the text in `token` is.
bool cancel_bind(struct call *c, struct db_item *item);
// For POST /v1/route/preview, after place_prepare(), and POST /v1/orders/{order}/route, after rest_prepare().
bool ranked_bind(struct call *c, struct db_item *item);
// For POST /v1/orders/{order}/address: as place_prepare(), with what the order wants, which it asks first.
bool address_prepare(struct call *c);
bool address_bind(struct call *c, struct db_item *item);
// For POST /v1/orders/{order}/route: the same, for what nobody ships of it, to where it goes.
bool rest_prepare(struct call *c);

#endif
