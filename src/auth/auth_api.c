// SPDX-License-Identifier: Apache-2.0
//
// Creators, partners and their keys. A key is made here and shown once (auth/once.h): what SQL
// answers as "sealed_api_key" goes out as "api_key".
#include "auth/once.h"
#include "base/log.h"
#include "crypto/apikey.h"
#include "http/call.h"
#include "http/command.h"

extern const struct route auth_routes[];

// ---- making a key -------------------------------------------------------------------------------

// The member p.key: {id, sha256, sealed}.
static bool put_key(struct call *c, struct json_out *w, const void *arg)
{
	const struct apikey *key = arg;
	char text[APIKEY_LEN + 1];
	struct digest hash;

	apikey_make(key, text);
	hash = apikey_hash(span_of(text));
	json_key(w, "key");
	json_open(w, '{');
	json_kv_uuid(w, "id", &key->id);
	json_key(w, "sha256");
	json_put_hex(w, hash.b, sizeof(hash.b));
	once_put(w, "sealed", c, span_of(text));
	json_close(w, '}');
	crypto_wipe(text, sizeof(text));
	return true;
}

static bool bind_key(
    struct call *c, struct db_item *item, enum apikey_role role, struct uuid owner, struct uuid id)
{
	struct apikey key = {.role = role, .creator = owner, .id = id};

	return command_bind(c, item, put_key, &key);
}

static bool bind_creator(struct call *c, struct db_item *item)
{
	return bind_key(c, item, APIKEY_CREATOR, c->new_id, ids_v7());
}

// A partner's key names the partner where others name their creator: its look-up is by partner.
static bool bind_partner(struct call *c, struct db_item *item)
{
	return bind_key(c, item, APIKEY_PARTNER, c->new_id, ids_v7());
}

static bool bind_own_key(struct call *c, struct db_item *item)
{
	bool storefront = span_eq(json_get_text(c->json, "role"), "storefront");

	return bind_key(
	    c, item, storefront ? APIKEY_STOREFRONT : APIKEY_CREATOR, c->caller.creator, c->new_id);
}

// ---- showing it ---------------------------------------------------------------------------------

static void render_key(struct call *c, const struct db_row *row)
{
	if (once_render(c, row, "api_key"))
		return;
	log_error("a sealed API key cannot be opened: the server's secret was changed");
	call_problem(c, 500, "internal_error",
	    "The key was made, but it cannot be shown again; make another one.", NULL);
}

// ---- the table ----------------------------------------------------------------------------------

static const struct field creator_fields[] = {
    {.name = "slug", .type = FIELD_TEXT, .required = true, .min = 1, .max = 63},
    {.name = "name", .type = FIELD_TEXT, .required = true, .min = 1, .max = 200},
    {0},
};
static const struct field partner_fields[] = {
    {.name = "name", .type = FIELD_TEXT, .required = true, .min = 1, .max = 200},
    {0},
};
static const char *const key_roles[] = {"creator", "storefront", NULL};
static const struct field key_fields[] = {
    {.name = "role", .type = FIELD_ENUM, .required = true, .choices = key_roles},
    {.name = "name", .type = FIELD_TEXT, .required = true, .min = 1, .max = 200},
    {0},
};

static const struct db_statement creator_create = COMMAND(creator_create);
static const struct db_statement partner_create = COMMAND(partner_create);
static const struct db_statement key_create = COMMAND(key_create);
static const struct db_statement key_list = COMMAND(key_list);
static const struct db_statement key_revoke = COMMAND(key_revoke);

const struct route auth_routes[] = {
    {.method = POST,
	.path = "/v1/creators",
	.roles = ROLES(ROLE_OPERATOR),
	.body = creator_fields,
	.statement = &creator_create,
	.bind = bind_creator,
	.render = render_key},
    {.method = POST,
	.path = "/v1/partners",
	.roles = ROLES(ROLE_OPERATOR),
	.body = partner_fields,
	.statement = &partner_create,
	.bind = bind_partner,
	.render = render_key},
    {.method = POST,
	.path = "/v1/keys",
	.roles = ROLES(ROLE_CREATOR),
	.body = key_fields,
	.statement = &key_create,
	.bind = bind_own_key,
	.render = render_key},
    {.method = GET,
	.path = "/v1/keys",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_LIST,
	.statement = &key_list},
    {.method = DELETE,
	.path = "/v1/keys/{key}",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &key_revoke},
    {0},
};
