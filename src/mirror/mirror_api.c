// SPDX-License-Identifier: Apache-2.0
//
// GET /v1/mirror: NDJSON for a venue device. The database writes the lines from one snapshot; the
// public keys, of tokens and of those that consents are encrypted to, are added to the head line here, and the whole is compressed when the device takes
// that.
#include "mirror/mirror_api.h"

#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "crypto/jwe.h"
#include "http/call.h"

#define MIRROR_DEADLINE_MS 15000
// A page of tokens (mirror_page_tokens() in the SQL) is a megabyte or two; products and checklists are
// few. What is larger than this is a mistake.
#define MIRROR_BYTES_MAX (16u << 20)

static const struct keyring *token_keys, *status_keys, *consent_keys;

void mirror_start(
    const struct keyring *tokens, const struct keyring *status, const struct keyring *consents)
{
	token_keys = tokens;
	status_keys = status;
	consent_keys = consents;
}

static const struct db_statement mirror_read = {
    .name = "mirror_read",
    .sql =
	"select m.head, m.lines from api.mirror_read($1, row($2, $3, $4, $5, $6, $7)::api.caller, "
	"$8::jsonb) as m, api.device_seen($1, row($2, $3, $4, $5, $6, $7)::api.caller)",
    .columns = 7,
    .types = {DB_UUID, DB_TEXT, DB_UUID, DB_UUID, DB_TEXT, DB_BYTEA, DB_JSON},
    .deadline_ms = MIRROR_DEADLINE_MS,
};

static const struct field mirror_query[] = {
    {.name = "after", .type = FIELD_INT, .min = -1, .max = INT64_MAX},
    {.name = "from", .type = FIELD_TEXT, .min = 1, .max = 64},
    {0},
};

// Accept-Encoding (RFC 9110, 12.5.3) as far as it matters here: is gzip named, and not with q=0?
static bool takes_gzip(struct span accept)
{
	for (size_t i = 0; i + 4 <= accept.len; i++) {
		size_t at = i + 4;

		if (strncasecmp(accept.ptr + i, "gzip", 4) != 0 ||
		    (i > 0 && accept.ptr[i - 1] != ' ' && accept.ptr[i - 1] != ','))
			continue;
		while (at < accept.len && (accept.ptr[at] == ' ' || accept.ptr[at] == ';'))
			at++;
		if (at + 3 > accept.len || strncasecmp(accept.ptr + at, "q=0", 3) != 0)
			return true;
		for (at += 3; at < accept.len && accept.ptr[at] != ','; at++)
			if (accept.ptr[at] >= '1' && accept.ptr[at] <= '9')
				return true; // q=0.5
		return false;
	}
	return false;
}

static void put_lines(struct buf *out, const struct db_row *row)
{
	const struct keyring *rings[] = {token_keys, status_keys};
	struct span head = db_text(row, 0);

	ASSERT(head.len > 2 && head.ptr[head.len - 1] == '}');
	buf_put(out, head.ptr, head.len - 1);
	buf_puts(out, ",\"keys\":");
	keyring_jwks(out, rings, ARRAY_LEN(rings));
	buf_puts(out, ",\"encryption_keys\":");
	jwe_put_jwks(out, consent_keys);
	buf_puts(out, "}\n");
	if (db_is_null(row, 1))
		return;
	buf_put(out, db_text(row, 1).ptr, db_text(row, 1).len);
	buf_putc(out, '\n');
}

// False when it cannot: then the lines go as they are.
static bool put_gzip(struct buf *out, const struct buf *in)
{
	z_stream z = {.avail_in = (unsigned)in->len, .next_in = in->data};
	uint8_t *to;
	size_t room;
	bool ok;

	if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	room = deflateBound(&z, in->len);
	to = buf_reserve(out, room);
	z.next_out = to;
	z.avail_out = to != NULL ? (unsigned)room : 0;
	ok = to != NULL && deflate(&z, Z_FINISH) == Z_STREAM_END;
	out->len += ok ? z.total_out : 0;
	deflateEnd(&z);
	return ok;
}

static void render_mirror(struct call *c, const struct db_row *row)
{
	struct buf lines, packed;

	buf_init(&lines, MIRROR_BYTES_MAX);
	buf_init(&packed, MIRROR_BYTES_MAX);
	put_lines(&lines, row);
	call_set_header(c, "vary", "accept-encoding");
	if (lines.failed) {
		call_problem(c, 500, "internal_error", "The mirror is too large.", NULL);
	} else if (takes_gzip(call_header(c, "accept-encoding")) && put_gzip(&packed, &lines)) {
		call_set_header(c, "content-encoding", "gzip");
		call_answer_json(c, 200, (struct span){buf_text(&packed), packed.len});
	} else {
		call_answer_json(c, 200, (struct span){buf_text(&lines), lines.len});
	}
	if (c->status == 200)
		c->content_type = "application/x-ndjson";
	buf_release(&packed);
	buf_release(&lines);
}

const struct route mirror_routes[] = {
    {.method = GET,
	.path = "/v1/mirror",
	.roles = ROLES(ROLE_DEVICE),
	.query = mirror_query,
	.statement = &mirror_read,
	.render = render_mirror},
    {0},
};
