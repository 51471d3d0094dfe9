// SPDX-License-Identifier: Apache-2.0
//
// Claims, tokens, and the keys that verify them. Passing tokens on is in passing.c, the waitlist in
// waitlist.c.
#include <stdio.h>

#include "http/call.h"
#include "crypto/statuslist.h"
#include "tokens/claims.h"
#include "tokens/holder.h"
#include "tokens/passing.h"
#include "tokens/proof.h"
#include "tokens/render.h"
#include "tokens/tokens.h"

extern const struct route tokens_routes[];

#define JWKS_BYTES_MAX 65536

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

static const char *const deposit_ends[] = {"refund", "forfeit", NULL};
static const struct field confirm_fields[] = {
    {.name = "payment", .type = FIELD_OBJECT, .members = payment_fields},
    {0},
};
static const struct field cancel_fields[] = {
    {.name = "deposit", .type = FIELD_ENUM, .choices = deposit_ends},
    {0},
};

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
	.render = tokens_render},
    {.method = POST,
	.path = "/v1/tokens/{token}/confirm",
	.roles = ROLES(ROLE_CREATOR),
	.body = confirm_fields,
	.statement = &token_confirm,
	.render = tokens_render},
    {.method = POST,
	.path = "/v1/tokens/{token}/cancel",
	.roles = ROLES(ROLE_CREATOR),
	.body = cancel_fields,
	.statement = &token_cancel,
	.render = tokens_render},
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
