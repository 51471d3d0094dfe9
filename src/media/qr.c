// SPDX-License-Identifier: Apache-2.0
//
// Encoding by libqrencode, PNG by libpng. A struct qr owns the encoder's result, of which `modules` is
// a part. libpng leaves by longjmp when it fails: put_png() has nothing to release at that point but
// what it was given.
#include "media/qr.h"

#include <png.h>
#include <qrencode.h>
#include <string.h>

bool qr_init(struct qr *q, struct span text)
{
	QRcode *code;

	*q = (struct qr){0};
	if (text.len == 0 || text.len > QR_TEXT_MAX)
		return false;
	code = QRcode_encodeData((int)text.len, (const unsigned char *)text.ptr, 0, QR_ECLEVEL_M);
	if (code == NULL)
		return false;
	*q = (struct qr){.side = code->width, .modules = code->data, .code = code};
	return true;
}

void qr_release(struct qr *q)
{
	QRcode_free(q->code);
	*q = (struct qr){0};
}

static bool is_dark(const struct qr *q, int x, int y)
{
	return x >= 0 && y >= 0 && x < q->side && y < q->side &&
	       (q->modules[y * q->side + x] & 1) != 0;
}

// ---- SVG ----------------------------------------------------------------------------------------

// Each run of dark modules in a row is a rectangle of one path.
static void put_path(struct buf *out, const struct qr *q)
{
	int side = q->side + 2 * QR_QUIET;

	buf_printf(out, "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"", side, side);
	for (int y = 0; y < q->side; y++)
		for (int x = 0; x < q->side; x++) {
			int run = 0;

			while (is_dark(q, x + run, y))
				run++;
			if (run > 0)
				buf_printf(
				    out, "M%d %dh%dv1h-%dz", x + QR_QUIET, y + QR_QUIET, run, run);
			x += run;
		}
	buf_puts(out, "\"/>");
}

void qr_put_svg(struct buf *out, const struct qr *q)
{
	int side = q->side + 2 * QR_QUIET;

	buf_printf(out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
	    "viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">",
	    side * QR_MODULE_PX, side * QR_MODULE_PX, side, side);
	put_path(out, q);
	buf_puts(out, "</svg>\n");
}

void qr_put_inline_svg(struct buf *out, const struct qr *q, const char *label)
{
	int side = q->side + 2 * QR_QUIET;

	buf_printf(out,
	    "<svg viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\" role=\"img\" "
	    "aria-label=\"%s\">",
	    side, side, label);
	put_path(out, q);
	buf_puts(out, "</svg>");
}

// ---- PNG ----------------------------------------------------------------------------------------

static void on_write(png_structp png, png_bytep data, png_size_t len)
{
	buf_put(png_get_io_ptr(png), data, len);
}

static void on_flush(png_structp png)
{
	(void)png;
}

static void on_warning(png_structp png, png_const_charp text)
{
	(void)png;
	(void)text;
}

// One row of pixels, one bit each, white is 1; `y` counts modules from the top of the quiet zone.
static void draw_row(uint8_t *row, size_t row_bytes, const struct qr *q, int y)
{
	int side = q->side + 2 * QR_QUIET;

	memset(row, 0xFF, row_bytes);
	for (int x = 0; x < side * QR_MODULE_PX; x++)
		if (is_dark(q, x / QR_MODULE_PX - QR_QUIET, y - QR_QUIET))
			row[x / 8] &= (uint8_t) ~(0x80 >> x % 8);
}

static void put_png(struct buf *out, const struct qr *q, png_structp png, png_infop info)
{
	uint8_t row[(177 + 2 * QR_QUIET) * QR_MODULE_PX / 8 + 1];
	int side = q->side + 2 * QR_QUIET;
	png_uint_32 px = (png_uint_32)(side * QR_MODULE_PX);

	if (setjmp(png_jmpbuf(png))) {
		out->failed = true;
		return;
	}
	png_set_write_fn(png, out, on_write, on_flush);
	png_set_IHDR(png, info, px, px, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
	    PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	for (int y = 0; y < side; y++) {
		draw_row(row, sizeof(row), q, y);
		for (int i = 0; i < QR_MODULE_PX; i++)
			png_write_row(png, row);
	}
	png_write_end(png, info);
}

void qr_put_png(struct buf *out, const struct qr *q)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, on_warning);
	png_infop info = png != NULL ? png_create_info_struct(png) : NULL;

	if (info != NULL)
		put_png(out, q, png, info);
	else
		out->failed = true;
	png_destroy_write_struct(&png, &info);
}
