// SPDX-License-Identifier: Apache-2.0
//
// Writing is most of the work here: what the database can find again (names, the request, the policy by
// its version) is left out.

#include "orders/decide.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "crypto/digest.h"

static int64_t read_time(const struct json *body, const char *key)
{
	struct span text = json_get_text(body, key);
	int64_t at_us = 0;

	if (text.ptr && !clock_parse(text, &at_us))
		ASSERT(!"the body was checked");
	return at_us;
}

void decide_read(struct decide_order *o, const struct route_snapshot *s, const struct json *body,
    double lat, double lon, int64_t now_us)
{
	struct route_request *r = &o->request;
	bool known;

	*r = (struct route_request){
	    .lat = lat,
	    .lon = lon,
	    .now_us = now_us,
	    .not_before_us = read_time(body, "not_before"),
	    .needed_by_us = read_time(body, "needed_by"),
	    .lines = o->lines,
	};
	known = route_service_parse(json_get_text(body, "service"), &r->service);
	ASSERT(known);
	for (const struct json *l = json_get(body, "lines")->child; l; l = l->next) {
		ASSERT(r->line_count < DECIDE_LINES_MAX);
		o->lines[r->line_count++] =
		    (struct route_line){snapshot_sku(s, json_get_text(l, "sku")),
			(int32_t)json_get_int(l, "quantity", 0)};
	}
}

static size_t read_hubs(const struct json *wanted, const char *key, struct uuid *out)
{
	const struct json *list = json_get(wanted, key);
	size_t n = 0;

	for (const struct json *id = list ? list->child : NULL; id && n < DECIDE_HUBS_MAX;
	     id = id->next)
		n += uuid_parse(id->text, &out[n]);
	return n;
}

void decide_again(struct decide_order *o, const struct json *wanted, struct route_policy *p)
{
	enum route_rule rules[ROUTE_RULES_MAX] = {RULE_PROMISE_MET};
	size_t n = 1;

	for (size_t i = 0; i < p->rule_count && n < ROUTE_RULES_MAX; i++)
		if (p->rules[i] != RULE_PROMISE_MET)
			rules[n++] = p->rules[i];
	memcpy(p->rules, rules, sizeof(rules));
	p->rule_count = n;
	o->request.made_us = read_time(wanted, "made_at");
	o->request.day_is_wish = true;
	if (!uuid_parse(json_get_text(wanted, "event_id"), &o->request.event))
		o->request.event = (struct uuid){{0}};
	o->request.failed = o->failed;
	o->request.failed_count = read_hubs(wanted, "failed", o->failed);
	o->request.kept = o->kept;
	o->request.kept_count = read_hubs(wanted, "hubs", o->kept);
}

static bool has_twice(const struct route_request *r)
{
	for (size_t i = 1; i < r->line_count; i++)
		for (size_t k = 0; k < i; k++)
			if (r->lines[i].sku == r->lines[k].sku)
				return true;
	return false;
}

static bool has_substitutes(const struct json *body)
{
	for (const struct json *l = json_get(body, "lines")->child; l; l = l->next)
		if (json_get(l, "substitutes"))
			return true;
	return false;
}

const struct route_candidate *decide_whole(const struct route_policy *p,
    const struct decide_order *o, const struct json *body, const struct route_ranking *ranking)
{
	const struct route_request *r = &o->request;

	for (size_t i = 0; i < p->rule_count; i++)
		if (p->rules[i] == RULE_LEAST_LOADED)
			return NULL;
	if (json_get_text(body, "token_id").ptr || json_get_int(body, "hold_ttl_s", 0) != 0 ||
	    has_twice(r) || has_substitutes(body) ||
	    (r->service == SERVICE_PICKUP && r->not_before_us != 0))
		return NULL;
	for (size_t i = 0; i < ranking->count; i++)
		if (ranking->list[i].verdict == VERDICT_CHOSEN)
			return ranking->list[i].lines_short == 0 ? &ranking->list[i] : NULL;
	return NULL;
}

// ---- writing ------------------------------------------------------------------------------------

// Calls the lines' numbers of SKUs in their order, which is that of bytes.
static size_t next_sku(const struct decide_order *o, size_t after)
{
	size_t next = ROUTE_SKU_NONE;

	for (size_t i = 0; i < o->request.line_count; i++)
		if (o->lines[i].sku < next && (after == ROUTE_SKU_NONE || o->lines[i].sku > after))
			next = o->lines[i].sku;
	return next;
}

static void put_skus(
    struct json_out *w, const struct route_snapshot *s, const struct decide_order *o)
{
	json_key(w, "skus");
	json_open(w, '[');
	for (size_t k = next_sku(o, ROUTE_SKU_NONE); k != ROUTE_SKU_NONE; k = next_sku(o, k))
		json_put_span(w, s->skus[k]);
	json_close(w, ']');
}

static void put_verdict(struct json_out *w, const struct route_candidate *c)
{
	char text[64];

	snprintf(text, sizeof(text), "lost_on:%s", route_rule_name(c->lost_on));
	json_put_text(w, c->verdict == VERDICT_LOST ? text : route_verdict_name(c->verdict));
}

static void put_candidate(struct json_out *w, const struct route_snapshot *s,
    const struct decide_order *o, const struct route_candidate *c)
{
	json_open(w, '[');
	json_put_uuid(w, &c->hub->id);
	json_put_number(w, c->distance_m);
	json_put_int(w, c->travel_s);
	json_open(w, '[');
	for (size_t k = next_sku(o, ROUTE_SKU_NONE); k != ROUTE_SKU_NONE; k = next_sku(o, k))
		json_put_int(w, c->hub->stock[k]);
	json_close(w, ']');
	json_put_int(w, (int64_t)c->lines_short);
	json_put_int(w, c->capacity_free);
	json_put_int(w, c->cut_off_us);
	json_put_int(w, c->promise_us);
	json_open(w, '[');
	for (size_t i = 0; i < s->policy.rule_count; i++)
		json_put_number(w, c->scores[i]);
	json_close(w, ']');
	put_verdict(w, c);
	json_close(w, ']');
}

void decide_explain(struct json_out *w, const struct route_snapshot *s,
    const struct decide_order *o, const struct json *body, const struct route_ranking *ranking)
{
	struct sha256 *inputs = sha256_start();
	struct digest hash;
	size_t from;

	json_open(w, '{');
	from = w->buf->len;
	json_kv_int(w, "policy", s->policy.version);
	route_omitted_write(w, ranking);
	put_skus(w, s, o);
	json_key(w, "hubs");
	json_open(w, '[');
	for (size_t i = 0; i < ranking->count; i++)
		put_candidate(w, s, o, &ranking->list[i]);
	json_close(w, ']');
	if (!w->buf->failed)
		sha256_put(inputs, buf_text(w->buf) + from, w->buf->len - from);
	for (const struct json *l = json_get(body, "lines")->child; l; l = l->next) {
		int64_t quantity = json_get_int(l, "quantity", 0);

		sha256_put(inputs, &quantity, sizeof(quantity));
	}
	sha256_put(inputs, &o->request.service, sizeof(o->request.service));
	sha256_put(inputs, &o->request.not_before_us, sizeof(o->request.not_before_us));
	sha256_put(inputs, &o->request.needed_by_us, sizeof(o->request.needed_by_us));
	hash = sha256_finish(inputs);
	json_key(w, "hash");
	json_put_hex(w, hash.b, sizeof(hash.b));
	json_kv_int(w, "at", o->request.now_us);
	json_close(w, '}');
}

static void put_hubs(struct json_out *w, const struct route_ranking *ranking)
{
	char text[ROUTE_CANDIDATES_MAX * (UUID_TEXT_LEN + 1)];
	size_t len = 0;

	for (size_t i = 0; i < ranking->count; i++) {
		if (i > 0)
			text[len++] = ',';
		uuid_format(&ranking->list[i].hub->id, text + len);
		len += UUID_TEXT_LEN;
	}
	json_put_span(w, (struct span){text, len});
}

void decide_write(struct json_out *w, const struct route_snapshot *s,
    const struct route_ranking *ranking, const struct route_candidate *chosen)
{
	struct uuid shipment = ids_v7();

	json_key(w, "decision");
	json_open(w, '{');
	json_kv_int(w, "version", s->version);
	json_kv_int(w, "policy", s->policy.version);
	json_kv_uuid(w, "hub_id", &chosen->hub->id);
	json_kv_uuid(w, "shipment_id", &shipment);
	json_key(w, "distance_m");
	json_put_number(w, chosen->distance_m);
	json_key(w, "cut_off_at");
	json_put_time(w, chosen->cut_off_us);
	json_key(w, "promise_at");
	json_put_time(w, chosen->promise_us);
	json_close(w, '}');
	json_key(w, "hubs");
	put_hubs(w, ranking);
}
