// SPDX-License-Identifier: Apache-2.0
//
// Creators, partners and their keys. A key is made here and shown once. The database gets its hash,
// and its text only sealed (AES-256-GCM under a key derived from the server's secret): the sealed
// text is part of the answer that it remembers, so that a replay shows the same key. `render` opens
// it: what SQL answers as "sealed_api_key" goes out as "api_key". The seal's context is the
// answer's id.
//
// Owns the ring of the sealing key, alive until the process ends.
#include "auth/auth_api.h"

#include <string.h>

#include "base/log.h"
#include "crypto/apikey.h"
#include "crypto/seal.h"
#include "http/call.h"

#define SEALED_MAX 512

static const char sealed_name[] = "sealed_api_key";
static struct seal_ring *ring;

void auth_api_start(const uint8_t secret[32])
{
	static const char label[] = "roadshow-api-key-seal/v1";
	struct digest key = hmac_sha256(secret, 32, label, sizeof(label) - 1);

	seal_ring_release(ring);
	ring = seal_ring_of(key.b);
	crypto_wipe(&key, sizeof(key));
}

// ---- making a key -------------------------------------------------------------------------------

static struct span span_of_uuid(const struct uuid *u)
{
	return (struct span){(const char *)u->b, sizeof(u->b)};
}

// The member p.key: {id, sha256, sealed}.
static void put_key(struct json_out *w, const struct call *c, const struct apikey *key)
{
	char text[APIKEY_LEN + 1];
	struct digest hash;
	struct buf hex, sealed, shown;

	buf_init(&hex, (size_t)2 * DIGEST_LEN);
	buf_init(&sealed, SEALED_MAX);
	buf_init(&shown, SEALED_MAX);
	apikey_make(key, text);
	hash = apikey_hash(span_of(text));
	str_hex(&hex, hash.b, sizeof(hash.b));
	seal_put(&sealed, ring, span_of_uuid(&c->new_id), span_of(text));
	str_base64url(&shown, sealed.data, sealed.len);
	json_key(w, "key");
	json_open(w, '{');
	json_kv_uuid(w, "id", &key->id);
	json_kv_text(w, "sha256", buf_text(&hex));
	json_kv_text(w, "sealed", buf_text(&shown));
	json_close(w, '}');
	w->buf->failed |= hex.failed || sealed.failed || shown.failed;
	buf_release(&shown);
	buf_release(&sealed);
	buf_release(&hex);
	crypto_wipe(text, sizeof(text));
}

// p with `key` as its first member.
static struct span with_key(struct call *c, const struct apikey *key)
{
	struct span p = call_command_json(c), result = {NULL, 0};
	struct json_out w;
	struct buf b;

	if (p.ptr == NULL)
		return result;
	ASSERT(p.len > 2 && p.ptr[0] == '{');
	buf_init(&b, p.len + (size_t)4 * SEALED_MAX);
	w = json_to(&b);
	json_open(&w, '{');
	put_key(&w, c, key);
	buf_putc(&b, ',');
	buf_put(&b, p.ptr + 1, p.len - 1);
	if (!b.failed)
		result.ptr = arena_strndup(&c->arena, buf_text(&b), b.len);
	result.len = result.ptr != NULL ? b.len : 0;
	buf_release(&b);
	return result;
}

static bool bind_key(
    struct call *c, struct db_item *item, enum apikey_role role, struct uuid owner, struct uuid id)
{
	struct apikey key = {.role = role, .creator = owner, .id = id};
	struct span p = with_key(c, &key);

	if (p.ptr == NULL) {
		call_problem(c, 413, "body_too_large", "The request is too large.", NULL);
		return false;
	}
	item->values[call_bind_caller(c, item)] = (struct db_value){.text = p};
	return true;
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

static bool open_key(struct buf *out, const struct json *answer)
{
	struct span text = json_get_text(answer, sealed_name);
	uint8_t sealed[SEALED_MAX];
	struct uuid id;
	size_t len;

	return uuid_parse(json_get_text(answer, "id"), &id) &&
	       str_base64url_decode(text, sealed, sizeof(sealed), &len) &&
	       seal_open(out, ring, span_of_uuid(&id), (struct span){(const char *)sealed, len}) ==
		   SEAL_OK;
}

static void put_answer(struct buf *out, const struct json *answer, const struct buf *key)
{
	struct json_out w = json_to(out);

	json_open(&w, '{');
	for (const struct json *m = answer->child; m != NULL; m = m->next) {
		if (span_eq(m->key, sealed_name)) {
			json_kv_text(&w, "api_key", buf_text(key));
		} else {
			json_key_span(&w, m->key);
			json_put_tree(&w, m);
		}
	}
	json_close(&w, '}');
}

static void render_key(struct call *c, const struct db_row *row)
{
	struct span body = db_text(row, 1);
	const struct json *answer;
	struct buf key, out;
	char why[128];

	buf_init(&key, SEALED_MAX);
	buf_init(&out, body.len + SEALED_MAX);
	answer = json_parse(&c->arena, body.ptr, body.len, why, sizeof(why));
	if (answer != NULL && open_key(&key, answer)) {
		put_answer(&out, answer, &key);
		call_command_headers(c, row);
		call_answer_json(c, (int)db_int(row, 0), (struct span){buf_text(&out), out.len});
		crypto_wipe(key.data, key.len);
		crypto_wipe(out.data, out.len);
	} else { // a replay after the server's secret was changed
		log_error("a sealed API key cannot be opened");
		call_problem(c, 500, "internal_error",
		    "The key was made, but it cannot be shown again; make another one.", NULL);
	}
	buf_release(&out);
	buf_release(&key);
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
