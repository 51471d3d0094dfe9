// SPDX-License-Identifier: Apache-2.0
//
// Export and erasure. The contact in the body becomes a key here and goes no further: neither the
// database nor a log sees it.
//
// The salt of an erasure's commitment follows from the server's secret and the Idempotency-Key: a
// replay tells the same one, nothing stores it, and it is gone with the key.
#include "privacy/privacy_api.h"

#include <string.h>

#include "auth/person.h"
#include "base/log.h"

extern const struct route privacy_routes[];

#define STATEMENT_MS 30000 // reads all that a creator has; rare
#define SEALED_BYTES_MAX 4096
#define CONTACT_BYTES_MAX 2048
#define ANSWER_MORE_BYTES 4096 // than what the database answered

static uint8_t server_secret[32];

void privacy_start(const uint8_t secret[32])
{
	memcpy(server_secret, secret, sizeof(server_secret));
}

// Of the call's contact; the same at every step of the call. NULL when the call has its problem.
static const struct person *person_in(struct call *c)
{
	if (c->prepared == NULL)
		c->prepared =
		    (void *)(uintptr_t)person_of(c, json_get(c->json, "contact"), "/contact");
	return c->prepared;
}

static struct db_value bytes_of(const void *data, size_t len)
{
	return (struct db_value){.text = {data, len}};
}

static void fail(struct call *c, const char *why)
{
	log_error("privacy: %s", why);
	call_problem(c, 500, "internal_error", "Something went wrong on our side.", NULL);
}

// The database's answer as a tree; NULL when the call has its problem.
static const struct json *answer_of(struct call *c, const struct db_row *row)
{
	struct span body = db_text(row, 1);
	char why[128];
	const struct json *answer = json_parse(&c->arena, body.ptr, body.len, why, sizeof(why));

	if (answer == NULL)
		fail(c, why);
	return answer;
}

// ---- export -------------------------------------------------------------------------------------

static const struct db_statement privacy_export = {
    .name = "privacy_export",
    .sql = "select (a).status, (a).body, (a).etag, (a).location, (a).replayed from "
	   "api.privacy_export($1, row($2, $3, $4, $5, $6, $7)::api.caller, $8) as a",
    .columns = 7,
    .types = {DB_UUID, DB_TEXT, DB_UUID, DB_UUID, DB_TEXT, DB_BYTEA, DB_BYTEA},
    .deadline_ms = STATEMENT_MS,
};

static bool bind_export(struct call *c, struct db_item *item)
{
	const struct person *p = person_in(c);

	if (p == NULL)
		return false;
	item->values[call_bind_caller(c, item)] = bytes_of(p->buyer_key.b, sizeof(p->buyer_key.b));
	return true;
}

// A contact that was kept, opened; null when its key is gone: then nobody can tell what it was. And null
// when there is none any more.
static void put_contact(struct json_out *w, struct call *c, struct span sealed)
{
	uint8_t bytes[SEALED_BYTES_MAX];
	size_t len = 0;
	struct buf text;

	buf_init(&text, CONTACT_BYTES_MAX);
	json_key(w, "contact");
	if (sealed.ptr == NULL) {
		json_put_null(w);
	} else if (str_base64_decode(sealed, bytes, sizeof(bytes), &len) &&
		   person_open(&text, &c->caller.creator, person_in(c),
		       (struct span){(const char *)bytes, len}) == SEAL_OK) {
		json_put_raw(w, (struct span){buf_text(&text), text.len});
		crypto_wipe(text.data, text.len);
	} else {
		log_error("privacy: a stored contact cannot be opened");
		json_put_null(w);
	}
	buf_release(&text);
}

static void put_stored(struct json_out *w, struct call *c, const struct json *stored)
{
	if (stored->type != JSON_OBJECT) {
		json_put_null(w);
		return;
	}
	json_open(w, '{');
	for (const struct json *m = stored->child; m != NULL; m = m->next) {
		if (span_eq(m->key, "sealed")) {
			put_contact(w, c, m->text);
			continue;
		}
		json_key_span(w, m->key);
		json_put_tree(w, m);
	}
	json_close(w, '}');
}

static void put_told(struct json_out *w, struct call *c, const struct json *told)
{
	json_open(w, '[');
	for (const struct json *t = told->child; t != NULL; t = t->next)
		put_stored(w, c, t);
	json_close(w, ']');
}

static void render_export(struct call *c, const struct db_row *row)
{
	const struct json *answer = answer_of(c, row);
	struct buf out;
	struct json_out w;

	if (answer == NULL)
		return;
	buf_init(&out, 2 * db_text(row, 1).len + ANSWER_MORE_BYTES);
	w = json_to(&out);
	json_open(&w, '{');
	for (const struct json *m = answer->child; m != NULL; m = m->next) {
		json_key_span(&w, m->key);
		if (span_eq(m->key, "stored"))
			put_stored(&w, c, m);
		else if (span_eq(m->key, "told"))
			put_told(&w, c, m);
		else
			json_put_tree(&w, m);
	}
	json_close(&w, '}');
	call_set_header(c, "cache-control", "no-store");
	if (out.failed)
		fail(c, "an export is too large");
	else
		call_answer_json(c, 200, (struct span){buf_text(&out), out.len});
	crypto_wipe(out.data, out.len);
	buf_release(&out);
}

// ---- erasing ------------------------------------------------------------------------------------

static const struct db_statement privacy_erase = {
    .name = "privacy_erase",
    .sql = "select (a).status, (a).body, (a).etag, (a).location, (a).replayed from "
	   "api.privacy_erase($1, row($2, $3, $4, $5, $6, $7)::api.caller, $8, $9, $10, $11) as a",
    .columns = 10,
    .types = {DB_UUID, DB_TEXT, DB_UUID, DB_UUID, DB_TEXT, DB_BYTEA, // the caller
	DB_UUID, DB_TEXT, DB_BYTEA, DB_BYTEA}, // new id, commitment, the person's key, blind key
    .deadline_ms = STATEMENT_MS,
};

static struct digest salt_of(const struct call *c)
{
	static const char domain[] = "erase";
	struct buf name;
	struct digest salt;

	buf_init(&name, 512);
	buf_put(&name, domain, sizeof(domain));
	buf_put(&name, c->caller.creator.b, sizeof(c->caller.creator.b));
	buf_put(&name, c->caller.key.b, sizeof(c->caller.key.b));
	buf_put(&name, c->idem_key.ptr, c->idem_key.len);
	ASSERT(!name.failed);
	salt = hmac_sha256(server_secret, sizeof(server_secret), name.data, name.len);
	buf_release(&name);
	return salt;
}

static bool bind_erase(struct call *c, struct db_item *item)
{
	const struct person *p = person_in(c);
	char *commitment = arena_alloc(&c->arena, DIGEST_TEXT_LEN + 1);
	uint8_t *blind = arena_alloc(&c->arena, DIGEST_LEN);
	struct digest salt = salt_of(c);
	size_t n;

	if (p == NULL)
		return false;
	ASSERT(commitment != NULL && blind != NULL); // a few bytes of 64 MiB
	person_commit(salt.b, p, commitment);
	ids_random(blind, DIGEST_LEN);
	n = call_bind_caller(c, item);
	item->values[n++] = (struct db_value){.uuid = c->new_id};
	item->values[n++] = (struct db_value){.text = span_of(commitment)};
	item->values[n++] = bytes_of(p->buyer_key.b, sizeof(p->buyer_key.b));
	item->values[n++] = bytes_of(blind, DIGEST_LEN);
	ASSERT(n == privacy_erase.columns);
	return true;
}

static void render_erase(struct call *c, const struct db_row *row)
{
	const struct json *answer = answer_of(c, row);
	struct digest salt = salt_of(c);
	struct buf out, hex;
	struct json_out w;

	if (answer == NULL)
		return;
	buf_init(&hex, (size_t)2 * DIGEST_LEN);
	str_hex(&hex, salt.b, sizeof(salt.b));
	buf_init(&out, db_text(row, 1).len + ANSWER_MORE_BYTES);
	w = json_to(&out);
	json_open(&w, '{');
	for (const struct json *m = answer->child; m != NULL; m = m->next) {
		json_key_span(&w, m->key);
		json_put_tree(&w, m);
	}
	json_kv_text(&w, "salt", buf_text(&hex));
	json_close(&w, '}');
	ASSERT(!out.failed);
	call_command_headers(c, row);
	call_answer_json(c, (int)db_int(row, 0), (struct span){buf_text(&out), out.len});
	buf_release(&out);
	buf_release(&hex);
}

// ---- the table ----------------------------------------------------------------------------------

static const struct field fields[] = {
    {.name = "contact", .type = FIELD_OBJECT, .required = true, .members = person_fields},
    {0},
};

const struct route privacy_routes[] = {
    {.method = POST, // for the contact must not stand in an address; it changes nothing
	.path = "/v1/privacy/export",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_NO_IDEMPOTENCY,
	.body = fields,
	.statement = &privacy_export,
	.bind = bind_export,
	.render = render_export},
    {.method = POST,
	.path = "/v1/privacy/erase",
	.roles = ROLES(ROLE_CREATOR),
	.body = fields,
	.statement = &privacy_erase,
	.bind = bind_erase,
	.render = render_erase},
    {0},
};
