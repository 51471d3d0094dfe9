// SPDX-License-Identifier: Apache-2.0
//
// QR codes (ISO/IEC 18004) in byte mode with error correction M, in the smallest version that holds
// the text, as SVG and PNG. Pure: everything happens in memory, so it works in a chroot.
#ifndef ROADSHOW_QR_H
#define ROADSHOW_QR_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"

#define QR_TEXT_MAX 2331     // bytes that version 40 holds at level M
#define QR_QUIET 4	     // modules of white around it, as the standard asks
#define QR_MODULE_PX 8	     // of a PNG
#define QR_IMAGE_MAX 1000000 // bytes of either image

struct qr {
	int side;	  // modules, without the quiet zone: 21 to 177
	uint8_t *modules; // side * side, row by row; bit 0: dark
	void *code;	  // the encoder's
};

// False when the text is empty or longer than QR_TEXT_MAX. Released by qr_release().
bool qr_init(struct qr *q, struct span text) MUST_CHECK;
void qr_release(struct qr *q);
// A whole SVG document; or an element for a page, without a size of its own, whose text
// alternative is `label` (which needs no escaping).
void qr_put_svg(struct buf *out, const struct qr *q);
void qr_put_inline_svg(struct buf *out, const struct qr *q, const char *label);
// Black and white, QR_MODULE_PX a module. Sets out->failed when it cannot.
void qr_put_png(struct buf *out, const struct qr *q);

#endif
