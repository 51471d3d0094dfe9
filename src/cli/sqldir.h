// SPDX-License-Identifier: Apache-2.0
//
// The directory that holds the schema: migrations/NNNN_name.sql, numbered from 1 without a gap, and
// functions/<domain>.sql. Everything is read into memory before the database is touched.
#ifndef ROADSHOW_CLI_SQLDIR_H
#define ROADSHOW_CLI_SQLDIR_H

#include "base/base.h"
#include "base/buf.h"

#define SQL_FILES_MAX 512
#define SQL_FILE_BYTES_MAX ((size_t)4 << 20)

struct sql_file {
	char *name;	 // without ".sql"
	int version;	 // of a migration; 0 for functions
	char sha256[65]; // hex
	struct buf text;
};

struct sql_dir {
	struct sql_file *migrations; // by version
	size_t migration_count;
	struct sql_file *functions; // core first, then by name
	size_t function_count;
};

// `dir` may be NULL: then ROADSHOW_SQL_DIR, else where the program lies in a clone (../../sql) or
// where it was installed (../share/roadshow/sql). False with one line in `error`; sql_dir_release()
// in any case.
bool sql_dir_read(struct sql_dir *d, const char *dir, struct buf *error) MUST_CHECK;
void sql_dir_release(struct sql_dir *d);

#endif
