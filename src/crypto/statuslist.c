// SPDX-License-Identifier: Apache-2.0
//
// Packs, compresses and signs status lists. A list owns its packed bytes and nothing else.
#include "crypto/statuslist.h"

#include <string.h>
#include <zlib.h>

#include "crypto/digest.h"
#include "crypto/jws.h"
#include "json/json.h"

#define PACKED_MAX STATUSLIST_SIZE_MAX // at 8 bits a status
#define LEVEL 9

// ---- the array ----------------------------------------------------------------------------------

bool statuslist_init(struct statuslist *l, unsigned bits, size_t size)
{
	size_t bytes = size * bits / 8;
	uint8_t *packed;

	ASSERT(bits == 1 || bits == 2 || bits == 4 || bits == 8);
	ASSERT(size > 0 && size <= STATUSLIST_SIZE_MAX && size * bits % 8 == 0);
	*l = (struct statuslist){.bits = bits, .size = size};
	buf_init(&l->packed, PACKED_MAX + 1);
	packed = buf_reserve(&l->packed, bytes);
	if (packed == NULL)
		return false;
	memset(packed, 0, bytes);
	l->packed.len = bytes;
	return true;
}

void statuslist_release(struct statuslist *l)
{
	buf_release(&l->packed);
}

void statuslist_set(struct statuslist *l, size_t index, unsigned status)
{
	size_t bit = index * l->bits;
	unsigned shift = (unsigned)(bit % 8), mask = (1u << l->bits) - 1;
	uint8_t *byte = &l->packed.data[bit / 8];

	ASSERT(index < l->size && status <= mask);
	*byte = (uint8_t)((*byte & ~(mask << shift)) | status << shift);
}

unsigned statuslist_get(const struct statuslist *l, size_t index)
{
	size_t bit = index * l->bits;

	ASSERT(index < l->size);
	return (unsigned)l->packed.data[bit / 8] >> bit % 8 & ((1u << l->bits) - 1);
}

// One number at the front of *rest, ended by `end` or by the text's end.
static bool take_number(struct span *rest, char end, int64_t *out)
{
	const char *stop = memchr(rest->ptr, end, rest->len);
	size_t len = stop != NULL ? (size_t)(stop - rest->ptr) : rest->len;

	if (!str_int64((struct span){rest->ptr, len}, out))
		return false;
	rest->ptr += len + (stop != NULL);
	rest->len -= len + (stop != NULL);
	return true;
}

bool statuslist_take(struct statuslist *l, struct span entries)
{
	bool more = entries.len > 0;

	while (more) {
		int64_t index, status;

		if (!take_number(&entries, ' ', &index))
			return false;
		more = memchr(entries.ptr, ',', entries.len) != NULL;
		if (!take_number(&entries, ',', &status) || index < 0 || status < 0 ||
		    (size_t)index >= l->size || status >> l->bits != 0)
			return false;
		statuslist_set(l, (size_t)index, (unsigned)status);
	}
	return entries.len == 0;
}

// ---- the text -----------------------------------------------------------------------------------

void statuslist_put(struct buf *out, const struct statuslist *l)
{
	uLongf len = compressBound(l->packed.len);
	struct buf z;
	uint8_t *to;

	buf_init(&z, len + 1);
	to = buf_reserve(&z, len);
	if (to != NULL && compress2(to, &len, l->packed.data, l->packed.len, LEVEL) == Z_OK)
		str_base64url(out, to, len);
	else
		out->failed = true;
	buf_release(&z);
}

static void put_list(struct json_out *w, const struct statuslist *l)
{
	struct buf lst;

	buf_init(&lst, 2 * PACKED_MAX);
	statuslist_put(&lst, l);
	w->buf->failed |= lst.failed;
	json_open(w, '{');
	json_kv_int(w, "bits", l->bits);
	json_kv_text(w, "lst", buf_text(&lst));
	json_close(w, '}');
	buf_release(&lst);
}

void statuslist_jwt(struct buf *out, const struct key *k, const struct statuslist *l,
    const struct statuslist_claims *c)
{
	struct buf payload;
	struct json_out w;

	buf_init(&payload, 2 * PACKED_MAX);
	w = json_to(&payload);
	json_open(&w, '{');
	json_key(&w, "sub");
	json_put_span(&w, c->sub);
	json_kv_int(&w, "iat", c->issued_s);
	json_kv_int(&w, "exp", c->expires_s);
	json_kv_int(&w, "ttl", c->ttl_s);
	json_key(&w, "status_list");
	put_list(&w, l);
	json_close(&w, '}');
	if (payload.failed)
		out->failed = true;
	else
		jws_sign(out, k, STATUSLIST_TYPE, (struct span){buf_text(&payload), payload.len});
	buf_release(&payload);
}

// ---- its name -----------------------------------------------------------------------------------

void statuslist_id(const struct uuid *event, char *out)
{
	struct digest d = digest_sha256(event->b, sizeof(event->b));
	uint8_t room[STATUSLIST_ID_LEN + 1] = {0};
	struct buf b = {.data = room, .cap = sizeof(room), .bytes_max = sizeof(room) - 1};

	str_base64url(&b, d.b, 8);
	ASSERT(!b.failed && b.len == STATUSLIST_ID_LEN);
	memcpy(out, room, sizeof(room));
}

void statuslist_put_uri(struct buf *out, struct span public_url, const char *id)
{
	buf_put(out, public_url.ptr, public_url.len);
	buf_puts(out, STATUSLIST_PATH);
	buf_puts(out, id);
}
