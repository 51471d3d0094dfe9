// SPDX-License-Identifier: Apache-2.0
//
// Claims, tokens, and the keys that verify them. SQL answers a token with `jwt` as what its text is
// made of, {kid, nbf, exp, event, idx}, or null; what goes out is the text. To creators the holder's
// link goes out beside it; a storefront sees it once, in the answer to its claim.
#include <stdio.h>

#include "base/log.h"
#include "http/call.h"
#include "crypto/statuslist.h"
#include "tokens/claims.h"
#include "tokens/holder.h"
#include "tokens/proof.h"
#include "tokens/tokens.h"

extern const struct route tokens_routes[];

#define JWKS_BYTES_MAX 65536

static void put_jwt(struct json_out *w, const struct json *token, const struct json *jwt)
{
	struct buf text;

	buf_init(&text, JWS_LEN_MAX);
	tokens_put_answer_jwt(&text, token, jwt);
	w->buf->failed |= text.failed;
	json_put_text(w, buf_text(&text));
	buf_release(&text);
}

static void put_link(struct json_out *w, const struct call *c, const struct json *token)
{
	int64_t version = json_get_int(token, "version", 0);
	struct uuid id;

	if (c->caller.role == ROLE_CREATOR && version > 0 &&
	    uuid_parse(json_get_text(token, "id"), &id))
		holder_put_url(w, &c->caller.creator, &id, version);
	else
		json_kv_text(w, "holder_url", NULL);
}

static void put_token(struct buf *out, const struct call *c, const struct json *token)
{
	struct json_out w = json_to(out);

	json_open(&w, '{');
	for (const struct json *m = token->child; m != NULL; m = m->next) {
		json_key_span(&w, m->key);
		if (span_eq(m->key, "jwt") && m->type == JSON_OBJECT)
			put_jwt(&w, token, m);
		else
			json_put_tree(&w, m);
	}
	put_link(&w, c, token);
	json_close(&w, '}');
}

static void render_token(struct call *c, const struct db_row *row)
{
	struct span body = db_text(row, 1);
	const struct json *token;
	struct buf out;
	char why[128];

	buf_init(&out, body.len * 2 + (size_t)2 * JWS_LEN_MAX);
	token = json_parse(&c->arena, body.ptr, body.len, why, sizeof(why));
	if (token != NULL)
		put_token(&out, c, token);
	if (token != NULL && !out.failed) {
		call_command_headers(c, row);
		call_answer_json(c, (int)db_int(row, 0), (struct span){buf_text(&out), out.len});
	} else {
		log_error("a token cannot be rendered: %s", token == NULL ? why : "too large");
		call_problem(c, 500, "internal_error", "Something went wrong on our side.", NULL);
	}
	buf_release(&out);
}

static void answer_jwks(struct call *c)
{
	struct buf out;

	buf_init(&out, JWKS_BYTES_MAX);
	tokens_put_jwks(&out);
	ASSERT(!out.failed); // a ring has at most KEYRING_MAX keys
	call_set_header(c, "cache-control", "public, max-age=300");
	call_answer_json(c, 200, (struct span){buf_text(&out), out.len});
	buf_release(&out);
}

static void render_status_list(struct call *c, const struct db_row *row)
{
	char cache[64];

	snprintf(cache, sizeof(cache), "public, max-age=%d", STATUSLIST_TTL_S);
	call_command_headers(c, row);
	call_set_header(c, "cache-control", cache);
	call_answer_json(c, (int)db_int(row, 0), db_text(row, 1));
	c->content_type = STATUSLIST_MEDIA_TYPE;
}

static const struct db_statement status_list_read = COMMAND(status_list_read);
static const struct db_statement token_read = COMMAND(token_read);
static const struct db_statement token_confirm = COMMAND(token_confirm);
static const struct db_statement token_cancel = COMMAND(token_cancel);

const struct route tokens_routes[] = {
    {.method = POST,
	.path = "/v1/drops/{drop}/claims",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.body = claim_fields,
	.statement = &claim_batch,
	.bind = claim_bind,
	.render = claim_render},
    {.method = GET,
	.path = "/v1/drops/{drop}/challenge",
	.roles = ROLES(ROLE_PUBLIC),
	.local = proof_challenge},
    {.method = GET,
	.path = "/v1/tokens/{token}",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.statement = &token_read,
	.render = render_token},
    {.method = POST,
	.path = "/v1/tokens/{token}/confirm",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &token_confirm,
	.render = render_token},
    {.method = POST,
	.path = "/v1/tokens/{token}/cancel",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &token_cancel,
	.render = render_token},
    {.method = GET,
	.path = "/v1/tokens/{token}/qr.svg",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &token_code,
	.render = holder_render_svg},
    {.method = GET,
	.path = "/v1/tokens/{token}/qr.png",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &token_code,
	.render = holder_render_png},
    {.method = GET,
	.path = "/t/{secret:text}",
	.roles = ROLES(ROLE_PUBLIC),
	.statement = &token_page,
	.bind = holder_bind,
	.render = holder_render},
    {.method = GET,
	.path = STATUSLIST_PATH "{list:text}",
	.roles = ROLES(ROLE_PUBLIC),
	.statement = &status_list_read,
	.render = render_status_list},
    {.method = GET,
	.path = "/.well-known/jwks.json",
	.roles = ROLES(ROLE_PUBLIC),
	.flags = ROUTE_NO_DATABASE,
	.local = answer_jwks},
    {0},
};
