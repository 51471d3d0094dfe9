// SPDX-License-Identifier: Apache-2.0
//
// Venue devices. What is particular here is the enrolment code: `rse_<creator>_<secret>`, the creator
// as 22 characters of base64url, so that the look-up is one shard, and 32 random bytes as 43. It is
// shown once (auth/once.h); the database has its hash.
#include <string.h>

#include "auth/device.h"
#include "auth/once.h"
#include "crypto/keys.h"
#include "http/command.h"

extern const struct route devices_routes[];

#define CODE_PREFIX "rse_"
#define CODE_PREFIX_LEN (sizeof(CODE_PREFIX) - 1)
#define CODE_SECRET_LEN 43
#define CODE_LEN (CODE_PREFIX_LEN + UUID_SHORT_LEN + 1 + CODE_SECRET_LEN)

static void kv_hex(struct json_out *w, const char *key, const struct digest *d)
{
	json_key(w, key);
	json_put_hex(w, d->b, DIGEST_LEN);
}

// ---- POST /v1/events/{event}/devices ------------------------------------------------------------

static const char *const profiles[] = {"scan", "till", "manager", NULL};

static const struct field create_fields[] = {
    {.name = "name", .type = FIELD_TEXT, .required = true, .min = 1, .max = 200},
    {.name = "profile", .type = FIELD_ENUM, .required = true, .choices = profiles},
    {0},
};

static const struct db_statement device_create = COMMAND(device_create);

static void make_code(const struct uuid *creator, struct buf *code)
{
	uint8_t secret[32];
	char who[UUID_SHORT_LEN + 1];

	ids_random(secret, sizeof(secret));
	uuid_format_short(creator, who);
	buf_printf(code, CODE_PREFIX "%s_", who);
	str_base64url(code, secret, sizeof(secret));
	crypto_wipe(secret, sizeof(secret));
	ASSERT(!code->failed && code->len == CODE_LEN);
}

static bool put_code(struct call *c, struct json_out *w, const void *arg)
{
	struct buf code;
	struct digest hash;

	(void)arg;
	buf_init(&code, 256);
	make_code(&c->caller.creator, &code);
	hash = digest_sha256(code.data, code.len);
	kv_hex(w, "code_sha256", &hash);
	once_put(w, "sealed", c, (struct span){buf_text(&code), code.len});
	crypto_wipe(code.data, code.len);
	buf_release(&code);
	return true;
}

static bool bind_create(struct call *c, struct db_item *item)
{
	return command_bind(c, item, put_code, NULL);
}

static void render_create(struct call *c, const struct db_row *row)
{
	if (!once_render(c, row, "enrol_code"))
		call_problem(c, 409, "enrol_code_lost",
		    "The server's secret has changed since this code was made; revoke the device "
		    "and create another.",
		    NULL);
}

// ---- POST /v1/devices/enrol ---------------------------------------------------------------------

static const struct field enrol_fields[] = {
    {.name = "code", .type = FIELD_TEXT, .required = true, .min = 1, .max = 128},
    {.name = "public_key", .type = FIELD_ANY, .required = true},
    {0},
};

static const struct db_statement device_enrol = COMMAND(device_enrol);

// The creator that a code names; whether it is one of ours is for its hash to say.
static bool creator_of_code(struct span code, struct uuid *creator)
{
	return code.len == CODE_LEN && span_starts(code, CODE_PREFIX) &&
	       code.ptr[CODE_PREFIX_LEN + UUID_SHORT_LEN] == '_' &&
	       uuid_parse_short((struct span){code.ptr + CODE_PREFIX_LEN, UUID_SHORT_LEN}, creator);
}

static struct span jwk_text(struct call *c, const struct key *k)
{
	struct buf b;
	struct json_out w;
	struct span text;

	buf_init(&b, 1024);
	w = json_to(&b);
	key_jwk(&w, k);
	text.ptr = b.failed ? NULL : arena_strndup(&c->arena, buf_text(&b), b.len);
	text.len = b.len;
	buf_release(&b);
	return text;
}

// The device's key in our own writing, with its thumbprint.
static bool put_key(struct call *c, struct json_out *w)
{
	const struct json *jwk = json_get(c->json, "public_key");
	struct key *k = NULL;
	struct buf error;
	struct span text;
	bool ok = false;

	buf_init(&error, 256);
	if (jwk->type == JSON_OBJECT)
		k = key_from_jwk(jwk, &error);
	else
		buf_puts(&error, "a JWK is an object");
	if (k == NULL) {
		call_problem(c, 422, "invalid_public_key", buf_text(&error), "/public_key");
		goto out;
	}
	text = jwk_text(c, k);
	if (text.ptr == NULL) {
		call_problem(c, 413, "body_too_large", "The request is too large.", NULL);
		goto out;
	}
	json_key(w, "public_key");
	json_put_span(w, text);
	kv_hex(w, "thumbprint", key_thumbprint(k));
	ok = true;
out:
	key_release(k);
	buf_release(&error);
	return ok;
}

// p without the body: the code itself does not leave this process.
static bool bind_enrol(struct call *c, struct db_item *item)
{
	struct span code = json_get_text(c->json, "code"), p;
	struct digest hash = digest_sha256(code.ptr, code.len);
	struct json_out w;
	struct buf b;
	bool ok;

	if (!creator_of_code(code, &c->caller.creator)) {
		call_problem(c, 401, "enrol_code_invalid", "There is no such code.", "/code");
		return false;
	}
	buf_init(&b, 8192);
	w = json_to(&b);
	json_open(&w, '{');
	kv_hex(&w, "code_sha256", &hash);
	ok = put_key(c, &w);
	json_close(&w, '}');
	if (ok) {
		p = (struct span){arena_strndup(&c->arena, buf_text(&b), b.len), b.len};
		item->values[call_bind_caller(c, item)] = (struct db_value){.text = p};
		ok = p.ptr != NULL && !b.failed;
		if (!ok)
			call_problem(c, 413, "body_too_large", "The request is too large.", NULL);
	}
	buf_release(&b);
	return ok;
}

// ---- POST /v1/devices/roll ----------------------------------------------------------------------

static const struct field roll_fields[] = {
    {.name = "public_key", .type = FIELD_ANY, .required = true},
    {0},
};

static const struct db_statement device_roll = COMMAND(device_roll);

// The nonce of a signed request; a creator's has none.
static bool put_signature(struct call *c, struct json_out *w, const void *arg)
{
	(void)arg;
	json_key(w, "signature");
	if (c->signature == NULL) {
		json_put_null(w);
		return true;
	}
	json_open(w, '{');
	device_put_nonce(w, c->signature);
	json_close(w, '}');
	return true;
}

static bool put_roll(struct call *c, struct json_out *w, const void *arg)
{
	return put_key(c, w) && put_signature(c, w, arg);
}

static bool bind_roll(struct call *c, struct db_item *item)
{
	return command_bind(c, item, put_roll, NULL);
}

// ---- leases -------------------------------------------------------------------------------------

static const struct field lease_fields[] = {
    {.name = "drop_id", .type = FIELD_UUID, .required = true},
    {.name = "quantity", .type = FIELD_INT, .required = true, .min = 1, .max = 1000000},
    {.name = "until", .type = FIELD_TIME, .required = true},
    {0},
};

static const struct field return_fields[] = {
    {.name = "quantity", .type = FIELD_INT, .nullable = true, .min = 1, .max = 1000000},
    {0},
};

static const struct db_statement lease_create = COMMAND(lease_create);
static const struct db_statement lease_return = COMMAND(lease_return);
static const struct db_statement lease_extend = COMMAND(lease_extend);
static const struct db_statement lease_take = COMMAND(lease_take);

static const struct field extend_fields[] = {
    {.name = "until", .type = FIELD_TIME, .required = true},
    {0},
};

static const struct field redact_fields[] = {
    {.name = "reason", .type = FIELD_TEXT, .required = true, .min = 1, .max = 200},
    {0},
};

static bool bind_signed(struct call *c, struct db_item *item)
{
	return command_bind(c, item, put_signature, NULL);
}

// ---- the table ----------------------------------------------------------------------------------

static const struct db_statement device_list = COMMAND(device_list);
static const struct db_statement device_revoke = COMMAND(device_revoke);
static const struct db_statement device_release = COMMAND(device_release);
static const struct db_statement device_upload_read = COMMAND(device_upload_read);
static const struct db_statement event_redact = COMMAND(event_redact);
static const struct db_statement attendance_read = COMMAND(attendance_read);

const struct route devices_routes[] = {
    {.method = POST,
	.path = "/v1/events/{event}/devices",
	.roles = ROLES(ROLE_CREATOR),
	.body = create_fields,
	.statement = &device_create,
	.bind = bind_create,
	.render = render_create},
    {.method = GET,
	.path = "/v1/events/{event}/devices",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_LIST,
	.statement = &device_list},
    {.method = GET,
	.path = "/v1/events/{event}/attendance",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &attendance_read},
    {.method = POST,
	.path = "/v1/devices/enrol",
	.roles = ROLES(ROLE_ENROL),
	.body = enrol_fields,
	.statement = &device_enrol,
	.bind = bind_enrol},
    {.method = POST,
	.path = "/v1/devices/{device}/revoke",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &device_revoke},
    {.method = POST,
	.path = "/v1/devices/roll",
	.roles = ROLES(ROLE_DEVICE),
	.body = roll_fields,
	.statement = &device_roll,
	.bind = bind_roll},
    {.method = POST,
	.path = "/v1/devices/{device}/release",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &device_release},
    {.method = GET,
	.path = "/v1/devices/{device}/uploads/{n:text}",
	.roles = ROLES(ROLE_CREATOR),
	.statement = &device_upload_read},
    {.method = POST,
	.path = "/v1/devices/{device}/events/{seq:text}/redact",
	.roles = ROLES(ROLE_DEVICE | ROLE_CREATOR),
	.body = redact_fields,
	.statement = &event_redact,
	.bind = bind_signed},
    {.method = POST,
	.path = "/v1/leases",
	.roles = ROLES(ROLE_DEVICE),
	.body = lease_fields,
	.statement = &lease_create,
	.bind = bind_signed},
    {.method = POST,
	.path = "/v1/leases/{lease}/return",
	.roles = ROLES(ROLE_DEVICE),
	.body = return_fields,
	.statement = &lease_return,
	.bind = bind_signed},
    {.method = POST,
	.path = "/v1/leases/{lease}/extend",
	.roles = ROLES(ROLE_DEVICE),
	.body = extend_fields,
	.statement = &lease_extend,
	.bind = bind_signed},
    {.method = POST,
	.path = "/v1/leases/{lease}/take",
	.roles = ROLES(ROLE_DEVICE | ROLE_CREATOR),
	.body = return_fields,
	.statement = &lease_take,
	.bind = bind_signed},
    {0},
};
