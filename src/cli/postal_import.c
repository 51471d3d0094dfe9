// SPDX-License-Identifier: Apache-2.0
//
// `roadshow postal import`: fills the table that tells where a postal code is. A code that is known
// is moved; the table is of all creators.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/settings.h"
#include "cli/command.h"
#include "cli/postal.h"
#include "tool/pg.h"

#define CONNECT_TIMEOUT_S 10
#define BATCH_LINES 5000
#define LINE_BYTES_MAX 4096
#define BATCH_BYTES_MAX ((size_t)4 << 20)

struct import {
	const struct cli_command *self;
	const char *path;
	FILE *file;
	struct pg *pg;
	size_t lines, codes;
};

// Up to BATCH_LINES lines as a JSON array. False when one is not as it must be; *count is 0 at the
// end.
static bool read_batch(struct import *m, struct buf *out, size_t *count)
{
	char line[LINE_BYTES_MAX];
	struct json_out w = json_to(out);
	*count = 0;
	json_open(&w, '[');
	while (*count < BATCH_LINES && fgets(line, sizeof(line), m->file) != NULL) {
		struct span text = span_of(line);
		if (++m->lines == 1)
			text = postal_unmarked(text);
		if (postal_is_blank(text) || text.ptr[0] == '#' ||
		    (m->lines == 1 && postal_is_header(text)))
			continue;
		if (!postal_line(&w, text)) {
			cli_complain(m->self,
			    "%s, line %zu is no line of postal codes: country, code, seven "
			    "columns of names, latitude, longitude as GeoNames publishes them, or "
			    "country, code, latitude, longitude; with tabs or commas between. A "
			    "code has "
			    "1 to 12 letters and digits",
			    m->path, m->lines);
			return false;
		}
		++*count;
	}
	json_close(&w, ']');
	if (ferror(m->file))
		cli_complain(m->self, "%s: %s", m->path, strerror(errno));
	return !ferror(m->file) && !out->failed;
}

static bool send_batch(struct import *m, const struct buf *batch)
{
	const char *params[] = {buf_text(batch)};
	struct pg_rows *rows =
	    pg_query(m->pg, "select roadshow.postal_import($1::jsonb)", params, 1);
	if (rows == NULL) {
		cli_complain(m->self, "%s", pg_error(m->pg));
		return false;
	}
	m->codes += (size_t)pg_int(rows, 0, 0);
	pg_rows_release(rows);
	return true;
}

// All of the file or nothing of it.
static bool import_file(struct import *m)
{
	struct buf batch;
	size_t count = 0;
	bool ok = pg_begin(m->pg) && pg_run(m->pg, "set local role roadshow_owner", NULL, 0);
	if (!ok)
		cli_complain(m->self, "%s", pg_error(m->pg));
	buf_init(&batch, BATCH_BYTES_MAX);
	do {
		buf_clear(&batch);
		ok = ok && read_batch(m, &batch, &count) && send_batch(m, &batch);
	} while (ok && count > 0);
	buf_release(&batch);
	if (!ok) {
		pg_rollback(m->pg);
		return false;
	}
	if (!pg_commit(m->pg)) {
		cli_complain(m->self, "%s", pg_error(m->pg));
		return false;
	}
	return true;
}

static int connect_and_import(struct import *m)
{
	struct settings settings;
	struct buf error;
	int result = CLI_UNREACHABLE;
	buf_init(&error, 4096);
	if (settings_load(&settings, &error))
		m->pg = pg_open(
		    settings.admin_database_url, "roadshow postal", CONNECT_TIMEOUT_S, &error);
	if (m->pg == NULL)
		cli_complain(m->self, "%s", buf_text(&error));
	else
		result = import_file(m) ? CLI_OK : CLI_FAILED;
	if (result == CLI_OK)
		printf("%zu postal codes from %s\n", m->codes, m->path);
	pg_close(m->pg);
	buf_release(&error);
	return result;
}

int cli_postal_import(const struct cli_command *self, int argc, char **argv)
{
	struct import m = {.self = self};
	const struct cli_option options[] = {{NULL, NULL, NULL}};
	enum cli_parsed parsed = cli_parse(self, argc, argv, options, &m.path, 1, 1);
	if (parsed != CLI_PARSED)
		return parsed == CLI_PARSED_HELP ? CLI_OK : CLI_USAGE;
	m.file = fopen(m.path, "re");
	if (m.file == NULL) {
		cli_complain(self, "%s: %s", m.path, strerror(errno));
		return CLI_USAGE;
	}
	int result = connect_and_import(&m);
	fclose(m.file);
	return result;
}
