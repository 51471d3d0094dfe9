// SPDX-License-Identifier: Apache-2.0
//
// Claims, tokens, and the keys that verify them. SQL answers a token with `jwt` as what its text is
// made of, {kid, nbf, exp}, or null; what goes out is the text.
#include "base/log.h"
#include "http/call.h"
#include "tokens/claims.h"
#include "tokens/tokens.h"

extern const struct route tokens_routes[];

#define JWKS_BYTES_MAX 65536

static bool claims_of_answer(
    const struct json *token, const struct json *jwt, struct token_claims *out)
{
	*out = (struct token_claims){
	    .serial = json_get_int(token, "serial", 0),
	    .version = json_get_int(token, "version", 0),
	    .not_before_s = json_get_int(jwt, "nbf", 0),
	    .expires_s = json_get_int(jwt, "exp", 0),
	};
	return uuid_parse(json_get_text(token, "id"), &out->token) &&
	       uuid_parse(json_get_text(token, "drop_id"), &out->drop);
}

static void put_jwt(struct json_out *w, const struct json *token, const struct json *jwt)
{
	struct token_claims claims;
	struct buf text;

	buf_init(&text, JWS_LEN_MAX);
	if (claims_of_answer(token, jwt, &claims))
		tokens_put_jwt(&text, json_get_text(jwt, "kid"), &claims);
	else
		text.failed = true;
	w->buf->failed |= text.failed;
	json_put_text(w, buf_text(&text));
	buf_release(&text);
}

static void put_token(struct buf *out, const struct json *token)
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
	json_close(&w, '}');
}

static void render_token(struct call *c, const struct db_row *row)
{
	struct span body = db_text(row, 1);
	const struct json *token;
	struct buf out;
	char why[128];

	buf_init(&out, body.len * 2 + JWS_LEN_MAX);
	token = json_parse(&c->arena, body.ptr, body.len, why, sizeof(why));
	if (token != NULL)
		put_token(&out, token);
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
	.path = "/.well-known/jwks.json",
	.roles = ROLES(ROLE_PUBLIC),
	.flags = ROUTE_NO_DATABASE,
	.local = answer_jwks},
    {0},
};
