// SPDX-License-Identifier: Apache-2.0
//
// Uploads. An upload is one statement of its own: its body is read here (sync.c), joined
// to what is known and judged there (sql/functions/sync.sql). Everything bound lives in the call's
// arena, but for the body itself, which is the request's.
#include "sync/sync_api.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "auth/device.h"
#include "base/clock.h"
#include "crypto/chain.h"
#include "sync/consents.h"
#include "sync/sync.h"

#define RUN_BYTES_MAX 1024
#define UPLOAD_DEADLINE_MS 30000
#define SLICE_LINES 100 // then others' requests go first; about 5 ms, of consents 15

static const struct keyring *token_keys, *consent_keys;

void sync_start(const struct keyring *tokens, const struct keyring *consents)
{
	token_keys = tokens;
	consent_keys = consents;
}

// ---- POST /v1/sync ------------------------------------------------------------------------------

static const struct db_statement sync_upload = {
    .name = "sync_upload",
    .sql = "select (a).status, (a).body, (a).etag, (a).location, (a).replayed from "
	   "api.sync_upload($1, row($2, $3, $4, $5, $6, $7)::api.caller, $8, $9, $10, $11, $12, "
	   "$13, $14, "
	   "$15, $16, $17, $18, $19) as a",
    .columns = 18,
    .types = {DB_UUID, DB_TEXT, DB_UUID, DB_UUID, DB_TEXT, DB_BYTEA, DB_JSON, DB_BYTEA, DB_BYTEA,
	DB_BYTEA, DB_JSON, DB_LIST_OF(DB_BYTEA), DB_LIST_OF(DB_INT), DB_LIST_OF(DB_INT),
	DB_LIST_OF(DB_TEXT), DB_LIST_OF(DB_TIME), DB_LIST_OF(DB_TEXT), DB_LIST_OF(DB_JSON)},
    .deadline_ms = UPLOAD_DEADLINE_MS,
};

static bool refuse(struct call *c, int status, const char *code, const char *detail)
{
	call_problem(c, status, code, detail, NULL);
	return false;
}

static struct span kept(struct call *c, const struct buf *b)
{
	const char *text = b->failed ? NULL : arena_strndup(&c->arena, buf_text(b), b->len);

	return (struct span){text, text != NULL ? b->len : 0};
}

static bool is_ndjson(struct span type)
{
	static const char ndjson[] = "application/x-ndjson";
	size_t n = sizeof(ndjson) - 1;

	return type.len >= n && strncasecmp(type.ptr, ndjson, n) == 0 &&
	       (type.len == n || type.ptr[n] == ';' || type.ptr[n] == ' ');
}

static bool is_gzip(struct span coding)
{
	return coding.len == 4 && strncasecmp(coding.ptr, "gzip", 4) == 0;
}

// The lines of the body; *text is null when they are the body as sent.
static bool unpack(struct call *c, struct span *lines, struct db_value *text)
{
	struct span coding = call_header(c, "content-encoding");
	struct buf plain;

	*lines = c->body;
	*text = (struct db_value){.is_null = true};
	if (!is_ndjson(call_header(c, "content-type")))
		return refuse(
		    c, 415, "unsupported_media_type", "Send the lines as application/x-ndjson.");
	if (coding.ptr == NULL || span_eq(coding, "identity"))
		return true;
	if (!is_gzip(coding))
		return refuse(c, 415, "unsupported_media_type", "The only content coding is gzip.");
	buf_init(&plain, SYNC_BODY_BYTES_MAX + (1u << 17));
	if (sync_inflate(c->body, &plain)) {
		*lines = kept(c, &plain);
		*text = (struct db_value){.text = *lines};
	}
	buf_release(&plain);
	if (text->is_null)
		return refuse(
		    c, 422, "invalid_gzip", "The body is not one gzip member of up to 8 MiB.");
	return lines->ptr != NULL || refuse(c, 413, "body_too_large", "The upload is too large.");
}

// p_signature of api.sync_upload().
static struct span signature_json(struct call *c, bool gzip)
{
	const struct device_request *r = c->signature;
	struct span result;
	struct json_out w;
	struct buf b;

	buf_init(&b, 65536);
	w = json_to(&b);
	json_open(&w, '{');
	device_put_nonce(&w, r);
	json_key(&w, "input");
	json_put_span(&w, r->input);
	json_key(&w, "signature");
	json_put_span(&w, r->signature);
	json_key(&w, "received_at");
	json_put_time(&w, c->started_us);
	json_key(&w, "device_time");
	json_put_time(&w, r->clock_us);
	json_kv_text(&w, "clock_source", r->clock_told ? "header" : "signature");
	json_kv_text(&w, "content_encoding", gzip ? "gzip" : "identity");
	json_close(&w, '}');
	result = kept(c, &b);
	buf_release(&b);
	return result;
}

// From `prepare` to `bind`.
struct uploading {
	struct sync_reader *reader;
	struct db_value text; // the lines, when they are not the body as sent
	size_t cost;	      // of `held_bytes`
};

// What this worker's uploads hold until they are answered: the body, its lines, what was read of them
// (as much again), and the statement's parameters.
static size_t held_bytes;
#define HELD_PER_LINE_BYTE 4
#define HELD_PER_LINE 512

static bool hold(struct uploading *u, size_t bytes)
{
	if (held_bytes + bytes > (size_t)call_settings()->upload_bytes_held)
		return false;
	u->cost += bytes;
	held_bytes += bytes;
	return true;
}

static bool refuse_crowd(struct call *c)
{
	return refuse(
	    c, 503, "overloaded", "Too many uploads at once; send the same again shortly.");
}

static void release_upload(void *prepared)
{
	struct uploading *u = prepared;

	ASSERT(held_bytes >= u->cost);
	held_bytes -= u->cost;
	sync_release(u->reader);
}

static bool begin_upload(struct call *c)
{
	const struct kind_reader with = {.tokens = token_keys,
	    .consents = consent_keys,
	    .creator = c->caller.creator,
	    .device = c->caller.subject,
	    .open = consents_open};
	struct uploading *u = arena_alloc(&c->arena, sizeof(*u));
	enum sync_result why;
	struct span lines;

	if (u == NULL)
		return refuse(c, 413, "body_too_large", "The upload is too large.");
	c->prepared = u; // from here on it is released with the call
	c->release = release_upload;
	if (!hold(u, c->body.len))
		return refuse_crowd(c);
	if (!unpack(c, &lines, &u->text))
		return false;
	if (!hold(u, lines.len * HELD_PER_LINE_BYTE + chain_count(lines) * HELD_PER_LINE))
		return refuse_crowd(c);
	u->reader = sync_begin(&c->arena, lines, &with, &why);
	if (why == SYNC_EMPTY)
		return refuse(c, 422, "empty_upload", "There is no line in the upload.");
	if (why == SYNC_TOO_MANY)
		return refuse(c, 413, "too_many_events", "An upload has up to 10,000 lines.");
	if (why != SYNC_OK)
		return refuse(c, 413, "body_too_large", "The upload is too large.");
	return true;
}

// Reads the lines slice by slice.
static bool prepare_upload(struct call *c)
{
	if (c->prepared == NULL && !begin_upload(c))
		return false;
	if (!sync_step(((struct uploading *)c->prepared)->reader, SLICE_LINES))
		return true;
	call_yield(c);
	return false;
}

// What the lines say, as the statement's lists: hash, place, length, kind, time, error, fields. False: no
// memory. The lists are the call's, what they point to is the reader's.
static bool bind_lines(struct call *c, const struct sync_reader *r, struct db_value *v)
{
	enum { HASH, PLACE, LENGTH, KIND, TIME, ERROR, FIELDS, LISTS };
	size_t n = sync_lines(r);
	struct db_value *lists = arena_alloc(&c->arena, LISTS * n * sizeof(*lists));

	if (lists == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct sync_line l = sync_line(r, i);
		struct db_value *at = lists + i;

		at[HASH * n] = (struct db_value){.text = l.hash};
		at[PLACE * n] = (struct db_value){.integer = (int64_t)l.at};
		at[LENGTH * n] = (struct db_value){.integer = (int64_t)l.len};
		at[KIND * n] = (struct db_value){.text = l.kind, .is_null = l.kind.ptr == NULL};
		at[TIME * n] = (struct db_value){.integer = l.ts_us, .is_null = l.error != NULL};
		at[ERROR * n].is_null = l.error == NULL;
		if (l.error != NULL)
			at[ERROR * n].text = span_of(l.error);
		at[FIELDS * n] = (struct db_value){.text = l.fields};
	}
	for (size_t i = 0; i < LISTS; i++)
		v[i] = (struct db_value){.list = {lists + i * n, n}};
	return true;
}

static bool bind_upload(struct call *c, struct db_item *item)
{
	struct db_value *v = item->values + call_bind_caller(c, item);
	const struct uploading *u = c->prepared;
	struct span run = {NULL, 0}, signature;
	struct buf out;

	ASSERT(c->signature != NULL && u != NULL);
	buf_init(&out, RUN_BYTES_MAX);
	if (sync_end(u->reader, &out) == SYNC_OK)
		run = kept(c, &out);
	buf_release(&out);
	signature = signature_json(c, !u->text.is_null);
	if (run.ptr == NULL || signature.ptr == NULL || !bind_lines(c, u->reader, v + 5))
		return refuse(c, 413, "body_too_large", "The upload is too large.");
	v[0] = (struct db_value){.text = signature};
	v[1] = (struct db_value){.text = c->signature->base};
	v[2] = (struct db_value){.text = c->body};
	v[3] = u->text;
	v[4] = (struct db_value){.text = run};
	return true;
}

// A gap or a fork: problem details with what the device needs to go on. The database's members
// (type, code, detail, acked_seq, …) follow ours.
static void answer_conflict(struct call *c, int status, struct span body)
{
	struct buf out;
	char id[UUID_TEXT_LEN + 1];

	ASSERT(body.len > 2 && body.ptr[0] == '{');
	uuid_format(&c->request_id, id);
	buf_init(&out, body.len + 256);
	buf_printf(&out, "{\"title\":\"Conflict\",\"status\":%d,\"instance\":\"urn:uuid:%s\",",
	    status, id);
	buf_put(&out, body.ptr + 1, body.len - 1);
	call_answer_json(c, status, (struct span){buf_text(&out), out.len});
	c->content_type = "application/problem+json";
	buf_release(&out);
}

static void render_upload(struct call *c, const struct db_row *row)
{
	int status = (int)db_int(row, 0);

	call_command_headers(c, row);
	if (status == 200)
		call_answer_json(c, status, db_text(row, 1));
	else
		answer_conflict(c, status, db_text(row, 1));
}

const struct route sync_routes[] = {
    {.method = POST,
	.path = "/v1/sync",
	.roles = ROLES(ROLE_DEVICE),
	.flags = ROUTE_RAW_BODY,
	.statement = &sync_upload,
	.prepare = prepare_upload,
	.bind = bind_upload,
	.render = render_upload,
	.body_bytes_max = SYNC_BODY_BYTES_MAX},
    {0},
};
