// SPDX-License-Identifier: Apache-2.0
//
// What each kind of database error is to the engine and to the client: what may pass is tried again, and
// told as 503 when it did not; nothing but a fault of ours is told as 500.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <libpq-fe.h>

// libpq has no way to make an error by hand.
static const char *sqlstate_told, *message_told;

static char *told_field(const PGresult *result, int code)
{
	(void)result;
	return (char *)(uintptr_t)(code == PG_DIAG_SQLSTATE	     ? sqlstate_told
				   : code == PG_DIAG_MESSAGE_PRIMARY ? message_told
								     : NULL);
}
#define PQresultErrorField told_field
#include "../../src/db/sqlstate.c"

static void test_what_lasts_is_never_a_fault(void **state)
{
	static const struct {
		const char *sqlstate;
		enum db_status told;
	} cases[] = {
	    {"40001", DB_TIMED_OUT}, {"40P01", DB_TIMED_OUT},
	    {"55P03", DB_TIMED_OUT}, // its row was another's at every try
	    {"57P01", DB_UNAVAILABLE}, {"57P02", DB_UNAVAILABLE}, {"57P03", DB_UNAVAILABLE},
	    {"25006", DB_UNAVAILABLE}, {"08006", DB_UNAVAILABLE}, {"08P01", DB_UNAVAILABLE},
	    {"53300", DB_UNAVAILABLE}, // too many connections
	    {"53100", DB_UNAVAILABLE}, // the disk is full
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_true(sqlstate_is_transient(cases[i].sqlstate, false));
		assert_int_equal(cases[i].told, sqlstate_lasting(cases[i].sqlstate));
	}
}

static void test_what_will_not_pass_is_not_tried_again(void **state)
{
	static const char *const cases[] = {
	    "RS409", "22P02", "23514", "42883", "57014", "XX000", ""};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_false(sqlstate_is_transient(cases[i], true));
		assert_int_equal(DB_FAILED, sqlstate_lasting(cases[i]));
	}
	assert_true(sqlstate_is_transient("23505", true)); // a twin won; the next try sees its row
	assert_false(sqlstate_is_transient("23505", false));
	assert_int_equal(DB_FAILED, sqlstate_lasting("23505"));
}

static void test_what_is_the_clients_has_a_status(void **state)
{
	static const struct {
		const char *sqlstate, *message;
		int http_status; // 0: a fault of ours
	} cases[] = {
	    {"RS409", "sold_out", 409},
	    {"RS503", "busy", 503},
	    {"RS200", "no problem", 0},
	    {"23505", "", 409},
	    {"23514", "", 422},
	    {"57014", "", 503},
	    {"42883", "", 0},
	    {"XX000", "", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct db_problem p = {0};

		sqlstate_told = cases[i].sqlstate;
		message_told = cases[i].message;
		assert_int_equal(cases[i].http_status != 0, sqlstate_problem(NULL, &p));
		if (cases[i].http_status != 0)
			assert_int_equal(cases[i].http_status, p.http_status);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_lasts_is_never_a_fault),
	    cmocka_unit_test(test_what_will_not_pass_is_not_tried_again),
	    cmocka_unit_test(test_what_is_the_clients_has_a_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
