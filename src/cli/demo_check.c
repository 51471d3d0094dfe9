// SPDX-License-Identifier: Apache-2.0
//
// What has to add up. Pure: numbers in, sentences out.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/demo_facts.h"

struct list {
	struct check *checks;
	size_t count;
};

PRINTF_LIKE(3, 4) static void check(struct list *l, bool passed, const char *fmt, ...)
{
	va_list args;
	ASSERT(l->count < CHECKS_MAX);
	struct check *c = &l->checks[l->count++];
	c->passed = passed;
	va_start(args, fmt);
	vsnprintf(c->text, sizeof(c->text), fmt, args);
	va_end(args);
}

static void check_city(struct list *l, const struct facts *f, int city)
{
	const struct city_facts *c = &f->city[city];
	const char *name = STORY_CITY[city].name;
	int left = c->walk_in - c->walk_in_sold;
	check(l,
	    c->tokenized == c->held + c->issued + c->available && c->available >= 0 &&
		c->quantity == c->tokenized + c->walk_in && left >= 0,
	    "%s: %d units = %d issued + %d available + %d sold at the till + %d left there", name,
	    c->quantity, c->held + c->issued, c->available, c->walk_in_sold, left);
}

// What fans were told, what drops count and what the ledger says.
static void check_tokens(struct list *l, const struct facts *f)
{
	int asked = 0, won = 0, sold_out = 0, limited = 0, issued = 0, told = 0, back = 0;
	bool same = true, heard = true;
	for (int i = 0; i < STORY_CITIES; i++) {
		const struct city_facts *c = &f->city[i];
		asked += c->asked;
		won += c->won;
		sold_out += c->sold_out;
		limited += c->limited;
		issued += c->issued;
		told += f->ledger.issued[i];
		back += f->ledger.cancelled[i];
		same = same && f->ledger.issued[i] - f->ledger.cancelled[i] == c->issued;
		heard = heard && f->ledger.issued[i] >= c->won &&
			f->ledger.cancelled[i] >= c->cancelled;
	}
	check(l, asked == won + sold_out + limited,
	    "%d claims = %d tokens + %d sold out + %d over the limit", asked, won, sold_out,
	    limited);
	check(l, same, "issued now: %d in the drops = %d issued - %d given back in the ledger",
	    issued, told, back);
	check(l, heard, "%d given to the fans of the demo%s", won,
	    told > won ? ", the rest to somebody else" : ", which are all");
}

static void check_doors(struct list *l, const struct facts *f)
{
	int redeemed = 0, told = 0, scanned = 0, sold = 0, over = 0, rung = 0;
	bool same = true, sales = true;
	for (int i = 0; i < STORY_CITIES; i++) {
		const struct city_facts *c = &f->city[i];
		redeemed += c->redeemed;
		told += f->ledger.redeemed[i];
		scanned += c->redemptions;
		sold += c->walk_in_sold;
		over += c->walk_in_oversold;
		rung += f->ledger.sold[i];
		same =
		    same && c->redeemed == f->ledger.redeemed[i] && c->redeemed == c->redemptions;
		sales = sales && f->ledger.sold[i] == c->walk_in_sold + c->walk_in_oversold;
	}
	check(l, same, "redeemed: %d in the drops = %d in the ledger = %d scans that counted",
	    redeemed, told, scanned);
	check(l, sales, "%d units over the tills in the ledger = %d sold + %d more than there were",
	    rung, sold, over);
}

static void check_orders(struct list *l, const struct facts *f)
{
	check(l, f->units_ordered == f->units_shipped + f->units_backordered,
	    "%d units ordered = %d shipped + %d waiting", f->units_ordered, f->units_shipped,
	    f->units_backordered);
}

// Every kind of change that can be counted elsewhere, and what the service says when it is asked.
static void check_changes(struct list *l, const struct facts *f)
{
	const struct ledger_facts *g = &f->ledger;
	const struct {
		const char *kind;
		int elsewhere;
	} rows[] = {
	    {"creator.created", 1},
	    {"key.created", f->keys},
	    {"event.created", f->events},
	    {"product.created", f->products},
	    {"drop.created", f->drops},
	    {"hub.created", f->hubs},
	    {"device.created", f->devices},
	    {"device.enrolled", f->enrolled},
	    {"device.uploaded", f->uploads},
	    {"token.redeemed", f->city[0].redeemed + f->city[1].redeemed},
	    {"order.rerouted", f->routings - f->orders},
	    {"order.fulfilled", f->fulfilled},
	    {"picklist.handed_over", f->lists_handed_over},
	    {"case.opened", (int)f->case_count + ledger_count(g, "case.withdrawn")},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (ledger_count(g, rows[i].kind) != rows[i].elsewhere)
			check(l, false, "%s: %d in the ledger, %d when asked for", rows[i].kind,
			    ledger_count(g, rows[i].kind), rows[i].elsewhere);
}

static void check_ledger(struct list *l, const struct facts *f)
{
	const struct ledger_facts *g = &f->ledger;
	size_t before, sum = 0;
	for (size_t i = 0; i < g->kind_count; i++)
		sum += (size_t)g->kinds[i].count;
	check(l, g->dense && (int64_t)sum == g->size,
	    "the ledger has %lld entries, 0 to %lld without a gap, one for each change",
	    (long long)g->size, (long long)g->size - 1);
	check(l, g->linked, "each entry leads to the one before it about the same thing");
	before = l->count;
	check_changes(l, f);
	if (l->count == before)
		check(l, true,
		    "replayed, it tells of the same %d events, %d drops, %d hubs, %d "
		    "devices, %d uploads, %d pick lists, %zu cases",
		    f->events, f->drops, f->hubs, f->devices, f->uploads, f->lists_handed_over,
		    f->case_count);
}

size_t facts_check(const struct facts *f, struct check checks[CHECKS_MAX])
{
	struct list l = {checks, 0};
	for (int c = 0; c < STORY_CITIES; c++)
		check_city(&l, f, c);
	check_tokens(&l, f);
	check_doors(&l, f);
	check_orders(&l, f);
	check_ledger(&l, f);
	return l.count;
}
