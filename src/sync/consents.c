// SPDX-License-Identifier: Apache-2.0
//
// Opens what a device encrypted, and seals it for the database. What was open is wiped; its tree is the
// event's scratch memory, which is released with the event.
#include "sync/consents.h"

#include <stdio.h>
#include <string.h>

#include "auth/consent.h"
#include "crypto/digest.h"
#include "crypto/jwe.h"

#define REASON_MAX 320

// Text that lives as long as the event. It stays with the event when the event's line is redacted, so
// nothing that was encrypted may be in it.
static const char *reason(struct arena *scratch, const char *at, const char *detail)
{
	char text[REASON_MAX];
	int len = snprintf(text, sizeof(text), "%s%s%s", at, at[0] != '\0' ? ": " : "", detail);
	const char *kept = arena_strndup(
	    scratch, text, len < 0 || len >= REASON_MAX ? REASON_MAX - 1 : (size_t)len);

	return kept != NULL ? kept : "what it says cannot be understood";
}

static void put_sealed(struct json_out *w, const struct uuid *creator, const struct person *p)
{
	struct buf sealed;

	buf_init(&sealed, CONSENT_SEALED_BYTES_MAX);
	person_seal(&sealed, creator, p);
	ASSERT(!sealed.failed);
	json_key(w, "sealed");
	json_put_hex(w, sealed.data, sealed.len);
	buf_release(&sealed);
}

static const char *put_told(const struct kind_reader *r, const struct json *told,
    struct arena *scratch, struct json_out *w, const char **code)
{
	const struct json *withdrawn = json_get(told, "withdrawn");
	bool gone = withdrawn != NULL && withdrawn->boolean;
	struct field_errors errors = {0};
	struct person p;
	const char *member, *wrong;
	char at[64];

	if (!field_check(consent_told_fields, told, "", &errors))
		return strcmp(errors.list[0].code, "unknown_member") == 0
			   ? "it has a member that is not known"
			   : reason(scratch, errors.list[0].pointer, errors.list[0].detail);
	wrong = person_read(&p, &r->creator, json_get(told, "contact"), &member);
	snprintf(at, sizeof(at), "/contact%s", member);
	if (wrong != NULL)
		return reason(scratch, at, wrong);
	if (contact_is_disposable(p.normalised) && !gone) {
		*code = "contact_not_accepted";
		return reason(scratch, at, "addresses at this domain are not accepted");
	}
	json_key(w, "buyer");
	json_put_hex(w, p.buyer_key.b, DIGEST_LEN);
	json_key(w, "withdrawn");
	json_put_bool(w, gone);
	if (!gone) {
		put_sealed(w, &r->creator, &p);
		consent_put(w, told, &p);
	}
	crypto_wipe(p.normalised, sizeof(p.normalised));
	return NULL;
}

const char *consents_open(const struct kind_reader *r, struct span jwe, struct arena *scratch,
    struct json_out *w, const char **code)
{
	char why[160];
	const struct json *told;
	const char *wrong;
	enum jwe_result result;
	struct buf plain;

	buf_init(&plain, JWE_PLAIN_MAX);
	result = jwe_open(scratch, jwe, r->consents,
	    (struct span){(const char *)r->device.b, sizeof(r->device.b)}, &plain);
	if (result != JWE_OK) {
		*code = result == JWE_UNKNOWN_KEY ? "consent_key_unknown" : "undecryptable";
		wrong = jwe_result_text(result);
		goto out;
	}
	*code = "malformed";
	told = json_parse(scratch, plain.data, plain.len, why, sizeof(why));
	if (told == NULL)
		wrong = "what is encrypted is not JSON"; // the parser's words would show what it is
	else if (told->type != JSON_OBJECT)
		wrong = "what is encrypted is an object";
	else
		wrong = put_told(r, told, scratch, w, code);
out:
	if (plain.data != NULL)
		crypto_wipe(plain.data, plain.len);
	buf_release(&plain);
	return wrong;
}
