// SPDX-License-Identifier: Apache-2.0
//
// Printing only: the JSON is borrowed, nothing is kept. Columns are padded by code points, so that
// names in any script line up.

#include "cli/explain.h"

#include <math.h>
#include <string.h>

#include "routing/rank.h"

#define LOST_ON "lost_on:"

// ---- reading ------------------------------------------------------------------------------------

static const struct json *list_of(const struct json *object, const char *key)
{
	const struct json *v = json_get(object, key);

	return v && v->type == JSON_ARRAY ? v : NULL;
}

static struct span text_of(const struct json *object, const char *key)
{
	struct span text = json_get_text(object, key);

	return text.ptr ? text : span_of("");
}

static const struct json *rules_of(const struct json *decision)
{
	const struct json *policy = json_get(decision, "policy");

	return policy && policy->type == JSON_OBJECT ? list_of(policy, "rules") : NULL;
}

static size_t scores_of(const struct json *candidate, double out[ROUTE_RULES_MAX])
{
	const struct json *scores = list_of(candidate, "scores");
	size_t n = 0;

	for (const struct json *s = scores ? scores->child : NULL; s && n < ROUTE_RULES_MAX;
	     s = s->next)
		out[n++] = s->type == JSON_INT || s->type == JSON_NUMBER ? s->number : NAN;
	return n;
}

static bool is_chosen(const struct json *candidate)
{
	return span_eq(text_of(candidate, "verdict"), "chosen");
}

// The last that was chosen: those that lost, lost to it. NULL when nobody was.
static const struct json *winner_of(const struct json *decision)
{
	const struct json *candidates = list_of(decision, "candidates"), *winner = NULL;

	for (const struct json *c = candidates ? candidates->child : NULL; c; c = c->next)
		if (is_chosen(c))
			winner = c;
	return winner;
}

// The rule on which `candidate` loses to `winner` by their scores; `at` is its place in the policy.
static struct span rule_lost(
    const struct json *rules, const struct json *winner, const struct json *candidate, size_t *at)
{
	double a[ROUTE_RULES_MAX], b[ROUTE_RULES_MAX];
	size_t n = scores_of(winner, a), m = scores_of(candidate, b);
	const struct json *rule = rules->child;

	(void)route_compare_scores(a, b, n < m ? n : m, at);
	for (size_t i = 0; rule && i < *at; i++)
		rule = rule->next;
	return rule && rule->type == JSON_STRING ? rule->text : span_of("tie");
}

static bool follows(
    const struct json *rules, const struct json *winner, const struct json *candidate)
{
	struct span verdict = text_of(candidate, "verdict"), rule;
	size_t at;

	if (!span_starts(verdict, LOST_ON))
		return true;
	if (!rules || !winner)
		return false;
	rule = rule_lost(rules, winner, candidate, &at);
	return verdict.len == strlen(LOST_ON) + rule.len &&
	       memcmp(verdict.ptr + strlen(LOST_ON), rule.ptr, rule.len) == 0;
}

size_t explain_differences(const struct json *decision)
{
	const struct json *candidates = list_of(decision, "candidates");
	const struct json *rules = rules_of(decision), *winner = winner_of(decision);
	size_t n = 0;

	for (const struct json *c = candidates ? candidates->child : NULL; c; c = c->next)
		n += !follows(rules, winner, c);
	return n;
}

// ---- writing ------------------------------------------------------------------------------------

static void put(FILE *out, struct span s)
{
	fwrite(s.ptr, 1, s.len, out);
}

static void put_column(FILE *out, struct span s, int width)
{
	int w = (int)str_utf8_count(s);

	put(out, s);
	fprintf(out, "%*s", width > w ? width - w + 2 : 2, "");
}

static void put_distance(FILE *out, const struct json *candidate)
{
	const struct json *d = json_get(candidate, "distance_m");

	if (!d || (d->type != JSON_INT && d->type != JSON_NUMBER))
		fprintf(out, "%10s  ", "-");
	else if (d->number < 1000)
		fprintf(out, "%8.0f m  ", d->number);
	else
		fprintf(out, "%7.1f km  ", d->number / 1000);
}

// "2026-05-01 14:00", UTC, or "-".
static void put_time(FILE *out, struct span at)
{
	if (at.len < 16)
		fprintf(out, "%-16s  ", "-");
	else
		fprintf(out, "%.10s %.5s  ", at.ptr, at.ptr + 11);
}

// "2 × SKU-1, 1 × SKU-2"
static void put_lines(FILE *out, const struct json *lines)
{
	for (const struct json *l = lines ? lines->child : NULL; l; l = l->next) {
		struct span reason = text_of(l, "reason");

		fprintf(out, "%lld × ", (long long)json_get_int(l, "quantity", 0));
		put(out, text_of(l, "sku"));
		if (reason.len > 0)
			fprintf(out, " (%.*s)", (int)reason.len, reason.ptr);
		fputs(l->next ? ", " : "", out);
	}
}

// Units of the order's lines, in their order: "10/0/3".
static void put_stock(FILE *out, const struct json *candidate)
{
	const struct json *stock = list_of(candidate, "stock");
	char text[24] = "";
	size_t at = 0;

	for (const struct json *s = stock ? stock->child : NULL; s; s = s->next) {
		int n = snprintf(text + at, sizeof(text) - at, "%s%lld", at ? "/" : "",
		    (long long)json_get_int(s, "available", 0));

		if (n < 0 || (size_t)n >= sizeof(text) - at) {
			memcpy(text + sizeof(text) - 4, "...", 4);
			break;
		}
		at += (size_t)n;
	}
	fprintf(out, "%-12s", text);
}

// The verdict in words; of one that lost also by how much.
static void put_verdict(
    FILE *out, const struct json *rules, const struct json *winner, const struct json *c)
{
	struct span verdict = text_of(c, "verdict"), rule;
	double mine[ROUTE_RULES_MAX], best[ROUTE_RULES_MAX];
	size_t at;

	put(out, verdict);
	if (!span_starts(verdict, LOST_ON) || !rules || !winner)
		return;
	rule = rule_lost(rules, winner, c, &at);
	if (at < scores_of(c, mine) && at < scores_of(winner, best)) {
		if (span_eq(rule, "closest"))
			fprintf(out, " (%.1f km farther)", (mine[at] - best[at]) / 1000);
		else
			fprintf(out, " (%g against %g)", mine[at], best[at]);
	}
	if (!follows(rules, winner, c))
		fprintf(out, "  ! recomputed: lost_on:%.*s", (int)rule.len, rule.ptr);
}

static int name_width(const struct json *candidates)
{
	int width = 3;

	for (const struct json *c = candidates ? candidates->child : NULL; c; c = c->next) {
		int w = (int)str_utf8_count(text_of(c, "name"));

		width = w > width ? w : width;
	}
	return width > 32 ? 32 : width;
}

static void put_candidates(FILE *out, const struct json *decision)
{
	const struct json *candidates = list_of(decision, "candidates");
	const struct json *rules = rules_of(decision), *winner = winner_of(decision);
	int width = name_width(candidates), n = 0;

	if (!candidates || !candidates->child) {
		fputs("  no hubs to choose from\n", out);
		return;
	}
	fputs("   #  ", out);
	put_column(out, span_of("hub"), width);
	fprintf(out, "%-9s  %10s  %-12s%5s  %-16s  %-16s  %s\n", "kind", "distance", "stock",
	    "slots", "cut-off (UTC)", "promise (UTC)", "verdict");
	for (const struct json *c = candidates->child; c; c = c->next) {
		fprintf(out, "%s%3d  ", is_chosen(c) ? ">" : " ", ++n);
		put_column(out, text_of(c, "name"), width);
		put_column(out, text_of(c, "kind"), 9);
		put_distance(out, c);
		put_stock(out, c);
		fprintf(out, "%5lld  ", (long long)json_get_int(c, "capacity", 0));
		put_time(out, text_of(c, "cut_off_at"));
		put_time(out, text_of(c, "promise_at"));
		put_verdict(out, rules, winner, c);
		fputc('\n', out);
	}
}

static void put_head(FILE *out, const struct json *decision)
{
	const struct json *policy = json_get(decision, "policy"),
			  *request = json_get(decision, "request");
	const struct json *rules = rules_of(decision);

	fprintf(out, "Decision %lld, ", (long long)json_get_int(decision, "attempt", 1));
	put(out, text_of(decision, "cause"));
	fputs(", ", out);
	put_time(out, text_of(decision, "at"));
	put(out, text_of(decision, "outcome"));
	fputs("\n  wants    ", out);
	if (request && request->type == JSON_OBJECT) {
		put_lines(out, list_of(request, "lines"));
		fputs(", ", out);
		put(out, text_of(request, "service"));
		if (text_of(request, "needed_by").len > 0) {
			fputs(", needed by ", out);
			put_time(out, text_of(request, "needed_by"));
		}
	}
	fprintf(out, "\n  policy %lld",
	    policy && policy->type == JSON_OBJECT ? (long long)json_get_int(policy, "version", 0)
						  : 0);
	for (const struct json *r = rules ? rules->child : NULL; r; r = r->next) {
		fputs(r == rules->child ? " " : " > ", out);
		if (r->type == JSON_STRING)
			put(out, r->text);
	}
	fputc('\n', out);
}

static void put_decision(FILE *out, const struct json *decision)
{
	const struct json *omitted = json_get(decision, "omitted");
	const struct json *missing = list_of(decision, "backordered");
	size_t differences = explain_differences(decision);

	put_head(out, decision);
	put_candidates(out, decision);
	if (omitted && omitted->type == JSON_OBJECT && omitted->child) {
		fputs("  further hubs that were behind these:", out);
		for (const struct json *o = omitted->child; o; o = o->next)
			fprintf(out, " %lld %.*s%s", (long long)o->integer, (int)o->key.len,
			    o->key.ptr, o->next ? "," : "\n");
	}
	if (missing && missing->child) {
		fputs("  waits    ", out);
		put_lines(out, missing);
		fputc('\n', out);
	}
	if (differences == 0)
		fputs("  recomputed from the scores: the same verdicts\n", out);
	else
		fprintf(out, "  recomputed from the scores: %zu verdict%s\n", differences,
		    differences == 1 ? " differs" : "s differ");
}

void explain_print(FILE *out, const struct json *explanation)
{
	const struct json *decisions;

	if (!explanation || explanation->type != JSON_OBJECT)
		return;
	decisions = list_of(explanation, "decisions");
	if (!decisions) {
		put_decision(out, explanation);
		return;
	}
	fputs("Order ", out);
	put(out, text_of(explanation, "order_id"));
	fputs(": ", out);
	put(out, text_of(explanation, "state"));
	fputs("\n", out);
	for (const struct json *d = decisions->child; d; d = d->next) {
		fputc('\n', out);
		if (d->type == JSON_OBJECT)
			put_decision(out, d);
	}
}
