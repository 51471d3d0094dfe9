// SPDX-License-Identifier: Apache-2.0
//
// The page that a holder sees: HTML without scripts and without anything from elsewhere, readable on
// a phone, on paper and by a screen reader. Pure: from words to HTML.
#ifndef ROADSHOW_PAGE_H
#define ROADSHOW_PAGE_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"

#define PAGE_MAX 1000000
#define PAGE_POLICY_MAX 320

// What a page tells. A text that is empty is left out, with its label.
struct page {
	struct span state; // held, issued, redeemed, …; see page.c for those that it has words for
	struct span since; // when it was redeemed or ended, or how long it is held
	struct span creator;
	struct span title; // of the product
	struct span event;
	struct span venue, address;
	struct span when;   // the event's time, in its own zone and in words
	struct span pickup; // likewise
	struct span zone;
	int64_t serial;
	struct span jwt; // the code to show; empty: none
};

// The whole document. Sets out->failed when it does not fit.
void page_put(struct buf *out, const struct page *p);
// The document for a link that leads nowhere.
void page_put_unknown(struct buf *out);
// The Content-Security-Policy that fits both: nothing but the page's own style.
void page_policy(char out[PAGE_POLICY_MAX]);

#endif
