// SPDX-License-Identifier: Apache-2.0
//
// roadshow migrate. Invariants:
// 1. One migrator at a time and database: a session-level advisory lock, which dies with its
//    session.
// 2. A migration and its row in roadshow_meta.migrations are one transaction, so a migrator may be
//    killed at any instruction and started again.
// 3. What was applied is never edited: its SHA-256 is compared before anything is changed.
// 4. All functions and their grants are one transaction: nobody sees half a version.
// 5. Everything belongs to roadshow_owner, whoever connects.
// 6. Text is UTF-8 and in the order of its bytes. An order that a library makes moves with the library,
//    and a unique index that was built by the old one lets a key in twice.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/settings.h"
#include "cli/command.h"
#include "cli/sqldir.h"
#include "tool/pg.h"

#define LOCK_KEY "5642808063349514320" // any number of our own
#define CONNECT_TIMEOUT_S 10

struct migrate {
	const struct cli_command *self;
	struct pg *pg;
	struct sql_dir sql;
	int applied; // highest version in the database
};

static bool failed(const struct migrate *m, const char *doing)
{
	cli_complain(m->self, "%s: %s", doing, pg_error(m->pg));
	return false;
}

// ---- the ground ---------------------------------------------------------------------------------

static bool take_lock(struct migrate *m)
{
	struct pg_rows *rows =
	    pg_query(m->pg, "select pg_try_advisory_lock(" LOCK_KEY ")::integer", NULL, 0);
	if (rows == NULL)
		return failed(m, "cannot take the lock");
	bool got = pg_int(rows, 0, 0) == 1;
	pg_rows_release(rows);
	if (got)
		return true;
	fprintf(stderr, "another migration is running; waiting for it\n");
	return pg_run(m->pg, "select pg_advisory_lock(" LOCK_KEY ")", NULL, 0) ||
	       failed(m, "cannot take the lock");
}

// Roles belong to the whole server, so another database's migrator may be making them right now. Who
// migrates may serve too: that is one login for a small installation.
static const char ROLES[] =
    "do $$ declare r text; begin\n"
    "    foreach r in array array['roadshow_owner', 'roadshow_app'] loop\n"
    "        if not exists (select from pg_roles where rolname = r) then begin\n"
    "            execute format('create role %I nologin', r);\n"
    "        exception when duplicate_object or unique_violation then null; end; end if;\n"
    "    end loop;\n"
    "    if not pg_has_role('roadshow_owner', 'usage') then\n"
    "        execute format('grant roadshow_owner to %I', current_user);\n"
    "    end if;\n"
    "    if not pg_has_role('roadshow_app', 'usage') then begin\n"
    "        execute format('grant roadshow_app to %I', current_user);\n"
    "    exception when insufficient_privilege then null; end; end if;\n"
    "    if not has_database_privilege('roadshow_owner', current_database(), 'create') then\n"
    "        execute format('grant create on database %I to roadshow_owner', current_database());\n"
    "    end if;\n"
    "end $$";

static const char BOOK[] = "set role roadshow_owner;\n"
			   "create schema if not exists roadshow_meta;\n"
			   "create table if not exists roadshow_meta.migrations (\n"
			   "    version    integer primary key check (version > 0),\n"
			   "    name       text not null,\n"
			   "    sha256     text not null check (sha256 ~ '^[0-9a-f]{64}$'),\n"
			   "    applied_at timestamptz not null default clock_timestamp()\n"
			   ");";

// Code points in their order are bytes in theirs: C, C.UTF-8, and all that PostgreSQL 17 builds in, where
// datcollate does not count.
static const char DATABASE[] =
    "select (encoding = pg_char_to_encoding('UTF8'))::integer,\n"
    "    (datlocprovider = 'b' or datlocprovider = 'c' and lower(replace(datcollate, '-', ''))\n"
    "        in ('c', 'posix', 'c.utf8'))::integer,\n"
    "    pg_encoding_to_char(encoding),\n"
    "    case datlocprovider when 'i' then 'ICU' else datcollate end\n"
    "from pg_database where datname = current_database()";

static bool check_database(struct migrate *m)
{
	struct pg_rows *rows = pg_query(m->pg, DATABASE, NULL, 0);
	if (rows == NULL)
		return failed(m, "cannot look at the database");
	bool ok = pg_int(rows, 0, 0) == 1 && pg_int(rows, 0, 1) == 1;
	if (!ok)
		cli_complain(m->self,
		    "the database is in %s and ordered by %s: it must be in UTF8 and ordered by C, "
		    "so that its unique indexes do not depend on a library's version. Make another "
		    "with: create database … template template0 encoding 'UTF8' "
		    "locale_provider libc lc_collate 'C' lc_ctype 'C.UTF-8'. The operators' "
		    "guide, A database in another order, moves what is in this one",
		    pg_text(rows, 0, 2), pg_text(rows, 0, 3));
	pg_rows_release(rows);
	return ok;
}

static bool prepare(struct migrate *m)
{
	if (!pg_script(m->pg, span_of("set client_min_messages = warning")))
		return failed(m, "cannot begin");
	if (!pg_script(m->pg, span_of(ROLES)))
		return failed(m,
		    "cannot make the roles roadshow_owner and roadshow_app (the role of "
		    "ROADSHOW_ADMIN_DATABASE_URL needs CREATEROLE)");
	if (!pg_script(m->pg, span_of(BOOK)))
		return failed(m, "cannot open the book of migrations");
	return true;
}

// ---- what is applied ----------------------------------------------------------------------------

static bool agrees(struct migrate *m, int version, const char *name, const char *sha256)
{
	if (version > (int)m->sql.migration_count) {
		cli_complain(m->self,
		    "the database has migration %04d, which these files do not: it was brought up "
		    "by a "
		    "newer version",
		    version);
		return false;
	}
	const struct sql_file *f = &m->sql.migrations[version - 1];
	if (strcmp(f->name, name) != 0 || strcmp(f->sha256, sha256) != 0) {
		cli_complain(m->self,
		    "migration %s was applied as it was then and has been changed since: put it "
		    "back and "
		    "write a new one",
		    f->name);
		return false;
	}
	return true;
}

static bool read_book(struct migrate *m)
{
	struct pg_rows *rows = pg_query(m->pg,
	    "select version, name, sha256 from roadshow_meta.migrations order by version", NULL, 0);
	if (rows == NULL)
		return failed(m, "cannot read the book of migrations");
	bool ok = true;
	for (size_t i = 0; ok && i < pg_count(rows); i++) {
		m->applied = (int)pg_int(rows, i, 0);
		ok = agrees(m, m->applied, pg_text(rows, i, 1), pg_text(rows, i, 2));
		if (ok && m->applied != (int)i + 1) {
			cli_complain(m->self, "migration %04zu is missing in the database", i + 1);
			ok = false;
		}
	}
	pg_rows_release(rows);
	return ok;
}

// ---- applying -----------------------------------------------------------------------------------

static struct span text_of(const struct sql_file *f)
{
	return (struct span){buf_text(&f->text), f->text.len};
}

// What a file leaves behind in the session must not reach the next one.
static const char RESET[] = "reset search_path; set role roadshow_owner; "
			    "set client_min_messages = warning; set lock_timeout = '30s'";

static bool apply_migration(struct migrate *m, const struct sql_file *f)
{
	char version[16];
	int64_t began = clock_mono_ms();
	snprintf(version, sizeof(version), "%d", f->version);
	const char *params[] = {version, f->name, f->sha256};
	bool ok = pg_script(m->pg, span_of(RESET)) && pg_begin(m->pg) &&
		  pg_script(m->pg, text_of(f)) &&
		  pg_run(m->pg,
		      "insert into roadshow_meta.migrations (version, name, sha256) "
		      "values ($1::integer, $2, $3)",
		      params, ARRAY_LEN(params)) &&
		  pg_commit(m->pg);
	if (!ok) {
		failed(m, f->name);
		pg_rollback(m->pg);
		return false;
	}
	printf("applied %s (%lld ms)\n", f->name, (long long)(clock_mono_ms() - began));
	return true;
}

static const char GRANTS[] = "grant usage on schema api to roadshow_app;\n"
			     "revoke execute on all functions in schema api from public;\n"
			     "revoke execute on all functions in schema roadshow from public;\n"
			     "grant execute on all functions in schema api to roadshow_app;";

// Internal functions run with the search_path of the api function that calls them: validate alike.
static const char SAME_PATH[] = "set search_path = roadshow, api, pg_temp";

static bool apply_functions(struct migrate *m)
{
	int64_t began = clock_mono_ms();
	if (!pg_begin(m->pg))
		return failed(m, "functions");
	for (size_t i = 0; i < m->sql.function_count; i++) {
		const struct sql_file *f = &m->sql.functions[i];
		if (pg_script(m->pg, span_of(RESET)) && pg_script(m->pg, span_of(SAME_PATH)) &&
		    pg_script(m->pg, text_of(f)))
			continue;
		failed(m, f->name);
		pg_rollback(m->pg);
		return false;
	}
	if (!pg_script(m->pg, span_of(RESET)) || !pg_script(m->pg, span_of(GRANTS)) ||
	    !pg_commit(m->pg)) {
		failed(m, "functions");
		pg_rollback(m->pg);
		return false;
	}
	printf("functions of %zu files (%lld ms)\n", m->sql.function_count,
	    (long long)(clock_mono_ms() - began));
	return true;
}

static int migrate(struct migrate *m)
{
	if (!take_lock(m) || !check_database(m) || !prepare(m) || !read_book(m))
		return CLI_FAILED;
	for (size_t i = (size_t)m->applied; i < m->sql.migration_count; i++)
		if (!apply_migration(m, &m->sql.migrations[i]))
			return CLI_FAILED;
	if (!apply_functions(m))
		return CLI_FAILED;
	printf("the database is at %s\n", m->sql.migrations[m->sql.migration_count - 1].name);
	return CLI_OK;
}

// ---- --status ----------------------------------------------------------------------------------

static int status(struct migrate *m)
{
	bool fits = check_database(m);
	struct pg_rows *rows = pg_query(m->pg,
	    "select (to_regclass('roadshow_meta.migrations') is not null)::integer", NULL, 0);
	if (rows == NULL) {
		failed(m, "cannot look");
		return CLI_FAILED;
	}
	bool has_book = pg_int(rows, 0, 0) == 1;
	pg_rows_release(rows);
	if (has_book && (!pg_script(m->pg, span_of(RESET)) || !read_book(m)))
		return CLI_FAILED;
	for (size_t i = 0; i < m->sql.migration_count; i++)
		printf("%-8s %s\n", (int)i < m->applied ? "applied" : "missing",
		    m->sql.migrations[i].name);
	return fits && m->applied == (int)m->sql.migration_count ? CLI_OK : CLI_FAILED;
}

// ---- the command --------------------------------------------------------------------------------

static bool open_database(struct migrate *m, struct buf *error)
{
	struct settings settings;
	if (!settings_load(&settings, error))
		return false;
	m->pg = pg_open(settings.admin_database_url, "roadshow migrate", CONNECT_TIMEOUT_S, error);
	if (m->pg != NULL)
		pg_show_warnings(m->pg, true);
	return m->pg != NULL;
}

int cli_migrate(const struct cli_command *self, int argc, char **argv)
{
	struct migrate m = {.self = self};
	struct buf error;
	const char *dir = NULL;
	bool only_status = false;
	int result = CLI_FAILED;
	const struct cli_option options[] = {
	    {"status", NULL, &only_status}, {"sql", &dir, NULL}, {NULL, NULL, NULL}};
	enum cli_parsed parsed = cli_parse(self, argc, argv, options, NULL, 0, 0);
	if (parsed != CLI_PARSED)
		return parsed == CLI_PARSED_HELP ? CLI_OK : CLI_USAGE;
	setvbuf(stdout, NULL, _IOLBF, 0);
	buf_init(&error, 4096);
	if (!sql_dir_read(&m.sql, dir, &error)) {
		cli_complain(self, "%s", buf_text(&error));
	} else if (!open_database(&m, &error)) {
		cli_complain(self, "%s", buf_text(&error));
		result = CLI_UNREACHABLE;
	} else {
		result = only_status ? status(&m) : migrate(&m);
	}
	pg_close(m.pg);
	sql_dir_release(&m.sql);
	buf_release(&error);
	return result;
}
