// SPDX-License-Identifier: Apache-2.0
//
// libpq, blocking. struct pg owns the connection; a struct pg_rows is libpq's own result under
// another name, so that its header needs no libpq.
#include "tool/pg.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct pg {
	PGconn *connection;
	bool show_warnings;
	char error[1024];
	char sqlstate[6];
};

struct pg_rows; // is a PGresult

static PGresult *result_of(const struct pg_rows *r)
{
	return (PGresult *)(uintptr_t)r; // libpq's readers take it without const
}

// ---- errors -------------------------------------------------------------------------------------

// libpq's messages have several lines and end in a newline; ours are one line.
static void one_line(char *out, size_t size, const char *message)
{
	size_t len = 0;
	for (; *message != 0 && len + 1 < size; message++) {
		char ch = *message == '\n' || *message == '\t' ? ' ' : *message;
		if (ch != ' ' || (len > 0 && out[len - 1] != ' '))
			out[len++] = ch;
	}
	while (len > 0 && out[len - 1] == ' ')
		len--;
	out[len] = 0;
}

static void keep_error(struct pg *p, const PGresult *result)
{
	const char *state = result != NULL ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *message = result != NULL && PQresultErrorMessage(result)[0] != 0
				  ? PQresultErrorMessage(result)
				  : PQerrorMessage(p->connection);
	one_line(p->error, sizeof(p->error), message);
	snprintf(p->sqlstate, sizeof(p->sqlstate), "%s", state != NULL ? state : "");
}

const char *pg_error(const struct pg *p)
{
	return p->error;
}

const char *pg_sqlstate(const struct pg *p)
{
	return p->sqlstate;
}

bool pg_is_lost(const struct pg *p)
{
	return PQstatus(p->connection) != CONNECTION_OK;
}

// ---- the connection -----------------------------------------------------------------------------

static void on_notice(void *owner, const PGresult *notice)
{
	const struct pg *p = owner;
	const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
	if (p->show_warnings && severity != NULL && strcmp(severity, "WARNING") == 0)
		fputs(PQresultErrorMessage(notice), stderr);
}

void pg_show_warnings(struct pg *p, bool show)
{
	p->show_warnings = show;
}

static void explain_refusal(const struct pg *p, struct buf *error)
{
	const char *host = PQhost(p->connection), *port = PQport(p->connection);
	char line[1024];
	one_line(line, sizeof(line), PQerrorMessage(p->connection));
	if (host == NULL || host[0] == 0)
		buf_printf(error, "cannot reach the database: %s", line);
	else
		buf_printf(error, "cannot reach the database at %s port %s: %s", host,
		    port != NULL && port[0] != 0 ? port : "5432", line);
}

struct pg *pg_open(const char *url, const char *program, int timeout_s, struct buf *error)
{
	char seconds[16];
	// With expand_dbname, what the URL says wins over what comes before it.
	const char *const names[] = {
	    "fallback_application_name", "connect_timeout", "dbname", "client_encoding", NULL};
	const char *const values[] = {program, seconds, url, "UTF8", NULL};
	snprintf(seconds, sizeof(seconds), "%d", timeout_s);
	struct pg *p = calloc(1, sizeof(*p));
	ASSERT(p != NULL);
	p->connection = PQconnectdbParams(names, values, 1);
	ASSERT(p->connection != NULL);
	if (PQstatus(p->connection) != CONNECTION_OK) {
		explain_refusal(p, error);
		pg_close(p);
		return NULL;
	}
	PQsetNoticeReceiver(p->connection, on_notice, p);
	return p;
}

void pg_close(struct pg *p)
{
	if (p == NULL)
		return;
	PQfinish(p->connection);
	free(p);
}

// ---- statements ---------------------------------------------------------------------------------

static bool is_success(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

struct pg_rows *pg_query(struct pg *p, const char *sql, const char *const *params, unsigned count)
{
	ASSERT(count <= PG_PARAMS_MAX);
	PGresult *result =
	    PQexecParams(p->connection, sql, (int)count, NULL, params, NULL, NULL, 0);
	if (is_success(result))
		return (struct pg_rows *)result;
	keep_error(p, result);
	PQclear(result);
	return NULL;
}

bool pg_run(struct pg *p, const char *sql, const char *const *params, unsigned count)
{
	struct pg_rows *rows = pg_query(p, sql, params, count);
	pg_rows_release(rows);
	return rows != NULL;
}

// The line of the script at the server's position, which counts characters from 1.
static unsigned line_at(struct span sql, long position)
{
	unsigned line = 1;
	for (size_t i = 0; i < sql.len && position > 1; i++) {
		line += sql.ptr[i] == '\n';
		position -= ((uint8_t)sql.ptr[i] & 0xC0) != 0x80; // not a continuation of UTF-8
	}
	return line;
}

static void add_line(struct pg *p, const PGresult *result, struct span sql)
{
	const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
	int64_t at;
	size_t used = strlen(p->error);
	if (position != NULL && str_int64(span_of(position), &at))
		snprintf(
		    p->error + used, sizeof(p->error) - used, " (line %u)", line_at(sql, (long)at));
}

bool pg_script(struct pg *p, struct span sql)
{
	char *text = strndup(sql.ptr, sql.len);
	ASSERT(text != NULL && strlen(text) == sql.len); // a NUL would cut the script short
	PGresult *result = PQexec(p->connection, text);
	bool ok = is_success(result) || PQresultStatus(result) == PGRES_EMPTY_QUERY;
	if (!ok) {
		keep_error(p, result);
		add_line(p, result, sql);
	}
	PQclear(result);
	free(text);
	return ok;
}

bool pg_begin(struct pg *p)
{
	return pg_run(p, "begin", NULL, 0);
}

bool pg_commit(struct pg *p)
{
	PGresult *result = PQexec(p->connection, "commit");
	// A transaction that failed answers COMMIT with ROLLBACK.
	bool ok = is_success(result) && strcmp(PQcmdStatus(result), "COMMIT") == 0;
	if (!ok)
		keep_error(p, result);
	PQclear(result);
	return ok;
}

void pg_rollback(struct pg *p)
{
	if (PQtransactionStatus(p->connection) != PQTRANS_IDLE)
		PQclear(PQexec(p->connection, "rollback"));
}

// ---- rows ---------------------------------------------------------------------------------------

size_t pg_count(const struct pg_rows *r)
{
	return (size_t)PQntuples(result_of(r));
}

bool pg_is_null(const struct pg_rows *r, size_t row, int column)
{
	return PQgetisnull(result_of(r), (int)row, column) != 0;
}

const char *pg_text(const struct pg_rows *r, size_t row, int column)
{
	return PQgetvalue(result_of(r), (int)row, column);
}

int64_t pg_int(const struct pg_rows *r, size_t row, int column)
{
	int64_t value = 0;
	bool ok = str_int64(span_of(pg_text(r, row, column)), &value);
	ASSERT(ok);
	return value;
}

void pg_rows_release(struct pg_rows *r)
{
	PQclear(result_of(r));
}
