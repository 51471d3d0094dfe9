// SPDX-License-Identifier: Apache-2.0
//
// Pure but for the random secret of a new key.
#include "crypto/apikey.h"

#include <string.h>

#define PREFIX "rs_"
#define ROLE_AT 3 // positions in the text
#define CREATOR_AT 5
#define ID_AT 28
#define SECRET_AT 51

_Static_assert(SECRET_AT + DIGEST_TEXT_LEN == APIKEY_LEN, "rs_r_<22>_<22>_<43>");

// Who acts for a creator names it; the operator has none; partners may serve many.
static bool creator_fits(const struct apikey *k)
{
	bool nil = uuid_is_nil(&k->creator);

	switch (k->role) {
	case APIKEY_OPERATOR:
		return nil;
	case APIKEY_CREATOR:
	case APIKEY_STOREFRONT:
		return !nil;
	case APIKEY_PARTNER:
		return true;
	default:
		return false;
	}
}

void apikey_make(const struct apikey *key, char *out)
{
	struct digest secret; // 32 bytes that become 43 characters

	ASSERT(creator_fits(key));
	ids_random(secret.b, sizeof(secret.b));
	memcpy(out, PREFIX, sizeof(PREFIX)); // each part ends in a NUL that the next overwrites
	out[ROLE_AT] = (char)key->role;
	uuid_format_short(&key->creator, out + CREATOR_AT);
	uuid_format_short(&key->id, out + ID_AT);
	digest_text(&secret, out + SECRET_AT);
	out[ROLE_AT + 1] = '_';
	out[ID_AT - 1] = '_';
	out[SECRET_AT - 1] = '_';
	crypto_wipe(&secret, sizeof(secret));
}

static struct span part(struct span text, size_t at, size_t len)
{
	return (struct span){.ptr = text.ptr + at, .len = len};
}

bool apikey_parse(struct span text, struct apikey *out)
{
	struct digest secret;
	bool ok = false;

	if (text.len != APIKEY_LEN || !span_starts(text, PREFIX) || text.ptr[ROLE_AT + 1] != '_' ||
	    text.ptr[ID_AT - 1] != '_' || text.ptr[SECRET_AT - 1] != '_')
		return false;
	out->role = (enum apikey_role)text.ptr[ROLE_AT];
	ok = uuid_parse_short(part(text, CREATOR_AT, UUID_SHORT_LEN), &out->creator) &&
	     uuid_parse_short(part(text, ID_AT, UUID_SHORT_LEN), &out->id) &&
	     digest_parse(part(text, SECRET_AT, DIGEST_TEXT_LEN), &secret) && creator_fits(out);
	crypto_wipe(&secret, sizeof(secret));
	return ok;
}

struct digest apikey_hash(struct span text)
{
	return digest_sha256(text.ptr, text.len);
}
