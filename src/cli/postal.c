// SPDX-License-Identifier: Apache-2.0
#include "cli/postal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Of what GeoNames publishes; a short line has the four that count, in this order.
enum { COLUMN_COUNTRY = 0, COLUMN_CODE = 1, COLUMN_LAT = 9, COLUMN_LON = 10, COLUMNS_MAX = 32 };
enum { SHORT_LAT = 2, SHORT_LON = 3, SHORT_COLUMNS = 4 };

// Takes a field in quotes, which may hold separators and doubled quotes (RFC 4180); the span is what is
// between them. False when they do not end, or something follows them.
static bool take_quoted(struct span *line, char separator, struct span *out)
{
	size_t i = 1;
	while (i < line->len &&
	       (line->ptr[i] != '"' || (i + 1 < line->len && line->ptr[i + 1] == '"')))
		i += line->ptr[i] == '"' ? 2 : 1;
	if (i >= line->len || (i + 1 < line->len && line->ptr[i + 1] != separator))
		return false;
	*out = (struct span){line->ptr + 1, i - 1};
	*line = (struct span){line->ptr + i + 1, line->len - i - 1};
	return true;
}

static bool take_column(struct span *line, char separator, struct span *out)
{
	if (separator == ',' && line->len > 0 && line->ptr[0] == '"')
		return take_quoted(line, separator, out);
	const char *end = memchr(line->ptr, separator, line->len);
	size_t len = end != NULL ? (size_t)(end - line->ptr) : line->len;
	*out = (struct span){line->ptr, len};
	*line = (struct span){line->ptr + len, line->len - len};
	return true;
}

// How many columns there are, 0 when it cannot be told.
static size_t split(struct span line, struct span columns[COLUMNS_MAX])
{
	char separator = memchr(line.ptr, '\t', line.len) != NULL ? '\t' : ',';
	size_t n = 0;
	for (;;) {
		if (n == COLUMNS_MAX || !take_column(&line, separator, &columns[n++]))
			return 0;
		if (line.len == 0)
			return n;
		line = (struct span){line.ptr + 1, line.len - 1};
	}
}

static bool take_degrees(struct span s, double most, double *out)
{
	char text[32], *end;
	if (s.len == 0 || s.len >= sizeof(text))
		return false;
	memcpy(text, s.ptr, s.len);
	text[s.len] = 0;
	*out = strtod(text, &end);
	return *end == 0 && strspn(text, "0123456789+-.eE ") == s.len && isfinite(*out) &&
	       fabs(*out) <= most;
}

static bool is_country(struct span s)
{
	return s.len == 2 && s.ptr[0] >= 'A' && s.ptr[0] <= 'Z' && s.ptr[1] >= 'A' &&
	       s.ptr[1] <= 'Z';
}

// It is kept as its letters and digits, 1 to 12: roadshow.postal_key().
static bool is_code(struct span s)
{
	size_t kept = 0;
	for (size_t i = 0; i < s.len; i++)
		kept += (s.ptr[i] >= '0' && s.ptr[i] <= '9') ||
			((s.ptr[i] | 0x20) >= 'a' && (s.ptr[i] | 0x20) <= 'z');
	return s.len <= 16 && kept >= 1 && kept <= 12;
}

bool postal_line(struct json_out *w, struct span line)
{
	struct span columns[COLUMNS_MAX];
	double lat, lon;
	while (line.len > 0 && (line.ptr[line.len - 1] == '\n' || line.ptr[line.len - 1] == '\r'))
		line.len--;
	size_t n = str_utf8_valid(line.ptr, line.len) ? split(line, columns) : 0;
	if (n != SHORT_COLUMNS && n <= COLUMN_LON)
		return false;
	if (!is_country(columns[COLUMN_COUNTRY]) || !is_code(columns[COLUMN_CODE]) ||
	    !take_degrees(columns[n == SHORT_COLUMNS ? SHORT_LAT : COLUMN_LAT], 90, &lat) ||
	    !take_degrees(columns[n == SHORT_COLUMNS ? SHORT_LON : COLUMN_LON], 180, &lon))
		return false;
	json_open(w, '{');
	json_key(w, "country");
	json_put_span(w, columns[COLUMN_COUNTRY]);
	json_key(w, "code");
	json_put_span(w, columns[COLUMN_CODE]);
	json_key(w, "lat");
	json_put_number(w, lat);
	json_key(w, "lon");
	json_put_number(w, lon);
	json_close(w, '}');
	return true;
}

bool postal_is_header(struct span line)
{
	struct span columns[COLUMNS_MAX];
	size_t n = split(line, columns);
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] >= '0' && line.ptr[i] <= '9')
			return false;
	return n == SHORT_COLUMNS || n > COLUMN_LON;
}

bool postal_is_blank(struct span line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] != ' ' && line.ptr[i] != '\t' && line.ptr[i] != '\r' &&
		    line.ptr[i] != '\n')
			return false;
	return true;
}

struct span postal_unmarked(struct span first)
{
	bool marked = first.len >= 3 && memcmp(first.ptr, "\xEF\xBB\xBF", 3) == 0;
	return marked ? (struct span){first.ptr + 3, first.len - 3} : first;
}
