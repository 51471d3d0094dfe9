// SPDX-License-Identifier: Apache-2.0
//
// What a token's holder gets beside its text: a secret link to a page (/t/…), and its QR code.
//
// The link's secret says where the token is, and proves that it was made here:
//
//   base64url(creator id ‖ token id ‖ be32(version) ‖ mac)          70 characters
//   mac = HMAC-SHA-256(key, creator id ‖ token id ‖ be32(version)), its first 16 bytes
//   key = HMAC-SHA-256(server secret, "roadshow-holder-link/v1")
//
// Nothing is stored: a replayed claim gives the same link, a forged one is refused without asking the
// database, and one of an earlier version leads to a page that says so.
#ifndef ROADSHOW_HOLDER_H
#define ROADSHOW_HOLDER_H

#include "http/call.h"

#define HOLDER_SECRET_LEN 70

// Once per worker; the secret is the server's.
void holder_start(const uint8_t secret[32]);

// `out` takes HOLDER_SECRET_LEN + 1 bytes.
void holder_secret(
    const struct uuid *creator, const struct uuid *token, int64_t version, char *out);
// The reverse; false when it is not one of ours.
bool holder_open(
    struct span secret, struct uuid *creator, struct uuid *token, int64_t *version) MUST_CHECK;
// The member "holder_url".
void holder_put_url(
    struct json_out *w, const struct uuid *creator, const struct uuid *token, int64_t version);

// GET /t/{secret:text}.
extern const struct db_statement token_page;
bool holder_bind(struct call *c, struct db_item *item) MUST_CHECK;
void holder_render(struct call *c, const struct db_row *row);

// GET /v1/tokens/{token}/qr.svg and /qr.png.
extern const struct db_statement token_code;
void holder_render_svg(struct call *c, const struct db_row *row);
void holder_render_png(struct call *c, const struct db_row *row);

#endif
