// SPDX-License-Identifier: Apache-2.0
//
// Owns the keys of one use. Invariants: exactly one key is active, but in a ring of one public key;
// every key but an old one is private otherwise; no two have the same kid.
#include <stdlib.h>
#include <string.h>

#include "crypto/keyfile.h"
#include "crypto/keys.h"

struct keyring {
	struct key *keys[KEYRING_MAX]; // in the order of their labels
	size_t count;
	const struct key *active;
};

_Static_assert(KEYRING_MAX >= KEYFILE_COUNT_MAX, "a ring holds what a directory may");

static bool fits(
    const struct keyring *r, const struct keyfile *f, const struct key *k, struct buf *error)
{
	const char *why = NULL;

	if (key_is_private(k) && f->open_to_others)
		why = "a private key that others may access; chmod o= it";
	else if (!key_is_private(k) && f->state != KEYFILE_OLD)
		why = "a public key; only an .old.pem may be one";
	else if (keyring_find(r, span_of(key_kid(k))) != NULL)
		why = "the same key as another file of this use";
	if (why != NULL)
		buf_printf(error, "%s: %s", f->path, why);
	return why == NULL;
}

static bool take_file(void *arg, const struct keyfile *f, struct buf *error)
{
	struct keyring *r = arg;
	struct buf why;
	struct key *k = NULL;
	bool ok = false;

	buf_init(&why, 256);
	k = key_from_pem(f->content, &why);
	if (k == NULL)
		buf_printf(error, "%s: %s", f->path, buf_text(&why));
	else
		ok = fits(r, f, k, error);
	buf_release(&why);
	if (!ok) {
		key_release(k);
		return false;
	}
	ASSERT(r->count < KEYRING_MAX);
	r->keys[r->count++] = k;
	if (f->state == KEYFILE_ACTIVE)
		r->active = k;
	return true;
}

struct keyring *keyring_load(const char *dir, const char *use, struct buf *error)
{
	struct keyring *r = calloc(1, sizeof(*r));

	ASSERT(r != NULL);
	if (!keyfiles_read(dir, use, ".pem", take_file, r, error)) {
		keyring_release(r);
		return NULL;
	}
	return r;
}

struct keyring *keyring_of(struct key *take)
{
	struct keyring *r = calloc(1, sizeof(*r));

	ASSERT(r != NULL);
	r->keys[r->count++] = take;
	r->active = key_is_private(take) ? take : NULL;
	return r;
}

void keyring_release(struct keyring *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->count; i++)
		key_release(r->keys[i]);
	free(r);
}

const struct key *keyring_active(const struct keyring *r)
{
	return r->active;
}

const struct key *keyring_at(const struct keyring *r, size_t i)
{
	return i < r->count ? r->keys[i] : NULL;
}

const struct key *keyring_find(const struct keyring *r, struct span kid)
{
	for (size_t i = 0; i < r->count; i++)
		if (span_eq(kid, key_kid(r->keys[i])))
			return r->keys[i];
	return NULL;
}

void keyring_jwks(struct buf *out, const struct keyring *const *rings, size_t count)
{
	struct json_out w = json_to(out);

	json_open(&w, '{');
	json_key(&w, "keys");
	json_open(&w, '[');
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < rings[i]->count; j++)
			key_jwk(&w, rings[i]->keys[j]);
	json_close(&w, ']');
	json_close(&w, '}');
}
