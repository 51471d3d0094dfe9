// SPDX-License-Identifier: Apache-2.0
//
// gunzip (RFC 1952) of what a stranger sent: within bounds, one member, nothing behind it.
#ifndef ROADSHOW_GUNZIP_H
#define ROADSHOW_GUNZIP_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"

// Appends the text to `out`. False: not gzip, damaged, of more than bytes_max bytes (packed or not), or more
// than `ratio_max` times as long as it was packed. Then `out` holds at most what was allowed and 128 KiB.
bool gunzip(struct span in, size_t bytes_max, size_t ratio_max, struct buf *out) MUST_CHECK;

#endif
