// SPDX-License-Identifier: Apache-2.0
//
// API keys: `rs_<role>_<creator>_<key>_<secret>`, 94 characters. Role is one letter; creator and
// key are UUIDs as 22 characters of base64url (the nil UUID, 22 times "A", for keys without a
// creator); the secret is 32 random bytes as 43 characters. base64url has '_' and '-' too, so a key
// is cut at fixed positions. The creator in the key makes its look-up one shard. Only apikey_hash()
// of the text is stored: the secret has 256 bits, so a plain hash is enough.
#ifndef ROADSHOW_APIKEY_H
#define ROADSHOW_APIKEY_H

#include "base/base.h"
#include "base/ids.h"
#include "base/str.h"
#include "crypto/digest.h"

#define APIKEY_LEN 94

// The letter that stands for each role.
enum apikey_role {
	APIKEY_OPERATOR = 'o',
	APIKEY_CREATOR = 'c',
	APIKEY_STOREFRONT = 's',
	APIKEY_PARTNER = 'p',
};

struct apikey {
	enum apikey_role role;
	struct uuid creator; // nil for operators; the partner of a partner key
	struct uuid id;
};

// A new key with a random secret; `out` takes APIKEY_LEN + 1 bytes.
void apikey_make(const struct apikey *key, char *out);
// Shape only; whether the key is one of ours is for its hash to say.
bool apikey_parse(struct span text, struct apikey *out) MUST_CHECK;
struct digest apikey_hash(struct span text); // SHA-256 of the whole text

#endif
