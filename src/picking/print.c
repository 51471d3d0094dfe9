// SPDX-License-Identifier: Apache-2.0
//
// Writing only. Every text that somebody else wrote goes through str_html() or put_cell().

#include "picking/print.h"

#include <string.h>

#include "crypto/digest.h"
#include "media/qr.h"

static const char STYLE[] =
    "*{box-sizing:border-box}body{margin:0 auto;padding:1rem;max-width:50rem;color:#000;"
    "background:#fff;font:1rem/1.4 system-ui,'Segoe UI',Roboto,'Noto Sans',sans-serif}"
    "h1{margin:0;font-size:1.4rem}h2{margin:0;font-size:1.2rem}p{margin:.25rem 0 1rem}"
    "table{width:100%;border-collapse:collapse}"
    "th,td{padding:.35rem .5rem;border-bottom:1px solid #999;text-align:left;vertical-align:top;"
    "overflow-wrap:anywhere}"
    "thead{display:table-header-group}tr{break-inside:avoid}"
    ".n{text-align:right;white-space:nowrap}.box{width:2.5rem;border:1px solid #000}"
    "section{margin-top:2rem}.top{display:flex;gap:1rem;justify-content:space-between}"
    ".qr{flex:none;width:34mm}.qr "
    "svg{display:block;width:100%}.id{font-family:ui-monospace,monospace;font-size:.85rem}"
    "@media print{@page{margin:12mm}body{padding:0;max-width:none}"
    "section{margin:0;break-before:page}}";

// ---- HTML ---------------------------------------------------------------------------------------

static struct span text_of(const struct json *object, const char *key)
{
	struct span text = json_get_text(object, key);

	return text.ptr ? text : span_of("");
}

static void put_element(struct buf *out, const char *open, struct span text, const char *close)
{
	buf_puts(out, open);
	str_html(out, text);
	buf_puts(out, close);
}

// "2026-05-01 14:00 UTC"
static void put_time(struct buf *out, const char *label, struct span at)
{
	if (at.len >= 16)
		buf_printf(out, "%s %.10s %.5s UTC", label, at.ptr, at.ptr + 11);
}

static void put_qr(struct buf *out, struct span text)
{
	struct qr code;

	if (!qr_init(&code, text)) {
		out->failed = true;
		return;
	}
	buf_puts(out, "<div class=\"qr\">");
	qr_put_inline_svg(out, &code, "QR code of the order's id");
	buf_puts(out, "</div>");
	qr_release(&code);
}

static const struct json *list_of(const struct json *object, const char *key)
{
	const struct json *v = json_get(object, key);

	return v && v->type == JSON_ARRAY ? v->child : NULL;
}

// What is to be taken of a line: less what was reported short.
static long long units_of(const struct json *line)
{
	return (long long)(json_get_int(line, "quantity", 0) - json_get_int(line, "short", 0));
}

static void put_lot(struct buf *out, const struct json *list)
{
	buf_puts(out, "<table><thead><tr><th>Bin<th>SKU<th>Title<th class=\"n\">Units<th>Picked"
		      "</thead><tbody>");
	for (const struct json *l = list_of(list, "lines"); l; l = l->next) {
		put_element(out, "<tr><td><bdi>", text_of(l, "bin"), "</bdi>");
		put_element(out, "<td><bdi>", text_of(l, "sku"), "</bdi>");
		put_element(out, "<td><bdi>", text_of(l, "title"), "</bdi>");
		buf_printf(out, "<td class=\"n\">%lld<td class=\"box\">", units_of(l));
	}
	buf_puts(out, "</tbody></table>\n");
}

static struct span title_of(const struct json *list, struct span sku)
{
	for (const struct json *l = list_of(list, "lines"); l; l = l->next) {
		struct span own = text_of(l, "sku");

		if (own.len == sku.len && memcmp(own.ptr, sku.ptr, sku.len) == 0)
			return text_of(l, "title");
	}
	return span_of("");
}

static void put_slip(struct buf *out, const struct json *list, const struct json *order)
{
	struct span id = text_of(order, "order_id");

	buf_puts(out, "<section><div class=\"top\"><div><h2>Packing slip</h2>");
	put_element(out, "<p class=\"id\">", id, "</p>");
	put_element(out, "<p>", text_of(order, "service"), "");
	put_time(out, ", promised for", text_of(order, "promise_at"));
	buf_puts(out, "</p></div>");
	put_qr(out, id);
	buf_puts(out, "</div><table><thead><tr><th>SKU<th>Title<th class=\"n\">Units<th>Packed"
		      "</thead><tbody>");
	for (const struct json *l = list_of(order, "lines"); l; l = l->next) {
		if (units_of(l) == 0)
			continue;
		put_element(out, "<tr><td><bdi>", text_of(l, "sku"), "</bdi>");
		if (text_of(l, "substitute_of").len > 0)
			put_element(
			    out, " instead of <bdi>", text_of(l, "substitute_of"), "</bdi>");
		put_element(out, "<td><bdi>", title_of(list, text_of(l, "sku")), "</bdi>");
		buf_printf(out, "<td class=\"n\">%lld<td class=\"box\">", units_of(l));
	}
	buf_puts(out, "</tbody></table></section>\n");
}

void print_html(struct buf *out, const struct json *list)
{
	buf_puts(out, "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
		      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
		      "<title>Pick list</title><style>");
	buf_puts(out, STYLE);
	buf_puts(out, "</style></head><body><main><h1>Pick list</h1>");
	put_element(out, "<p class=\"id\">", text_of(list, "id"), "</p>");
	put_element(out, "<p>", text_of(list, "state"), "");
	put_time(out, "; cut-off", text_of(list, "cut_off_at"));
	put_time(out, "; ready by", text_of(list, "ready_at"));
	buf_puts(out, "</p>\n");
	put_lot(out, list);
	for (const struct json *o = list_of(list, "orders"); o; o = o->next)
		if (!span_eq(text_of(o, "state"), "cancelled"))
			put_slip(out, list, o);
	buf_puts(out, "</main></body></html>\n");
}

void print_policy(struct buf *out)
{
	struct digest d = digest_sha256(STYLE, sizeof(STYLE) - 1);

	buf_puts(out, "default-src 'none'; style-src 'sha256-");
	str_base64(out, d.b, sizeof(d.b));
	buf_puts(out, "'; frame-ancestors 'none'");
}

// ---- CSV ----------------------------------------------------------------------------------------

static void put_cell(struct buf *out, struct span text)
{
	buf_putc(out, '"');
	if (text.len > 0 && strchr("=+-@\t\r", text.ptr[0]))
		buf_putc(out, '\'');
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"')
			buf_putc(out, '"');
		buf_putc(out, text.ptr[i]);
	}
	buf_putc(out, '"');
}

static struct span bin_of(const struct json *list, struct span sku)
{
	for (const struct json *l = list_of(list, "lines"); l; l = l->next) {
		struct span own = text_of(l, "sku");

		if (own.len == sku.len && memcmp(own.ptr, sku.ptr, sku.len) == 0)
			return text_of(l, "bin");
	}
	return span_of("");
}

static void put_line(
    struct buf *out, const struct json *list, const struct json *order, const struct json *line)
{
	struct span sku = text_of(line, "sku");
	const struct span cells[] = {text_of(list, "id"), text_of(order, "order_id"),
	    text_of(order, "service"), text_of(order, "promise_at"), bin_of(list, sku), sku,
	    title_of(list, sku)};

	for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
		put_cell(out, cells[i]);
		buf_putc(out, ',');
	}
	buf_printf(out, "%lld\r\n", units_of(line));
}

void print_csv(struct buf *out, const struct json *list)
{
	buf_puts(out, "picklist_id,order_id,service,promise_at,bin,sku,title,units\r\n");
	for (const struct json *o = list_of(list, "orders"); o; o = o->next)
		for (const struct json *l = list_of(o, "lines"); l; l = l->next)
			if (units_of(l) > 0 && !span_eq(text_of(o, "state"), "cancelled"))
				put_line(out, list, o, l);
}
