// SPDX-License-Identifier: Apache-2.0
//
// Lines of a postal code file as GeoNames publishes them: country first, postal code second, latitude
// tenth, longitude eleventh; further columns are passed over. Or short: country, code, latitude,
// longitude. Separated by tabs, or by commas with quotes where they are needed (RFC 4180).
#ifndef ROADSHOW_CLI_POSTAL_H
#define ROADSHOW_CLI_POSTAL_H

#include "base/base.h"
#include "base/str.h"
#include "json/json.h"

// Writes one line as {"country", "code", "lat", "lon"}. False, with nothing written, when it is no
// such line.
bool postal_line(struct json_out *w, struct span line) MUST_CHECK;
// Whether it is names of columns: as many columns, and no digit.
bool postal_is_header(struct span line);
// Whether nothing is on it.
bool postal_is_blank(struct span line);
// The first line of a file without the mark of UTF-8 that spreadsheets put before it.
struct span postal_unmarked(struct span first);

#endif
