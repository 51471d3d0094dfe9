// SPDX-License-Identifier: Apache-2.0
//
// Reads a contact, and seals what is kept of it. Borrows the ring of contact keys.
#include "auth/person.h"

#include <stdio.h>
#include <string.h>

#define CONTEXT_LEN (16 + DIGEST_LEN)
#define TEXT_BYTES_MAX 2048 // of a contact as JSON, escapes included

static const struct seal_ring *ring;

void person_start(const struct seal_ring *contact_keys)
{
	ring = contact_keys;
}

const struct field person_fields[] = {
    {.name = "email", .type = FIELD_TEXT, .min = 1, .max = 254},
    {.name = "phone", .type = FIELD_TEXT, .min = 1, .max = 64},
    {0},
};

const char *person_read(
    struct person *p, const struct uuid *creator, const struct json *contact, const char **member)
{
	struct span email = json_get_text(contact, "email"),
		    phone = json_get_text(contact, "phone");
	bool is_email = email.ptr != NULL;

	*member = "";
	if (is_email == (phone.ptr != NULL))
		return "A contact is an email or a phone number, one of them.";
	p->kind = is_email ? CONTACT_EMAIL : CONTACT_PHONE;
	p->given = is_email ? email : phone;
	*member = is_email ? "/email" : "/phone";
	if (!contact_normalise(p->kind, p->given, p->normalised))
		return is_email
			   ? "This is no email address."
			   : "This is no phone number with its country code, like +1 555 123 4567.";
	p->buyer_key = contact_buyer_key(creator, p->normalised);
	return NULL;
}

const struct person *person_of(struct call *c, const struct json *contact, const char *at)
{
	struct person *p = arena_alloc(&c->arena, sizeof(*p));
	const char *member, *wrong;
	char pointer[64];

	if (p == NULL) {
		call_problem(c, 413, "body_too_large", "The request is too large.", NULL);
		return NULL;
	}
	wrong = person_read(p, &c->caller.creator, contact, &member);
	if (wrong == NULL)
		return p;
	snprintf(pointer, sizeof(pointer), "%s%s", at, member);
	call_problem(c, 422, "validation_failed", wrong, pointer);
	return NULL;
}

// ---- what is kept -------------------------------------------------------------------------------

struct digest person_commitment(const uint8_t salt[PERSON_SALT_LEN], const struct person *p)
{
	static const char domain[] = "roadshow-contact/v1"; // its NUL belongs to it
	struct sha256 *h = sha256_start();

	sha256_put(h, domain, sizeof(domain));
	sha256_put(h, salt, PERSON_SALT_LEN);
	sha256_put(h, p->normalised, strlen(p->normalised));
	return sha256_finish(h);
}

void person_commit(const uint8_t salt[PERSON_SALT_LEN], const struct person *p, char *out)
{
	struct digest d = person_commitment(salt, p);

	digest_text(&d, out);
}

static struct span place_of(
    const struct uuid *creator, const struct person *p, uint8_t context[CONTEXT_LEN])
{
	memcpy(context, creator->b, sizeof(creator->b));
	memcpy(context + sizeof(creator->b), p->buyer_key.b, sizeof(p->buyer_key.b));
	return (struct span){(const char *)context, CONTEXT_LEN};
}

void person_seal(struct buf *out, const struct uuid *creator, const struct person *p)
{
	uint8_t context[CONTEXT_LEN];
	struct buf text;
	struct json_out w;

	buf_init(&text, TEXT_BYTES_MAX);
	w = json_to(&text);
	json_open(&w, '{');
	json_key(&w, p->kind == CONTACT_EMAIL ? "email" : "phone");
	json_put_span(&w, p->given);
	json_close(&w, '}');
	ASSERT(!text.failed); // 254 characters, each at most 6 bytes when escaped
	seal_put(
	    out, ring, place_of(creator, p, context), (struct span){buf_text(&text), text.len});
	crypto_wipe(text.data, text.len);
	buf_release(&text);
}

enum seal_result person_open(
    struct buf *out, const struct uuid *creator, const struct person *p, struct span sealed)
{
	uint8_t context[CONTEXT_LEN];

	return seal_open(out, ring, place_of(creator, p, context), sealed);
}
