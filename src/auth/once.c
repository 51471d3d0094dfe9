// SPDX-License-Identifier: Apache-2.0
//
// Owns the ring of the sealing key, alive until the process ends.
#include "auth/once.h"

#include <string.h>

#include "crypto/digest.h"
#include "crypto/seal.h"

#define TEXT_MAX 255
#define SEALED_MAX (TEXT_MAX + SEAL_OVERHEAD)
#define SHOWN_MAX 512 // SEALED_MAX in base64url

static const char prefix[] = "sealed_";
static struct seal_ring *ring;

void once_start(const uint8_t secret[32])
{
	static const char label[] = "roadshow-shown-once/v1";
	struct digest key = hmac_sha256(secret, 32, label, sizeof(label) - 1);

	seal_ring_release(ring);
	ring = seal_ring_of(key.b);
	crypto_wipe(&key, sizeof(key));
}

static struct span context_of(const struct uuid *id)
{
	return (struct span){(const char *)id->b, sizeof(id->b)};
}

void once_put(struct json_out *w, const char *key, const struct call *c, struct span text)
{
	struct buf sealed, shown;

	buf_init(&sealed, SEALED_MAX);
	buf_init(&shown, SHOWN_MAX);
	seal_put(&sealed, ring, context_of(&c->new_id), text);
	str_base64url(&shown, sealed.data, sealed.len);
	json_kv_text(w, key, buf_text(&shown));
	w->buf->failed |= sealed.failed || shown.failed;
	buf_release(&shown);
	buf_release(&sealed);
}

static bool is_sealed(const struct json *member, const char *name)
{
	size_t n = sizeof(prefix) - 1;

	return span_starts(member->key, prefix) &&
	       span_eq((struct span){member->key.ptr + n, member->key.len - n}, name);
}

static bool open_text(struct buf *out, const struct json *answer, const char *name)
{
	uint8_t sealed[SEALED_MAX];
	struct uuid id;
	size_t len = 0;

	if (!uuid_parse(json_get_text(answer, "id"), &id))
		return false;
	for (const struct json *m = answer->child; m != NULL; m = m->next)
		if (is_sealed(m, name))
			return str_base64url_decode(m->text, sealed, sizeof(sealed), &len) &&
			       seal_open(out, ring, context_of(&id),
				   (struct span){(const char *)sealed, len}) == SEAL_OK;
	return false;
}

static void put_answer(
    struct buf *out, const struct json *answer, const char *name, const struct buf *text)
{
	struct json_out w = json_to(out);

	json_open(&w, '{');
	for (const struct json *m = answer->child; m != NULL; m = m->next) {
		if (is_sealed(m, name)) {
			json_kv_text(&w, name, buf_text(text));
		} else {
			json_key_span(&w, m->key);
			json_put_tree(&w, m);
		}
	}
	json_close(&w, '}');
}

bool once_render(struct call *c, const struct db_row *row, const char *name)
{
	struct span body = db_text(row, 1);
	const struct json *answer;
	struct buf text, out;
	char why[128];
	bool ok;

	buf_init(&text, TEXT_MAX);
	buf_init(&out, body.len + TEXT_MAX);
	answer = json_parse(&c->arena, body.ptr, body.len, why, sizeof(why));
	ok = answer != NULL && open_text(&text, answer, name);
	if (ok) {
		put_answer(&out, answer, name, &text);
		call_command_headers(c, row);
		call_answer_json(c, (int)db_int(row, 0), (struct span){buf_text(&out), out.len});
		crypto_wipe(text.data, text.len);
		crypto_wipe(out.data, out.len);
	}
	buf_release(&out);
	buf_release(&text);
	return ok;
}
