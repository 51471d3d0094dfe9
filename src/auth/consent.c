// SPDX-License-Identifier: Apache-2.0
//
// Seals contacts for the database. What a claim binds lives in the call's arena.
#include "auth/consent.h"

#include "base/clock.h"

#define PURPOSES_MAX 8
#define CONSENT_BYTES_MAX 4096

static const struct field purpose[] = {{.type = FIELD_TEXT, .min = 1, .max = 40}, {0}};

// clang-format off
#define CONSENT_MEMBERS                                                                                    \
	{.name = "marketing", .type = FIELD_BOOL},                                                 \
	{.name = "purposes", .type = FIELD_ARRAY, .min = 0, .max = PURPOSES_MAX, .members = purpose}, \
	{.name = "retain_until", .type = FIELD_TIME}
// clang-format on

const struct field consent_fields[] = {CONSENT_MEMBERS, {0}};
const struct field consent_told_fields[] = {
    {.name = "contact", .type = FIELD_OBJECT, .required = true, .members = person_fields},
    {.name = "withdrawn", .type = FIELD_BOOL},
    CONSENT_MEMBERS,
    {0},
};

static struct span kept(struct call *c, struct buf *text)
{
	char *copy = text->failed ? NULL : arena_strndup(&c->arena, buf_text(text), text->len);
	struct span s = {copy, text->len};

	buf_release(text);
	return s;
}

static void put_member(struct json_out *w, const struct json *consent, const char *name)
{
	const struct json *m = json_get(consent, name);

	if (m == NULL)
		return;
	json_key(w, name);
	json_put_tree(w, m);
}

// In UTC: RFC 3339 allows offsets that PostgreSQL refuses.
static void put_until(struct json_out *w, const struct json *consent)
{
	struct span text = json_get_text(consent, "retain_until");
	int64_t at_us;

	if (text.ptr == NULL || !clock_parse(text, &at_us))
		return; // there is none, for what is there was checked
	json_key(w, "retain_until");
	json_put_time(w, at_us);
}

void consent_put(struct json_out *w, const struct json *consent, const struct person *p)
{
	uint8_t salt[PERSON_SALT_LEN];
	char commitment[DIGEST_TEXT_LEN + 1];

	ids_random(salt, sizeof(salt));
	person_commit(salt, p, commitment);
	put_member(w, consent, "marketing");
	put_member(w, consent, "purposes");
	put_until(w, consent);
	json_key(w, "salt");
	json_put_hex(w, salt, sizeof(salt));
	json_kv_text(w, "commitment", commitment);
}

static struct span consent_json(struct call *c, const struct json *consent, const struct person *p)
{
	struct buf out;
	struct json_out w;

	buf_init(&out, CONSENT_BYTES_MAX);
	w = json_to(&out);
	json_open(&w, '{');
	consent_put(&w, consent, p);
	json_close(&w, '}');
	return kept(c, &out);
}

bool consent_bind(struct call *c, const struct person *p, struct db_value *v)
{
	const struct json *consent = json_get(c->json, "consent");
	struct buf sealed;

	v[0] = v[1] = (struct db_value){.is_null = true};
	if (consent == NULL)
		return true;
	buf_init(&sealed, CONSENT_SEALED_BYTES_MAX);
	person_seal(&sealed, &c->caller.creator, p);
	v[0] = (struct db_value){.text = kept(c, &sealed)};
	v[1] = (struct db_value){.text = consent_json(c, consent, p)};
	if (v[0].text.ptr != NULL && v[1].text.ptr != NULL)
		return true;
	call_problem(c, 413, "body_too_large", "The request is too large.", NULL);
	return false;
}
