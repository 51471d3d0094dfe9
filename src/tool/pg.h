// SPDX-License-Identifier: Apache-2.0
//
// The blocking twin of src/db, for programs without an event loop: the command line and the
// janitor. libpq's types stay behind this header. Every function that can fail returns false or
// NULL and leaves one line in pg_error(); after a lost connection pg_is_lost() is true and only
// pg_close() and pg_error() are of use.
#ifndef ROADSHOW_TOOL_PG_H
#define ROADSHOW_TOOL_PG_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"

#define PG_PARAMS_MAX 8

struct pg;
struct pg_rows; // the rows of one answer, as text

// Connects, waiting `timeout_s` at most, with application_name `program`. NULL with one line in
// `error` that names the server, never the password. pg_close() ends it.
struct pg *pg_open(
    const char *url, const char *program, int timeout_s, struct buf *error) MUST_CHECK;
void pg_close(struct pg *p); // NULL is fine
const char *pg_error(const struct pg *p);
const char *pg_sqlstate(const struct pg *p); // of the last error; "" when the server gave none
bool pg_is_lost(const struct pg *p);

// Notices of the server go nowhere by default; with true, warnings and worse go to standard error.
void pg_show_warnings(struct pg *p, bool show);

// One statement with parameters as text, NULL for null. The caller releases the rows.
struct pg_rows *pg_query(
    struct pg *p, const char *sql, const char *const *params, unsigned count) MUST_CHECK;
// The same without an answer that matters.
bool pg_run(struct pg *p, const char *sql, const char *const *params, unsigned count) MUST_CHECK;
// Any number of statements without parameters, as one implicit transaction unless one is open. An
// error names the line of the script.
bool pg_script(struct pg *p, struct span sql) MUST_CHECK;

bool pg_begin(struct pg *p) MUST_CHECK;
bool pg_commit(struct pg *p) MUST_CHECK;
void pg_rollback(struct pg *p); // fine without a transaction

size_t pg_count(const struct pg_rows *r);
bool pg_is_null(const struct pg_rows *r, size_t row, int column);
const char *pg_text(const struct pg_rows *r, size_t row, int column); // borrowed; "" when null
int64_t pg_int(const struct pg_rows *r, size_t row, int column); // panics when it is no integer
void pg_rows_release(struct pg_rows *r);			 // NULL is fine

#endif
