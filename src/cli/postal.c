// SPDX-License-Identifier: Apache-2.0
#include "cli/postal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMN_COUNTRY = 0, COLUMN_CODE = 1, COLUMN_LAT = 9, COLUMN_LON = 10, COLUMNS = 11 };

static bool split(struct span line, struct span columns[COLUMNS])
{
	for (int i = 0; i < COLUMNS; i++) {
		const char *tab = memchr(line.ptr, '\t', line.len);
		columns[i] =
		    (struct span){line.ptr, tab != NULL ? (size_t)(tab - line.ptr) : line.len};
		if (tab == NULL)
			return i == COLUMNS - 1;
		line = (struct span){tab + 1, line.len - columns[i].len - 1};
	}
	return true;
}

static bool take_degrees(struct span s, double most, double *out)
{
	char text[32], *end;
	if (s.len == 0 || s.len >= sizeof(text))
		return false;
	memcpy(text, s.ptr, s.len);
	text[s.len] = 0;
	*out = strtod(text, &end);
	return *end == 0 && isfinite(*out) && fabs(*out) <= most;
}

static bool is_country(struct span s)
{
	return s.len == 2 && s.ptr[0] >= 'A' && s.ptr[0] <= 'Z' && s.ptr[1] >= 'A' &&
	       s.ptr[1] <= 'Z';
}

bool postal_line(struct json_out *w, struct span line)
{
	struct span columns[COLUMNS];
	double lat, lon;
	while (line.len > 0 && (line.ptr[line.len - 1] == '\n' || line.ptr[line.len - 1] == '\r'))
		line.len--;
	if (!str_utf8_valid(line.ptr, line.len) || !split(line, columns) ||
	    !is_country(columns[COLUMN_COUNTRY]) || columns[COLUMN_CODE].len == 0 ||
	    columns[COLUMN_CODE].len > 16 || !take_degrees(columns[COLUMN_LAT], 90, &lat) ||
	    !take_degrees(columns[COLUMN_LON], 180, &lon))
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
