// SPDX-License-Identifier: Apache-2.0
//
// Reads a body, rewrites it, stores it. Everything made on the way is released with it.
#include "janitor/redactions.h"

#include <stdlib.h>
#include <string.h>

#include "base/gunzip.h"
#include "base/log.h"
#include "janitor/redact.h"

#define BODY_BYTES_MAX (8u << 20)  // as src/sync has it, packed and unpacked
#define RATIO_MAX 200		   // likewise
#define LEFT_BYTES_MAX (16u << 20) // short lines become longer
#define HEX_BYTES_MAX ((size_t)2 * LEFT_BYTES_MAX)

enum column { C_DEVICE, C_N, C_EVERY_CONSENT, C_ASK, C_ENCODING, C_BODY, C_HASHES };

// The bytes of a column of hex; the caller frees them.
static uint8_t *bytes_of(const struct pg_rows *rows, int column, size_t *len)
{
	struct span hex = span_of(pg_text(rows, 0, column));
	uint8_t *bytes = malloc(hex.len / 2 + 1);

	*len = hex.len / 2;
	ASSERT(bytes != NULL && str_hex_decode(hex, bytes, *len));
	return bytes;
}

// What is left of the body; false when there is nothing to change.
static bool rewrite(
    const struct pg_rows *rows, struct span body, struct redact_wanted *w, struct buf *left)
{
	bool gzip = strcmp(pg_text(rows, 0, C_ENCODING), "gzip") == 0, readable = true;
	struct span text = body;
	struct buf plain;
	size_t gone = 1;

	buf_init(&plain, BODY_BYTES_MAX + (1u << 17));
	if (gzip)
		readable = gunzip(body, BODY_BYTES_MAX, RATIO_MAX, &plain);
	if (gzip && readable)
		text = (struct span){buf_text(&plain), plain.len};
	if (readable) {
		gone = redact_lines(text, w, left);
	} else {
		// It was read when it came, so this is damage; what may be in it must go all the same.
		log_error("upload %s of device %s cannot be unpacked", pg_text(rows, 0, C_N),
		    pg_text(rows, 0, C_DEVICE));
		redact_whole(body, left);
	}
	ASSERT(!left->failed); // 10,000 lines, each at most 60 bytes longer
	buf_release(&plain);
	return gone > 0;
}

static bool store(
    struct pg *pg, const char *creator, const struct pg_rows *rows, const char *left_hex)
{
	const char *params[] = {creator, pg_text(rows, 0, C_DEVICE), pg_text(rows, 0, C_N),
	    pg_text(rows, 0, C_EVERY_CONSENT), pg_text(rows, 0, C_ASK), left_hex};

	return pg_run(pg,
	    "select api.redaction_store($1::uuid, $2::uuid, $3::integer, $4::boolean, $5::uuid, "
	    "$6)",
	    params, ARRAY_LEN(params));
}

static bool redact(struct pg *pg, const char *creator, const struct pg_rows *rows)
{
	size_t body_len, hashes_len;
	uint8_t *body = bytes_of(rows, C_BODY, &body_len);
	uint8_t *hashes = bytes_of(rows, C_HASHES, &hashes_len);
	struct redact_wanted w = {.hashes = (struct digest *)hashes,
	    .count = hashes_len / DIGEST_LEN,
	    .every_consent = pg_text(rows, 0, C_EVERY_CONSENT)[0] == 't'};
	struct buf left, hex;
	bool changed, ok;

	buf_init(&left, LEFT_BYTES_MAX);
	buf_init(&hex, HEX_BYTES_MAX);
	changed = rewrite(rows, (struct span){(const char *)body, body_len}, &w, &left);
	if (changed)
		str_hex(&hex, left.data, left.len);
	ok = store(pg, creator, rows, changed ? buf_text(&hex) : NULL);
	buf_release(&hex);
	buf_release(&left);
	free(hashes);
	free(body);
	return ok;
}

int64_t redactions_run(struct pg *pg, const char *creator, int limit)
{
	const char *params[] = {creator};
	struct pg_rows *rows = pg_query(pg,
	    "select device_id, n, every_consent, ask, content_encoding, body, hashes "
	    "from api.redaction_next($1::uuid)",
	    params, ARRAY_LEN(params));
	int64_t done = 0;

	ASSERT(limit == 1);
	if (rows == NULL)
		return -1;
	if (pg_count(rows) > 0)
		done = redact(pg, creator, rows) ? 1 : -1;
	pg_rows_release(rows);
	return done;
}
