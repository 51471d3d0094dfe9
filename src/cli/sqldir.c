// SPDX-License-Identifier: Apache-2.0
//
// Reading the schema's files. A struct sql_dir owns its arrays, names and texts.
#include "cli/sqldir.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "crypto/digest.h"

#define VERSION_DIGITS 4

// ---- one file -----------------------------------------------------------------------------------

static bool read_all(const char *path, struct buf *out, struct buf *error)
{
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		buf_printf(error, "cannot read %s: %s", path, strerror(errno));
		return false;
	}
	char chunk[16384];
	size_t len;
	while ((len = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_put(out, chunk, len);
	bool ok = ferror(file) == 0 && !out->failed;
	fclose(file);
	if (!ok)
		buf_printf(error, "cannot read %s: too large, or the disk failed", path);
	else if (out->len > 0 && memchr(out->data, 0, out->len) != NULL)
		buf_printf(error, "%s holds a NUL byte", path);
	return ok && (out->len == 0 || memchr(out->data, 0, out->len) == NULL);
}

static bool read_file(struct sql_file *f, const char *dir, const char *base, struct buf *error)
{
	char path[PATH_MAX];
	struct buf hex;
	int len = snprintf(path, sizeof(path), "%s/%s", dir, base);
	if (len < 0 || (size_t)len >= sizeof(path)) {
		buf_printf(error, "the path of %s is too long", base);
		return false;
	}
	f->name = strndup(base, strlen(base) - strlen(".sql"));
	ASSERT(f->name != NULL);
	buf_init(&f->text, SQL_FILE_BYTES_MAX);
	if (!read_all(path, &f->text, error))
		return false;
	struct digest d = digest_sha256(buf_text(&f->text), f->text.len);
	buf_init(&hex, sizeof(f->sha256));
	str_hex(&hex, d.b, sizeof(d.b));
	snprintf(f->sha256, sizeof(f->sha256), "%s", buf_text(&hex));
	buf_release(&hex);
	return true;
}

// ---- a folder -----------------------------------------------------------------------------------

static int is_sql(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);
	return entry->d_name[0] != '.' && len > 4 && strcmp(entry->d_name + len - 4, ".sql") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name); // bytes, whatever the locale
}

static int core_first(const struct dirent **a, const struct dirent **b)
{
	bool a_core = strcmp((*a)->d_name, "core.sql") == 0;
	bool b_core = strcmp((*b)->d_name, "core.sql") == 0;
	return a_core != b_core ? (int)b_core - (int)a_core : by_name(a, b);
}

static bool read_folder(const char *dir, const char *folder, struct sql_file **files, size_t *count,
    int (*order)(const struct dirent **, const struct dirent **), struct buf *error)
{
	char path[PATH_MAX];
	struct dirent **entries = NULL;
	bool ok = false;
	snprintf(path, sizeof(path), "%s/%s", dir, folder);
	int found = scandir(path, &entries, is_sql, order);
	if (found <= 0 || found > SQL_FILES_MAX) {
		buf_printf(error, "no SQL in %s: %s", path,
		    found < 0 ? strerror(errno) : "no files, or too many");
		goto out;
	}
	*files = calloc((size_t)found, sizeof(**files));
	ASSERT(*files != NULL);
	ok = true;
	for (*count = 0; ok && *count < (size_t)found; (*count)++)
		ok = read_file(&(*files)[*count], path, entries[*count]->d_name, error);
out:
	for (int i = 0; i < found; i++)
		free(entries[i]);
	free(entries);
	return ok;
}

// Four digits, '_', then the name; numbers without a gap, so that nobody's is overtaken.
static bool number_migrations(struct sql_dir *d, struct buf *error)
{
	for (size_t i = 0; i < d->migration_count; i++) {
		struct sql_file *f = &d->migrations[i];
		int digits = 0;
		while (isdigit((unsigned char)f->name[digits])) {
			f->version = f->version * 10 + (f->name[digits] - '0');
			if (++digits > VERSION_DIGITS)
				break;
		}
		if (digits != VERSION_DIGITS || f->name[digits] != '_') {
			buf_printf(error, "migration %s.sql must be named NNNN_name.sql", f->name);
			return false;
		}
		if (f->version != (int)i + 1) {
			buf_printf(
			    error, "migration %s.sql: number %04zu was expected", f->name, i + 1);
			return false;
		}
	}
	return true;
}

// ---- the directory ------------------------------------------------------------------------------

// Beside the program: `levels` are cut from its path, `below` is added.
static bool beside_program(char *out, size_t size, int levels, const char *below)
{
	char program[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	if (len <= 0)
		return false;
	program[len] = 0;
	for (int i = 0; i < levels; i++) {
		char *slash = strrchr(program, '/');
		if (slash == NULL)
			return false;
		*slash = 0;
	}
	int wrote = snprintf(out, size, "%s/%s", program, below);
	return wrote > 0 && (size_t)wrote < size && access(out, R_OK | X_OK) == 0;
}

static bool find_dir(char *out, size_t size, const char *dir, struct buf *error)
{
	const char *variable = getenv("ROADSHOW_SQL_DIR");
	if (dir == NULL && variable != NULL && variable[0] != 0)
		dir = variable;
	if (dir != NULL) {
		snprintf(out, size, "%s", dir);
		return true;
	}
	if (beside_program(out, size, 3, "sql") ||
	    beside_program(out, size, 2, "share/roadshow/sql"))
		return true;
	buf_puts(error, "the SQL files are not beside the program: name their directory with --sql "
			"or ROADSHOW_SQL_DIR");
	return false;
}

bool sql_dir_read(struct sql_dir *d, const char *dir, struct buf *error)
{
	char path[PATH_MAX / 2];
	*d = (struct sql_dir){0};
	return find_dir(path, sizeof(path), dir, error) &&
	       read_folder(
		   path, "migrations", &d->migrations, &d->migration_count, by_name, error) &&
	       number_migrations(d, error) &&
	       read_folder(path, "functions", &d->functions, &d->function_count, core_first, error);
}

static void release_files(struct sql_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(files[i].name);
		buf_release(&files[i].text);
	}
	free(files);
}

void sql_dir_release(struct sql_dir *d)
{
	release_files(d->migrations, d->migration_count);
	release_files(d->functions, d->function_count);
	*d = (struct sql_dir){0};
}
