// SPDX-License-Identifier: Apache-2.0
//
// Everything here is the call's. A contact leaves this file as a buyer key and a commitment.
#include "tokens/passing.h"

#include "auth/person.h"
#include "http/command.h"
#include "tokens/claims.h"
#include "tokens/render.h"
#include "tokens/tokens.h"

extern const struct route passing_routes[];

#define VERSION_MAX 1000000

const struct field payment_fields[] = {
    {.name = "reference", .type = FIELD_TEXT, .required = true, .min = 1, .max = 128},
    {0},
};
static const struct field transfer_fields[] = {
    {.name = "to", .type = FIELD_OBJECT, .required = true, .members = person_fields},
    {.name = "version", .type = FIELD_INT, .required = true, .min = 1, .max = VERSION_MAX},
    {0},
};
static const struct field resale_fields[] = {
    {.name = "price", .type = FIELD_MONEY},
    {.name = "version", .type = FIELD_INT, .required = true, .min = 1, .max = VERSION_MAX},
    {0},
};
static const struct field settle_fields[] = {
    {.name = "payment", .type = FIELD_OBJECT, .required = true, .members = payment_fields},
    {0},
};
static const struct field provenance_fields[] = {
    {.name = "token", .type = FIELD_TEXT, .min = 1, .max = JWS_LEN_MAX},
    {0},
};

// ---- binding ------------------------------------------------------------------------------------

static bool put_kid(struct call *c, struct json_out *w, const void *arg)
{
	(void)c;
	(void)arg;
	json_kv_text(w, "kid", tokens_kid());
	return true;
}

static bool bind_settle(struct call *c, struct db_item *item)
{
	return command_bind(c, item, put_kid, NULL);
}

static void put_bytes(struct json_out *w, const char *name, struct span bytes)
{
	json_key(w, name);
	json_put_hex(w, bytes.ptr, bytes.len);
}

static bool put_recipient(struct call *c, struct json_out *w, const void *arg)
{
	const struct person *p = person_of(c, json_get(c->json, "to"), "/to");
	struct db_value v[2];

	if (p == NULL)
		return false;
	if (contact_is_disposable(p->normalised)) {
		call_problem(c, 422, "contact_not_accepted",
		    "Addresses at this domain are not accepted; use one that is theirs.",
		    "/to/email");
		return false;
	}
	claim_bind_holder(c, p, v);
	put_bytes(w, "buyer", (struct span){(const char *)p->buyer_key.b, sizeof(p->buyer_key.b)});
	put_bytes(w, "holder", v[0].text);
	put_bytes(w, "salt", v[1].text);
	return put_kid(c, w, arg);
}

static bool bind_transfer(struct call *c, struct db_item *item)
{
	return command_bind(c, item, put_recipient, NULL);
}

// The version of the token's text that is shown; null when none is. A text that is not this token's is an
// error.
static bool put_shown(struct call *c, struct json_out *w, const void *arg)
{
	struct uuid token = call_param_uuid(c, "token");
	struct span text = json_get_text(c->json, "token");
	struct token_claims claims;

	(void)arg;
	if (text.ptr == NULL && c->caller.role == ROLE_STOREFRONT) {
		call_problem(c, 422, "token_required",
		    "A storefront key asks for a holder, who shows the token's text.", "/token");
		return false;
	}
	json_key(w, "shown");
	if (text.ptr == NULL) {
		json_put_null(w);
		return true;
	}
	if (token_parse(&c->arena, text, tokens_ring(), &claims) != JWS_OK ||
	    !uuid_eq(&claims.token, &token)) {
		call_problem(c, 422, "token_invalid", "This is no text of this token.", "/token");
		return false;
	}
	json_put_int(w, claims.version);
	return true;
}

static bool bind_provenance(struct call *c, struct db_item *item)
{
	return command_bind(c, item, put_shown, NULL);
}

// ---- the table ----------------------------------------------------------------------------------

static const struct db_statement token_transfer = COMMAND(token_transfer);
static const struct db_statement token_provenance = COMMAND(token_provenance);
static const struct db_statement resale_list = COMMAND(resale_list);
static const struct db_statement resale_read = COMMAND(resale_read);
static const struct db_statement resale_withdraw = COMMAND(resale_withdraw);
static const struct db_statement resale_settle = COMMAND(resale_settle);

const struct route passing_routes[] = {
    {.method = POST,
	.path = "/v1/tokens/{token}/transfer",
	.roles = ROLES(ROLE_CREATOR),
	.body = transfer_fields,
	.statement = &token_transfer,
	.bind = bind_transfer,
	.render = tokens_render_private},
    {.method = POST, // for a token's text must not stand in an address; it changes nothing
	.path = "/v1/tokens/{token}/provenance",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.flags = ROUTE_NO_IDEMPOTENCY,
	.body = provenance_fields,
	.statement = &token_provenance,
	.bind = bind_provenance},
    {.method = POST,
	.path = "/v1/tokens/{token}/resale",
	.roles = ROLES(ROLE_CREATOR),
	.body = resale_fields,
	.statement = &resale_list},
    {.method = GET,
	.path = "/v1/tokens/{token}/resale",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &resale_read},
    {.method = POST,
	.path = "/v1/tokens/{token}/resale/withdraw",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &resale_withdraw},
    {.method = POST,
	.path = "/v1/tokens/{token}/resale/settle",
	.roles = ROLES(ROLE_CREATOR),
	.body = settle_fields,
	.statement = &resale_settle,
	.bind = bind_settle,
	.render = tokens_render_private},
    {0},
};
