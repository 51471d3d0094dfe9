// SPDX-License-Identifier: Apache-2.0
//
// The explanation for people: everything that decided is there, columns line up whatever the
// script, and a verdict that does not follow from its scores is told.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../src/cli/explain.c"

#define CANDIDATE(name, metres, kind, scores, verdict)                                             \
	"{\"name\": \"" name "\", \"kind\": \"" kind "\", \"distance_m\": " metres                 \
	", \"stock\": [{\"sku\": \"A\", \"available\": 3}, {\"sku\": \"B\", \"available\": 0}], "  \
	"\"capacity\": 7, \"cut_off_at\": \"2026-05-01T14:00:00.000000Z\", "                       \
	"\"promise_at\": \"2026-05-01T15:20:00.000000Z\", \"scores\": " scores                     \
	", \"verdict\": \"" verdict "\"}"
#define DECISION(candidates)                                                                       \
	"{\"attempt\": 1, \"cause\": \"ordered\", \"at\": \"2026-05-01T10:00:00.000000Z\", "       \
	"\"outcome\": \"partial\", \"policy\": {\"version\": 1, \"rules\": [\"promise_met\", "     \
	"\"micro_hub_before_warehouse\", \"closest\"]}, \"request\": {\"service\": \"standard\", " \
	"\"needed_by\": null, \"lines\": [{\"sku\": \"A\", \"quantity\": 2}]}, "                   \
	"\"backordered\": [{\"sku\": \"B\", \"quantity\": 1, \"reason\": \"no_stock\"}], "         \
	"\"omitted\": {\"lost\": 4}, \"candidates\": [" candidates "]}"
#define NEAR CANDIDATE("Köln", "812.4", "micro_hub", "[null, 0, 812.4]", "chosen")
#define FAR CANDIDATE("Bonn", "25012", "micro_hub", "[null, 0, 25012]", "lost_on:closest")
#define STORE                                                                                      \
	CANDIDATE(                                                                                 \
	    "Lager", "900", "warehouse", "[null, 1, 900]", "lost_on:micro_hub_before_warehouse")
#define WRONG CANDIDATE("Lager", "900", "warehouse", "[null, 1, 900]", "lost_on:closest")

static char *print(const char *text)
{
	char *out = NULL, error[64];
	size_t len = 0;
	struct arena a;

	arena_init(&a, 1 << 20);
	const struct json *doc = json_parse(&a, text, strlen(text), error, sizeof(error));
	FILE *f = open_memstream(&out, &len);

	assert_non_null(doc);
	assert_non_null(f);
	explain_print(f, doc);
	fclose(f);
	arena_release(&a);
	return out;
}

static void assert_has(const char *text, const char *what)
{
	if (strstr(text, what) == NULL)
		fail_msg("%s\nis not in\n%s", what, text);
}

static void test_tells_what_decided(void **state)
{
	(void)state;
	char *text =
	    print("{\"order_id\": \"o-1\", \"state\": \"partial\", \"decisions\": [" DECISION(
		NEAR ", " STORE ", " FAR) "]}");

	assert_has(text, "Order o-1: partial\n");
	assert_has(text, "policy 1 promise_met > micro_hub_before_warehouse > closest\n");
	assert_has(text, ">  1  Köln ");
	assert_has(text, "812 m");
	assert_has(text, "25.0 km");
	assert_has(text, "3/0");
	assert_has(text, "2026-05-01 15:20");
	assert_has(text, "lost_on:closest (24.2 km farther)\n");
	assert_has(text, "lost_on:micro_hub_before_warehouse (1 against 0)\n");
	assert_has(text, "behind these: 4 lost\n");
	assert_has(text, "1 × B (no_stock)\n");
	assert_has(text, "the same verdicts\n");
	free(text);
}

static void test_tells_a_wrong_verdict(void **state)
{
	(void)state;
	char *text = print(DECISION(NEAR ", " WRONG));

	assert_has(text, "! recomputed: lost_on:micro_hub_before_warehouse");
	assert_has(text, "1 verdict differs\n");
	free(text);
}

// A decision without a winner cannot have losers.
static void test_loser_without_winner(void **state)
{
	(void)state;
	char *text = print(DECISION(FAR));

	assert_has(text, "1 verdict differs\n");
	free(text);
}

// "Köln" is one byte longer than "Bonn" and as wide.
static void test_columns(void **state)
{
	(void)state;
	char *text = print(DECISION(NEAR ", " FAR));
	const char *near = strstr(text, "Köln"), *far = strstr(text, "Bonn");

	assert_int_equal(strstr(near, "micro_hub") - near, strstr(far, "micro_hub") - far + 1);
	free(text);
}

static void test_no_hubs_and_nonsense(void **state)
{
	(void)state;
	char *text = print(DECISION(""));

	assert_has(text, "no hubs to choose from\n");
	free(text);
	text = print("{\"candidates\": 1, \"policy\": [], \"omitted\": null}");
	assert_has(text, "Decision 1");
	free(text);
	text = print("[]");
	assert_string_equal(text, "");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_tells_what_decided),
	    cmocka_unit_test(test_tells_a_wrong_verdict),
	    cmocka_unit_test(test_loser_without_winner),
	    cmocka_unit_test(test_columns),
	    cmocka_unit_test(test_no_hubs_and_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
