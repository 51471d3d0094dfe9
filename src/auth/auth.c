// SPDX-License-Identifier: Apache-2.0
//
// Authentication. An attempt is at most three steps, each of which may wait for the database:
//
//   key in the cache? ──no──▶ look it up ──▶ compare the hash ──▶ partner? find the creator
//
// The cache is direct-mapped by key id and bounded; a wrong secret under a known id never evicts.
#include "auth/auth.h"

#include <stdlib.h>
#include <string.h>

#include "auth/device.h"
#include "base/clock.h"
#include "crypto/apikey.h"
#include "http/router.h"

#define KEY_CACHE_SLOTS 4096
#define KEY_CACHE_MS 10000

struct cached_key {
	struct uuid owner; // creator, or partner
	struct uuid id;
	struct digest secret;
	struct uuid subject;
	enum role role;
	int64_t until_mono_ms; // 0: empty
};

static struct {
	struct cached_key slots[KEY_CACHE_SLOTS];
	struct digest operator_secret;
	bool has_operator;
} auth;

static const struct db_statement key_lookup = {
    .name = "key_lookup",
    .sql = "select role, secret_sha256, subject_id, revoked from api.key_lookup($1, $2)",
    .columns = 1,
    .types = {DB_UUID},
};

static const struct db_statement partner_key_lookup = {
    .name = "partner_key_lookup",
    .sql = "select role, secret_sha256, subject_id, revoked from api.partner_key_lookup($1, $2)",
    .columns = 1,
    .types = {DB_UUID},
};

static const struct db_statement partner_resolve = {
    .name = "partner_resolve",
    .sql = "select api.partner_resolve($1, $2, $3)",
    .columns = 2,
    .types = {DB_TEXT, DB_UUID},
};

const struct db_statement *const auth_statements[] = {
    &key_lookup, &partner_key_lookup, &partner_resolve, &device_lookup_statement};
const size_t auth_statement_count = ARRAY_LEN(auth_statements);

void auth_start(const struct settings *s)
{
	auth.has_operator = str_hex_decode(span_of(s->operator_key_sha256), auth.operator_secret.b,
	    sizeof(auth.operator_secret.b));
}

static enum auth_result refuse(struct call *c, const char *code, const char *detail)
{
	call_set_header(c, "www-authenticate", "Bearer");
	call_problem(c, 401, code, detail, NULL);
	return AUTH_REFUSED;
}

static enum auth_result refuse_key(struct call *c)
{
	return refuse(c, "unauthorized", "This API key is not known.");
}

// ---- keys ---------------------------------------------------------------------------------------

static struct cached_key *slot_of(const struct uuid *id)
{
	// The random tail of a UUIDv7 spreads well.
	return &auth.slots[((size_t)id->b[14] << 8 | id->b[15]) % KEY_CACHE_SLOTS];
}

static bool role_of(struct span name, enum role *out)
{
	static const enum role roles[] = {ROLE_CREATOR, ROLE_STOREFRONT, ROLE_PARTNER};

	for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
		*out = roles[i];
		if (span_eq(name, call_role_name(roles[i])))
			return true;
	}
	return false;
}

static bool key_of_call(const struct call *c, struct apikey *key, struct span *text)
{
	static const char scheme[] = "Bearer ";
	struct span header = call_header(c, "authorization");
	size_t n = sizeof(scheme) - 1;

	if (header.len <= n || strncasecmp(header.ptr, scheme, n) != 0)
		return false;
	*text = (struct span){header.ptr + n, header.len - n};
	return apikey_parse(*text, key);
}

static void on_key(struct call *c, const struct db_outcome *o)
{
	struct cached_key found = {.until_mono_ms = clock_mono_ms() + KEY_CACHE_MS};
	struct apikey key;
	struct span text, secret;

	if (o->status != DB_OK) {
		call_database_problem(c, o);
		return;
	}
	if (!key_of_call(c, &key, &text) || o->row == NULL || db_bool(o->row, 3) ||
	    !role_of(db_text(o->row, 0), &found.role)) {
		(void)refuse_key(c);
		return;
	}
	secret = db_text(o->row, 1);
	ASSERT(secret.len == sizeof(found.secret.b));
	memcpy(found.secret.b, secret.ptr, sizeof(found.secret.b));
	found.owner = key.creator;
	found.id = key.id;
	found.subject = db_is_null(o->row, 2) ? (struct uuid){{0}} : db_uuid(o->row, 2);
	*slot_of(&key.id) = found;
}

static enum auth_result operator_call(struct call *c, struct span text)
{
	struct digest given = apikey_hash(text);

	if (!auth.has_operator || !digest_equal(&given, &auth.operator_secret))
		return refuse_key(c);
	c->caller.role = ROLE_OPERATOR;
	return AUTH_OK;
}

// ---- partners: in whose name? -------------------------------------------------------------------

static void on_creator(struct call *c, const struct db_outcome *o)
{
	if (o->status != DB_OK)
		call_database_problem(c, o);
	else if (o->row == NULL || db_is_null(o->row, 0))
		call_problem(
		    c, 404, "not_found", "There is no such thing, or it is not yours.", NULL);
	else
		c->caller.creator = db_uuid(o->row, 0);
}

// A partner works for several creators: the hub or pick list in the path tells for which now.
static enum auth_result partner_call(struct call *c)
{
	static const char *const kinds[] = {"hub", "picklist"};

	if (!(c->route->roles & ROLE_PARTNER) || !uuid_is_nil(&c->caller.creator))
		return AUTH_OK;
	for (size_t i = 0; i < c->param_count; i++) {
		for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
			if (!router_param_is(c->param_names[i], kinds[k]))
				continue;
			c->item.values[0] = (struct db_value){.text = span_of(kinds[k])};
			c->item.values[1] = (struct db_value){.uuid = call_param_uuid(c, kinds[k])};
			call_submit(c, &partner_resolve, &c->caller.subject, on_creator);
			return AUTH_WAIT;
		}
	}
	return AUTH_OK; // a list over all creators that granted the partner
}

static enum auth_result key_call(struct call *c)
{
	struct apikey key;
	struct span text;
	struct cached_key *slot;
	struct digest given;

	if (!key_of_call(c, &key, &text))
		return refuse(c, "unauthorized", "Send `Authorization: Bearer` with an API key.");
	if (key.role == APIKEY_OPERATOR)
		return operator_call(c, text);
	slot = slot_of(&key.id);
	if (slot->until_mono_ms < clock_mono_ms() || !uuid_eq(&slot->id, &key.id) ||
	    !uuid_eq(&slot->owner, &key.creator)) {
		bool partner = key.role == APIKEY_PARTNER;

		c->item.values[0] = (struct db_value){.uuid = key.id};
		call_submit(c, partner ? &partner_key_lookup : &key_lookup, &key.creator, on_key);
		return AUTH_WAIT;
	}
	given = apikey_hash(text);
	if (!digest_equal(&given, &slot->secret))
		return refuse_key(c);
	c->caller.role = slot->role;
	c->caller.key = slot->id;
	c->caller.subject = slot->subject;
	if (slot->role == ROLE_PARTNER)
		return partner_call(c);
	c->caller.creator = slot->owner;
	return AUTH_OK;
}

// ---- devices ------------------------------------------------------------------------------------

static void on_device(struct call *c, const struct db_outcome *o)
{
	if (o->status != DB_OK)
		call_database_problem(c, o);
	else if (o->row == NULL)
		(void)refuse(c, "unauthorized", "This device is not known.");
	else
		device_verify(c, o->row); // fills c->caller, or the call has its problem
}

static enum auth_result device_call(struct call *c)
{
	struct uuid creator, device;

	if (c->caller.role == ROLE_DEVICE)
		return AUTH_OK; // on_device() was here
	if (!device_key_id(c, &creator, &device))
		return AUTH_REFUSED; // the call has its problem
	c->item.values[0] = (struct db_value){.uuid = device};
	call_submit(c, &device_lookup_statement, &creator, on_device);
	return AUTH_WAIT;
}

enum auth_result auth_authenticate(struct call *c)
{
	if (call_header(c, "signature-input").ptr != NULL)
		return device_call(c);
	return key_call(c);
}
