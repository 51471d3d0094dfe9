// SPDX-License-Identifier: Apache-2.0
//
// The report, for a person who has a minute.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/demo_facts.h"

#define RULE_WIDTH 88

static void heading(const char *text)
{
	printf("\n%s\n", text);
	for (size_t i = 0; text[i] != 0; i++)
		if (((unsigned char)text[i] & 0xC0) != 0x80)
			putchar('-');
	putchar('\n');
}

// ---- numbers ------------------------------------------------------------------------------------

// One row of the table: a city's number, the other's, and the sum. `of` may be NULL.
struct row {
	const char *label;
	size_t value, of; // offsets in struct city_facts
	bool has_of;
};

#define VALUE(member) .value = offsetof(struct city_facts, member)
#define OF(member) .of = offsetof(struct city_facts, member), .has_of = true

static const struct row ROWS[] = {
    {.label = "claims", VALUE(asked)},
    {.label = "  got a token", VALUE(won)},
    {.label = "  refused: sold out", VALUE(sold_out)},
    {.label = "  refused: one to a person", VALUE(limited)},
    {.label = "gave it back", VALUE(cancelled)},
    {.label = "tokens in people's hands", VALUE(issued), OF(tokenized)},
    {.label = "  have it brought home", VALUE(delivered)},
    {.label = "  redeemed at the door", VALUE(redeemed)},
    {.label = "scans that let somebody in", VALUE(admissions)},
    {.label = "scans turned away", VALUE(refusals)},
    {.label = "sold to walk-ins", VALUE(walk_in_sold), OF(walk_in)},
    {.label = "  sold, but not there", VALUE(walk_in_oversold)},
};

static int number_at(const struct city_facts *c, size_t offset)
{
	int value;
	memcpy(&value, (const char *)c + offset, sizeof(value));
	return value;
}

static void print_cell(int value, int of, bool has_of)
{
	char text[32];
	if (has_of)
		snprintf(text, sizeof(text), "%d of %d", value, of);
	else
		snprintf(text, sizeof(text), "%d", value);
	printf("%22s", text);
}

static void print_numbers(const struct facts *f)
{
	printf("%-28s%22s%22s%16s\n", "", STORY_CITY[0].name, STORY_CITY[1].name, "together");
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		const struct row *r = &ROWS[i];
		int sum = 0, of = 0;
		printf("%-28s", r->label);
		for (int c = 0; c < STORY_CITIES; c++) {
			sum += number_at(&f->city[c], r->value);
			of += r->has_of ? number_at(&f->city[c], r->of) : 0;
			print_cell(number_at(&f->city[c], r->value),
			    r->has_of ? number_at(&f->city[c], r->of) : 0, r->has_of);
		}
		char text[32];
		snprintf(text, sizeof(text), r->has_of ? "%d of %d" : "%d", sum, of);
		printf("%16s\n", text);
	}
}

// ---- cases --------------------------------------------------------------------------------------

static void print_cases(const struct demo *d, const struct facts *f)
{
	heading("What the devices brought home");
	printf(
	    "%lld facts were uploaded: the last half before the first, the earlier scans after the "
	    "later\nones, and some twice. Where they disagree there is a case for a person to "
	    "decide:\n",
	    (long long)noted_number(d, "facts"));
	for (size_t i = 0; i < f->case_count; i++) {
		const struct case_fact *k = &f->cases[i];
		printf("  %-17s %s: %s%s\n", k->kind,
		    k->city != STORY_NOBODY ? STORY_CITY[k->city].name : "elsewhere", k->text,
		    strcmp(k->state, "open") == 0 ? "" : " (resolved)");
	}
	if (f->case_count == 0)
		printf("  none\n");
	int corrected = ledger_count(&f->ledger, "token.redemption_corrected");
	if (corrected > 0)
		printf(
		    "%d times the scan that came in later had happened earlier, and took over.\n",
		    corrected);
}

// ---- parcels ------------------------------------------------------------------------------------

static bool same_group(const struct parcel_fact *a, const struct parcel_fact *b)
{
	return a->hub == b->hub && strcmp(a->why, b->why) == 0;
}

static bool is_first_of_group(const struct facts *f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (same_group(&f->parcels[i], &f->parcels[n]))
			return false;
	return true;
}

static bool same_place(const struct parcel_fact *a, const struct parcel_fact *b)
{
	if (a->order == STORY_NOBODY || b->order == STORY_NOBODY)
		return a->order == b->order;
	return strcmp(STORY_DELIVERY[a->order].postal_code, STORY_DELIVERY[b->order].postal_code) ==
	       0;
}

static void print_place(const struct parcel_fact *p, int times)
{
	if (p->order == STORY_NOBODY)
		printf("elsewhere");
	else
		printf(
		    "%s %s", STORY_DELIVERY[p->order].postal_code, STORY_DELIVERY[p->order].place);
	if (times > 1)
		printf(" (%d)", times);
}

// "10999 Kreuzberg (2), 10961 Bergmannkiez: nearest": where the parcels of a group went, and why.
static void print_group(const struct facts *f, size_t n)
{
	bool first = true;
	printf("      ");
	for (size_t i = n; i < f->parcel_count; i++) {
		bool told = false;
		int times = 0;
		if (!same_group(&f->parcels[i], &f->parcels[n]))
			continue;
		for (size_t k = n; k < f->parcel_count; k++) {
			bool same = same_group(&f->parcels[k], &f->parcels[n]) &&
				    same_place(&f->parcels[k], &f->parcels[i]);
			told = told || (same && k < i);
			times += same;
		}
		if (told)
			continue;
		printf("%s", first ? "" : ", ");
		print_place(&f->parcels[i], times);
		first = false;
	}
	printf(": %s\n", f->parcels[n].why[0] != 0 ? f->parcels[n].why : "nearest");
}

static void print_hub(const struct facts *f, int hub)
{
	int parcels = 0;
	double near = 0, far = 0;
	for (size_t i = 0; i < f->parcel_count; i++) {
		const struct parcel_fact *p = &f->parcels[i];
		if (p->hub != hub || !p->handed_over)
			continue;
		near = parcels == 0 || p->distance_m < near ? p->distance_m : near;
		far = p->distance_m > far ? p->distance_m : far;
		parcels++;
	}
	if (parcels == 0)
		return;
	printf("  %s: %d parcel%s, ", STORY_HUB[hub].name, parcels, parcels == 1 ? "" : "s");
	if (parcels > 1 && far - near > 50)
		printf("%.1f to ", near / 1000);
	printf("%.1f km\n", far / 1000);
	for (size_t i = 0; i < f->parcel_count; i++)
		if (f->parcels[i].hub == hub && is_first_of_group(f, i))
			print_group(f, i);
}

static void print_parcels(const struct facts *f)
{
	heading("Which hub shipped what, and why");
	for (int hub = 0; hub < STORY_HUBS; hub++)
		print_hub(f, hub);
	printf("%d orders, %d fulfilled, %d units waiting", f->orders, f->fulfilled,
	    f->units_backordered);
	if (f->routings > f->orders)
		printf("; %d went to another hub after all", f->routings - f->orders);
	printf(".\n");
}

// ---- the whole ----------------------------------------------------------------------------------

static bool print_checks(const struct facts *f)
{
	struct check checks[CHECKS_MAX];
	size_t count = facts_check(f, checks), failed = 0;
	heading("Does it add up?");
	for (size_t i = 0; i < count; i++) {
		printf("  %s  %s\n", checks[i].passed ? "PASS" : "FAIL", checks[i].text);
		failed += !checks[i].passed;
	}
	if (failed == 0)
		printf("\nAll %zu checks passed.\n", count);
	else
		printf("\n%zu of %zu checks FAILED.\n", failed, count);
	return failed == 0;
}

static void print_title(const struct demo *d)
{
	time_t started = (time_t)(noted_number(d, "started_us") / 1000000);
	struct tm day;
	char date[32];
	gmtime_r(&started, &day);
	strftime(date, sizeof(date), "%d %B %Y", &day);
	printf("\n%s in %s and %s, %s\n", STORY_CREATOR, STORY_CITY[0].name, STORY_CITY[1].name,
	    date[0] == '0' ? date + 1 : date);
	for (int i = 0; i < RULE_WIDTH; i++)
		putchar('=');
	putchar('\n');
}

bool demo_report(struct demo *d, bool *adds_up)
{
	struct facts *f = calloc(1, sizeof(*f));
	ASSERT(f != NULL);
	bool ok = facts_gather(d, f);
	if (ok) {
		print_title(d);
		print_numbers(f);
		print_cases(d, f);
		print_parcels(f);
		*adds_up = print_checks(f);
	}
	free(f);
	return ok;
}
