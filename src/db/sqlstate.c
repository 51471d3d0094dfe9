// SPDX-License-Identifier: Apache-2.0
//
// What a database error means for the caller: the one place where SQLSTATE becomes HTTP.
#include <stdlib.h>
#include <string.h>

#include "db/internal.h"

static const char *field(const PGresult *result, int code)
{
	const char *text = PQresultErrorField(result, code);

	return text != NULL ? text : "";
}

enum db_status sqlstate_lasting(const char *sqlstate)
{
	static const struct {
		const char *prefix;
		enum db_status told;
	} transient[] = {
	    {"40001", DB_TIMED_OUT},   // serialization_failure
	    {"40P01", DB_TIMED_OUT},   // deadlock_detected
	    {"55P03", DB_TIMED_OUT},   // lock_not_available
	    {"57P01", DB_UNAVAILABLE}, // admin_shutdown
	    {"57P02", DB_UNAVAILABLE}, // crash_shutdown
	    {"57P03", DB_UNAVAILABLE}, // cannot_connect_now
	    {"25006", DB_UNAVAILABLE}, // read_only_sql_transaction: the primary moved
	    {"08", DB_UNAVAILABLE},    // the class of lost connections
	    {"53", DB_UNAVAILABLE},    // the class of insufficient resources
	};

	for (size_t i = 0; i < ARRAY_LEN(transient); i++)
		if (strncmp(sqlstate, transient[i].prefix, strlen(transient[i].prefix)) == 0)
			return transient[i].told;
	return DB_FAILED;
}

// Nothing is wrong with the request. In a batch that includes a unique violation: a twin on another
// connection won, and the next try sees its row.
bool sqlstate_is_transient(const char *sqlstate, bool batch)
{
	return sqlstate_lasting(sqlstate) != DB_FAILED || (batch && strcmp(sqlstate, "23505") == 0);
}

bool sqlstate_would_wait(const char *sqlstate)
{
	return strcmp(sqlstate, "55P03") == 0; // lock_not_available
}

bool sqlstate_problem(const PGresult *result, struct db_problem *p)
{
	static const struct {
		const char *sqlstate;
		int http_status;
		const char *code, *detail;
	} known[] = {
	    {"23505", 409, "conflict", "Something with this identity exists already."},
	    {"23503", 422, "reference_not_found",
		"The request refers to something that does not exist."},
	    {"23514", 422, "constraint_violated", "The values do not agree with each other."},
	    {"23502", 422, "constraint_violated", "A value is missing."},
	    {"22001", 422, "invalid_value", "A value is too long."},
	    {"22003", 422, "invalid_value", "A number is out of range."},
	    {"22008", 422, "invalid_value", "A time is out of range."},
	    {"22009", 422, "invalid_value", "A time's offset is out of range."},
	    {"22023", 422, "invalid_value", "A value is not known, perhaps a time zone."},
	    {"57014", 503, "timeout", "The database did not finish in time; try again."},
	};
	const char *sqlstate = field(result, PG_DIAG_SQLSTATE);

	if (strncmp(sqlstate, "RS", 2) == 0) {
		p->http_status = (int)strtol(sqlstate + 2, NULL, 10);
		p->code = field(result, PG_DIAG_MESSAGE_PRIMARY);
		p->detail = field(result, PG_DIAG_MESSAGE_DETAIL);
		p->pointer = field(result, PG_DIAG_MESSAGE_HINT);
		return p->http_status >= 400 && p->http_status <= 599;
	}
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strcmp(sqlstate, known[i].sqlstate) != 0)
			continue;
		*p = (struct db_problem){known[i].http_status, known[i].code, known[i].detail, ""};
		return true;
	}
	return false;
}
