// SPDX-License-Identifier: Apache-2.0
//
// Seals contacts for the database. What is bound lives in the call's arena.
#include "tokens/consent.h"

#define PURPOSES_MAX 8
#define SEALED_BYTES_MAX 4096
#define CONSENT_BYTES_MAX 4096

static const struct field purpose[] = {{.type = FIELD_TEXT, .min = 1, .max = 40}, {0}};
const struct field consent_fields[] = {
    {.name = "marketing", .type = FIELD_BOOL},
    {.name = "purposes", .type = FIELD_ARRAY, .min = 0, .max = PURPOSES_MAX, .members = purpose},
    {.name = "retain_until", .type = FIELD_TIME},
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

// {"marketing", "purposes", "retain_until", "salt", "commitment"}.
static struct span put_consent(struct call *c, const struct json *consent, const struct person *p)
{
	uint8_t salt[PERSON_SALT_LEN];
	char commitment[DIGEST_TEXT_LEN + 1];
	struct buf out, hex;
	struct json_out w;

	ids_random(salt, sizeof(salt));
	person_commit(salt, p, commitment);
	buf_init(&hex, (size_t)2 * sizeof(salt));
	str_hex(&hex, salt, sizeof(salt));
	buf_init(&out, CONSENT_BYTES_MAX);
	w = json_to(&out);
	json_open(&w, '{');
	put_member(&w, consent, "marketing");
	put_member(&w, consent, "purposes");
	put_member(&w, consent, "retain_until");
	json_kv_text(&w, "salt", buf_text(&hex));
	json_kv_text(&w, "commitment", commitment);
	json_close(&w, '}');
	buf_release(&hex);
	return kept(c, &out);
}

bool consent_bind(struct call *c, const struct person *p, struct db_value *v)
{
	const struct json *consent = json_get(c->json, "consent");
	struct buf sealed;

	v[0] = v[1] = (struct db_value){.is_null = true};
	if (consent == NULL)
		return true;
	buf_init(&sealed, SEALED_BYTES_MAX);
	person_seal(&sealed, &c->caller.creator, p);
	v[0] = (struct db_value){.text = kept(c, &sealed)};
	v[1] = (struct db_value){.text = put_consent(c, consent, p)};
	if (v[0].text.ptr != NULL && v[1].text.ptr != NULL)
		return true;
	call_problem(c, 413, "body_too_large", "The request is too large.", NULL);
	return false;
}
