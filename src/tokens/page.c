// SPDX-License-Identifier: Apache-2.0
//
// Writes the holder's page. Every text that somebody else wrote goes through str_html(), in an element
// that keeps its writing direction to itself. The style is one constant, whose hash is the only thing
// that the Content-Security-Policy allows.
#include "tokens/page.h"

#include <stdio.h>
#include <string.h>

#include "crypto/digest.h"
#include "media/qr.h"

static const char STYLE[] =
    ":root{color-scheme:light dark;--ink:#17181c;--soft:#5c606b;--paper:#fff;--ground:#eef0f4;"
    "--line:#d9dce3;--good:#0a6b3d;--good-bg:#dff3e7;--wait:#7a4b00;--wait-bg:#fdeecb;"
    "--done:#3a3f4b;--done-bg:#e4e7ed;--bad:#9b1c1c;--bad-bg:#fbe1e1}"
    "@media(prefers-color-scheme:dark){:root{--ink:#f1f2f5;--soft:#a9aebb;--paper:#1b1d23;"
    "--ground:#0f1014;--line:#343843;--good:#8be0b2;--good-bg:#123524;--wait:#f5cf7d;"
    "--wait-bg:#3a2c0b;--done:#cfd3dd;--done-bg:#2b2f39;--bad:#f7a9a9;--bad-bg:#441a1a}}"
    "*{box-sizing:border-box}"
    "html{-webkit-text-size-adjust:100%}"
    "body{margin:0;background:var(--ground);color:var(--ink);"
    "font:1rem/1.45 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;"
    "overflow-wrap:anywhere}"
    "main{max-width:26rem;margin:0 auto;padding:1rem}"
    "article{background:var(--paper);border:1px solid var(--line);border-radius:1rem;"
    "overflow:hidden}"
    "header{padding:1.25rem 1.25rem 1rem}"
    ".by{margin:0;color:var(--soft);font-size:.875rem}"
    "h1{margin:.125rem 0 .75rem;font-size:1.5rem;line-height:1.2}"
    ".state{display:inline-block;margin:0;padding:.25rem .75rem;border-radius:1rem;"
    "font-weight:600}"
    ".issued{color:var(--good);background:var(--good-bg)}"
    ".held,.over{color:var(--wait);background:var(--wait-bg)}"
    ".redeemed{color:var(--done);background:var(--done-bg)}"
    ".ended{color:var(--bad);background:var(--bad-bg)}"
    ".say{margin:.75rem 0 0}"
    ".code{margin:0;padding:.5rem;background:#fff;border-block:1px solid var(--line)}"
    ".code svg{display:block;width:100%;height:auto}"
    "dl{margin:0;padding:1.25rem;display:grid;gap:.875rem}"
    "dt{color:var(--soft);font-size:.875rem}"
    "dd{margin:0}"
    ".more{display:block;color:var(--soft);font-size:.875rem}"
    "@media print{@page{margin:15mm}"
    ":root{color-scheme:light;--ink:#000;--soft:#333;--paper:#fff;--ground:#fff;--line:#999}"
    "main{max-width:none;padding:0}article{border:0}header,dl{padding-inline:0}"
    ".state{color:#000;background:none;border:1px solid #000}"
    ".code{border:0;padding:0;width:90mm;break-inside:avoid}"
    "dl{grid-template-columns:1fr 1fr}}";

// ---- words --------------------------------------------------------------------------------------

struct words {
	const char *state;
	const char *look;  // class of the label
	const char *label; // in a word or two
	const char *say;   // in a sentence; `since` follows where there is one
};

static const struct words WORDS[] = {
    {"issued", "issued", "Valid", "Show this code when you pick up. Who has it, has the item."},
    {"held", "held", "Reserved",
	"Not confirmed yet. The code appears here once it is. Reserved until"},
    {"over", "over", "Pickup is over", "This was not picked up in time. Ask the organiser."},
    {"redeemed", "redeemed", "Picked up", "This code was used. Picked up on"},
    {"expired", "ended", "Expired", "The reservation ended before it was confirmed. It ended on"},
    {"cancelled", "ended", "Cancelled", "This is not valid any more. Cancelled on"},
    {"forfeited", "ended", "Forfeited", "This was not picked up in time, and was given up on"},
    {"superseded", "ended", "Passed on",
	"This was passed on to somebody else, who has a link of their own. Yours is not valid any "
	"more."},
    {"suspended", "held", "Offered for resale", "It cannot be used while it is offered."},
};
static const struct words OTHER = {"", "ended", "Not valid", "This cannot be used now."};

static const struct words *words_of(struct span state)
{
	for (size_t i = 0; i < ARRAY_LEN(WORDS); i++)
		if (span_eq(state, WORDS[i].state))
			return &WORDS[i];
	return &OTHER;
}

// ---- HTML ---------------------------------------------------------------------------------------

static void put_bdi(struct buf *out, struct span text)
{
	buf_puts(out, "<bdi>");
	str_html(out, text);
	buf_puts(out, "</bdi>");
}

static void put_head(struct buf *out, struct span title)
{
	buf_puts(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
		      "<meta name=\"robots\" content=\"noindex\">\n<title>");
	str_html(out, title);
	buf_puts(out, "</title>\n<style>");
	buf_puts(out, STYLE);
	buf_puts(out, "</style>\n</head>\n<body>\n<main>\n<article>\n");
}

static void put_end(struct buf *out)
{
	buf_puts(out, "</article>\n</main>\n</body>\n</html>\n");
}

static void put_state(struct buf *out, const struct page *p)
{
	const struct words *w = words_of(p->state);

	buf_printf(
	    out, "<p class=\"state %s\">%s</p>\n<p class=\"say\">%s", w->look, w->label, w->say);
	if (p->since.len > 0) {
		buf_putc(out, ' ');
		str_html(out, p->since);
		buf_putc(out, '.');
	}
	buf_puts(out, "</p>\n");
}

static void put_code(struct buf *out, const struct page *p)
{
	struct qr q;

	if (p->jwt.len == 0)
		return;
	if (!qr_init(&q, p->jwt)) {
		out->failed = true;
		return;
	}
	buf_puts(out, "<figure class=\"code\">");
	qr_put_inline_svg(out, &q, "QR code to show when you pick up");
	buf_puts(out, "</figure>\n");
	qr_release(&q);
}

static void put_row(struct buf *out, const char *label, struct span text, struct span more)
{
	if (text.len == 0)
		return;
	buf_printf(out, "<div><dt>%s</dt><dd>", label);
	put_bdi(out, text);
	if (more.len > 0) {
		buf_puts(out, "<span class=\"more\">");
		put_bdi(out, more);
		buf_puts(out, "</span>");
	}
	buf_puts(out, "</dd></div>\n");
}

void page_put(struct buf *out, const struct page *p)
{
	char serial[24];

	snprintf(serial, sizeof(serial), "%lld", (long long)p->serial);
	put_head(out, p->title);
	buf_puts(out, "<header>\n<p class=\"by\">");
	put_bdi(out, p->creator);
	buf_puts(out, "</p>\n<h1>");
	put_bdi(out, p->title);
	buf_puts(out, "</h1>\n");
	put_state(out, p);
	buf_puts(out, "</header>\n");
	put_code(out, p);
	buf_puts(out, "<dl>\n");
	put_row(out, "Event", p->event, p->when);
	put_row(out, "Where", p->venue, p->address);
	put_row(out, "Pickup", p->pickup, p->zone);
	put_row(out, "Number", span_of(serial), (struct span){NULL, 0});
	buf_puts(out, "</dl>\n");
	put_end(out);
}

void page_put_unknown(struct buf *out)
{
	put_head(out, span_of("Nothing here"));
	buf_puts(out,
	    "<header>\n<h1>Nothing here</h1>\n<p class=\"say\">This link is not complete, or "
	    "was never one of ours. Check that you have all of it.</p>\n</header>\n");
	put_end(out);
}

void page_policy(char out[PAGE_POLICY_MAX])
{
	struct digest d = digest_sha256(STYLE, sizeof(STYLE) - 1);
	struct buf hash;
	int len;

	buf_init(&hash, 64);
	str_base64(&hash, d.b, sizeof(d.b));
	len = snprintf(out, PAGE_POLICY_MAX,
	    "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; "
	    "frame-ancestors 'none'",
	    buf_text(&hash));
	ASSERT(!hash.failed && len > 0 && len < PAGE_POLICY_MAX);
	buf_release(&hash);
}
