// SPDX-License-Identifier: Apache-2.0
//
// Holds the key of the links for the life of the worker. Everything else is the call's.
#include "tokens/holder.h"

#include <string.h>

#include "base/log.h"
#include "crypto/digest.h"
#include "tokens/page.h"
#include "media/qr.h"
#include "tokens/tokens.h"

#define MAC_LEN 16
#define SIGNED_LEN (16 + 16 + 4)
#define URL_MAX 4096

_Static_assert((SIGNED_LEN + MAC_LEN) * 8 / 6 + 1 == HOLDER_SECRET_LEN, "52 bytes in base64url");

static struct digest link_key;

void holder_start(const uint8_t secret[32])
{
	static const char label[] = "roadshow-holder-link/v1";

	link_key = hmac_sha256(secret, 32, label, sizeof(label) - 1);
}

// ---- the link -----------------------------------------------------------------------------------

static void put_mac(uint8_t bytes[SIGNED_LEN + MAC_LEN])
{
	struct digest mac = hmac_sha256(link_key.b, sizeof(link_key.b), bytes, SIGNED_LEN);

	memcpy(bytes + SIGNED_LEN, mac.b, MAC_LEN);
}

void holder_secret(const struct uuid *creator, const struct uuid *token, int64_t version, char *out)
{
	uint8_t bytes[SIGNED_LEN + MAC_LEN], room[HOLDER_SECRET_LEN + 8] = {0};
	struct buf text = {.data = room, .cap = sizeof(room), .bytes_max = sizeof(room) - 1};

	ASSERT(version >= 1 && version <= INT32_MAX);
	memcpy(bytes, creator->b, 16);
	memcpy(bytes + 16, token->b, 16);
	for (int i = 0; i < 4; i++)
		bytes[32 + i] = (uint8_t)(version >> (24 - 8 * i));
	put_mac(bytes);
	str_base64url(&text, bytes, sizeof(bytes));
	ASSERT(!text.failed && text.len == HOLDER_SECRET_LEN);
	memcpy(out, room, HOLDER_SECRET_LEN + 1);
}

bool holder_open(struct span secret, struct uuid *creator, struct uuid *token, int64_t *version)
{
	uint8_t given[SIGNED_LEN + MAC_LEN], made[SIGNED_LEN + MAC_LEN];
	size_t len;

	if (secret.len != HOLDER_SECRET_LEN ||
	    !str_base64url_decode(secret, given, sizeof(given), &len) || len != sizeof(given))
		return false;
	memcpy(made, given, sizeof(made));
	put_mac(made);
	if (!crypto_equal(given, made, sizeof(made)))
		return false;
	memcpy(creator->b, given, 16);
	memcpy(token->b, given + 16, 16);
	*version = 0;
	for (int i = 0; i < 4; i++)
		*version = *version << 8 | given[32 + i];
	return true;
}

void holder_put_url(
    struct json_out *w, const struct uuid *creator, const struct uuid *token, int64_t version)
{
	char secret[HOLDER_SECRET_LEN + 1];
	struct span issuer = tokens_issuer();
	struct buf url;

	holder_secret(creator, token, version, secret);
	buf_init(&url, URL_MAX);
	buf_put(&url, issuer.ptr, issuer.len);
	buf_puts(&url, "/t/");
	buf_puts(&url, secret);
	w->buf->failed |= url.failed;
	json_kv_text(w, "holder_url", buf_text(&url));
	buf_release(&url);
}

// ---- answers that are no JSON -------------------------------------------------------------------

static void went_wrong(struct call *c, const char *what)
{
	log_error("%s cannot be made", what);
	call_problem(c, 500, "internal_error", "Something went wrong on our side.", NULL);
}

static const struct json *body_of(struct call *c, const struct db_row *row)
{
	struct span body = db_text(row, 1);
	char why[128];

	return json_parse(&c->arena, body.ptr, body.len, why, sizeof(why));
}

// The text of the answer's token; empty where there is none. False when it cannot be made.
static bool take_jwt(struct buf *jwt, const struct json *token)
{
	const struct json *parts = json_get(token, "jwt");

	buf_init(jwt, JWS_LEN_MAX);
	if (parts != NULL && parts->type == JSON_OBJECT)
		tokens_put_answer_jwt(jwt, token, parts);
	return !jwt->failed;
}

static void render_image(struct call *c, const struct db_row *row, const char *type,
    void (*put)(struct buf *out, const struct qr *q))
{
	const struct json *token = body_of(c, row);
	struct buf jwt = {0}, image;
	struct qr q = {0};

	buf_init(&image, QR_IMAGE_MAX);
	if (token == NULL || !take_jwt(&jwt, token) ||
	    !qr_init(&q, (struct span){buf_text(&jwt), jwt.len}))
		image.failed = true;
	else
		put(&image, &q);
	if (image.failed) {
		went_wrong(c, "a QR code");
	} else {
		call_command_headers(c, row);
		call_answer_json(c, 200, (struct span){buf_text(&image), image.len});
		c->content_type = type;
	}
	qr_release(&q);
	buf_release(&jwt);
	buf_release(&image);
}

const struct db_statement token_code = COMMAND(token_code);

void holder_render_svg(struct call *c, const struct db_row *row)
{
	render_image(c, row, "image/svg+xml", qr_put_svg);
}

void holder_render_png(struct call *c, const struct db_row *row)
{
	render_image(c, row, "image/png", qr_put_png);
}

// ---- the page -----------------------------------------------------------------------------------

// What a browser, or whoever sits between, must not do with a page that is as good as the item.
static void answer_page(struct call *c, int status, const struct buf *html)
{
	char policy[PAGE_POLICY_MAX];

	page_policy(policy);
	call_set_header(c, "content-security-policy", policy);
	call_set_header(c, "referrer-policy", "no-referrer");
	call_set_header(c, "cache-control", "private, no-store");
	call_set_header(c, "x-robots-tag", "noindex");
	call_answer_json(c, status, (struct span){buf_text(html), html->len});
	c->content_type = "text/html; charset=utf-8";
}

static void answer_unknown(struct call *c)
{
	struct buf html;

	buf_init(&html, PAGE_MAX);
	page_put_unknown(&html);
	answer_page(c, 404, &html);
	buf_release(&html);
}

const struct db_statement token_page = COMMAND(token_page);

bool holder_bind(struct call *c, struct db_item *item)
{
	struct uuid token;
	struct json_out w;
	struct buf p;
	int64_t version;
	char *text;

	if (!holder_open(call_param(c, "secret"), &c->caller.creator, &token, &version)) {
		answer_unknown(c);
		return false;
	}
	buf_init(&p, 256);
	w = json_to(&p);
	json_open(&w, '{');
	json_kv_uuid(&w, "token", &token);
	json_kv_int(&w, "version", version);
	json_close(&w, '}');
	text = p.failed ? NULL : arena_strndup(&c->arena, buf_text(&p), p.len);
	ASSERT(text != NULL); // a few bytes of 64 MiB
	item->values[call_bind_caller(c, item)] = (struct db_value){.text = span_of(text)};
	buf_release(&p);
	return true;
}

static struct page page_of(const struct json *told, const struct buf *jwt)
{
	return (struct page){
	    .state = json_get_text(told, "state"),
	    .since = json_get_text(told, "since"),
	    .creator = json_get_text(told, "creator"),
	    .title = json_get_text(told, "title"),
	    .event = json_get_text(told, "event"),
	    .venue = json_get_text(told, "venue"),
	    .address = json_get_text(told, "address"),
	    .when = json_get_text(told, "when"),
	    .pickup = json_get_text(told, "pickup"),
	    .zone = json_get_text(told, "zone"),
	    .serial = json_get_int(told, "serial", 0),
	    .jwt = {buf_text(jwt), jwt->len},
	};
}

void holder_render(struct call *c, const struct db_row *row)
{
	const struct json *told;
	struct buf jwt = {0}, html;
	struct page page;

	if (db_int(row, 0) == 404) {
		answer_unknown(c);
		return;
	}
	told = body_of(c, row);
	buf_init(&html, PAGE_MAX);
	if (told == NULL || !take_jwt(&jwt, told)) {
		html.failed = true;
	} else {
		page = page_of(told, &jwt);
		page_put(&html, &page);
	}
	if (html.failed)
		went_wrong(c, "a holder's page");
	else
		answer_page(c, (int)db_int(row, 0), &html);
	buf_release(&jwt);
	buf_release(&html);
}
