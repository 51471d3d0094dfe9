// SPDX-License-Identifier: Apache-2.0
//
// A pick list on paper: an HTML page with the lot to pick in walk order and a packing slip for each order
// on a sheet of its own, with the order's id as a QR code; or CSV. Both from the JSON that
// roadshow.picklist_json() makes, and nothing else: what a partner must not see is not in it.
#ifndef ROADSHOW_PICKING_PRINT_H
#define ROADSHOW_PICKING_PRINT_H

#include "base/buf.h"
#include "json/json.h"

#define PRINT_BYTES_MAX (8u << 20)

// Appends the page. out->failed when it is too long or memory is short.
void print_html(struct buf *out, const struct json *list);
// The Content-Security-Policy of such a page: its own style and nothing from anywhere.
void print_policy(struct buf *out);
// Appends RFC 4180 with a header line: one line for each SKU of each order. A value that a spreadsheet
// would run as a formula gets an apostrophe in front.
void print_csv(struct buf *out, const struct json *list);

#endif
