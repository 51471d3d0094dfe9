// SPDX-License-Identifier: Apache-2.0
//
// Reads what is due, packs and signs, stores. Everything made on the way is released with its list.
#include "janitor/status_lists.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "crypto/statuslist.h"

#define JWT_MAX (2 * STATUSLIST_SIZE_MAX)
#define URI_MAX 4096
#define BITS 2
#define US_PER_S 1000000

enum column { C_EVENT, C_LIST, C_CHANGES, C_CAPACITY, C_ENTRIES };

static struct {
	const struct keyring *keys;
	const char *public_url;
} signer;

void status_lists_start(const struct keyring *status_keys, const char *public_url)
{
	signer.keys = status_keys;
	signer.public_url = public_url;
}

static void sign(struct buf *out, const struct statuslist *l, const char *id, int64_t now_s)
{
	struct buf uri;
	buf_init(&uri, URI_MAX);
	statuslist_put_uri(&uri, span_of(signer.public_url), id);
	struct statuslist_claims claims = {
	    .sub = {buf_text(&uri), uri.len},
	    .issued_s = now_s,
	    .expires_s = now_s + STATUS_LIST_LIFE_S,
	    .ttl_s = STATUSLIST_TTL_S,
	};
	out->failed |= uri.failed;
	statuslist_jwt(out, keyring_active(signer.keys), l, &claims);
	buf_release(&uri);
}

static bool store(struct pg *pg, const char *creator, const struct pg_rows *due, size_t i,
    const char *jwt, int64_t now_s)
{
	char issued[CLOCK_RFC3339_LEN + 1], expires[CLOCK_RFC3339_LEN + 1];
	clock_format(now_s * US_PER_S, issued);
	clock_format((now_s + STATUS_LIST_LIFE_S) * US_PER_S, expires);
	const char *params[] = {creator, pg_text(due, i, C_EVENT), pg_text(due, i, C_CHANGES),
	    key_kid(keyring_active(signer.keys)), jwt, issued, expires};
	return pg_run(pg,
	    "select api.status_list_store($1::uuid, $2::uuid, $3::bigint, $4, $5, "
	    "$6::timestamptz, $7::timestamptz)",
	    params, ARRAY_LEN(params));
}

// False when the database refused. A list that cannot be made is logged and left due.
static bool build(struct pg *pg, const char *creator, const struct pg_rows *due, size_t i)
{
	int64_t capacity = pg_int(due, i, C_CAPACITY), now_s = clock_now_us() / US_PER_S;
	struct statuslist l = {0};
	struct buf jwt;
	bool ok = true;
	buf_init(&jwt, JWT_MAX);
	if (capacity > 0 && (size_t)capacity <= STATUSLIST_SIZE_MAX &&
	    statuslist_init(&l, BITS, (size_t)capacity) &&
	    statuslist_take(&l, span_of(pg_text(due, i, C_ENTRIES))))
		sign(&jwt, &l, pg_text(due, i, C_LIST), now_s);
	if (jwt.len > 0 && !jwt.failed)
		ok = store(pg, creator, due, i, buf_text(&jwt), now_s);
	else
		log_error("the status list of event %s cannot be made", pg_text(due, i, C_EVENT));
	buf_release(&jwt);
	statuslist_release(&l);
	return ok;
}

int64_t status_lists_run(struct pg *pg, const char *creator, int limit)
{
	char text[16];
	snprintf(text, sizeof(text), "%d", limit);
	const char *params[] = {creator, text, key_kid(keyring_active(signer.keys))};
	struct pg_rows *due = pg_query(pg,
	    "select event_id, list_id, changes, capacity, entries "
	    "from api.status_lists_due($1::uuid, $2::integer, $3)",
	    params, ARRAY_LEN(params));
	if (due == NULL)
		return -1;
	int64_t done = 0;
	bool ok = true;
	for (size_t i = 0; i < pg_count(due) && ok; i++) {
		ok = build(pg, creator, due, i);
		done += ok;
	}
	pg_rows_release(due);
	return ok ? done : -1;
}
