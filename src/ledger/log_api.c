// SPDX-License-Identifier: Apache-2.0
//
// The routes of c2sp.org/tlog-tiles under /logs/{slug}/, and receipts for single tokens. What is
// shown is never more than the last checkpoint covers. Hashes that were shown never change: tiles
// may be kept for ever, only the checkpoint must be asked for again.
#include "ledger/log_api.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "crypto/note.h"
#include "crypto/tiles.h"
#include "http/call.h"
#include "ledger/log_find.h"

extern const struct route log_routes[];

#define KEEP_FOR_EVER "public, max-age=31536000, immutable"
#define KEEP_PARTIAL "public, max-age=3600" // true for ever, but soon nobody asks for it
#define KEEP_REPORT "public, max-age=10"
#define KEEP_CHECKPOINT "public, max-age=1"
#define TEXT "text/plain; charset=utf-8"
#define BYTES "application/octet-stream"
#define PROOF_BYTES_MAX 131072 // an entry has up to 65,535 bytes, its base64 a third more

static struct {
	const struct keyring *keys;
	const char *public_url;
} logs;

void log_start(const struct keyring *ledger_keys, const char *public_url)
{
	logs.keys = ledger_keys;
	logs.public_url = public_url;
}

static void answer(struct call *c, struct span body, const char *type, const char *keep)
{
	call_answer_json(c, 200, body);
	if (c->status != 200)
		return; // it did not fit
	c->content_type = type;
	if (keep != NULL)
		call_set_header(c, "cache-control", keep);
}

static void nothing_here(struct call *c)
{
	call_problem(c, 404, "not_found", "The log has nothing here.", NULL);
}

// ---- the checkpoint and who signs it ------------------------------------------------------------

static const struct db_statement log_checkpoint = {
    .name = "log_checkpoint",
    .sql = "select coalesce((select checkpoint from api.log_checkpoint($1)), '')",
};

static bool bind_creator(struct call *c, struct db_item *item)
{
	(void)c; // the lane's creator is all
	(void)item;
	return true;
}

static void render_checkpoint(struct call *c, const struct db_row *row)
{
	struct span note = db_text(row, 0);

	if (note.len == 0)
		nothing_here(c); // a log is a second old before it has one
	else
		answer(c, note, TEXT, KEEP_CHECKPOINT);
}

// One verifier key a line, that of the key which signs now first.
static void answer_keys(struct call *c)
{
	char origin[NOTE_NAME_MAX + 1];
	const struct key *active = keyring_active(logs.keys), *k;
	struct buf out;

	buf_init(&out, 32768);
	if (note_origin(span_of(logs.public_url), call_param(c, "slug"), origin)) {
		note_verifier_put(&out, origin, active);
		buf_putc(&out, '\n');
		for (size_t i = 0; (k = keyring_at(logs.keys, i)) != NULL; i++) {
			if (k == active)
				continue;
			note_verifier_put(&out, origin, k);
			buf_putc(&out, '\n');
		}
	}
	if (out.len > 0 && !out.failed)
		answer(c, (struct span){buf_text(&out), out.len}, TEXT, "public, max-age=300");
	else
		call_problem(c, 500, "internal_error", "Something went wrong on our side.", NULL);
	buf_release(&out);
}

// ---- tiles --------------------------------------------------------------------------------------

static const struct db_statement log_tiles = {
    .name = "log_tiles",
    .sql = "select item, hashes from api.log_tiles($1, $2, $3, $4)",
    .columns = 3,
    .types = {DB_INT, DB_INT, DB_INT},
    .batch_max = 64,
};

// A full bundle has up to 16 MB, seldom more than 100 KB.
static const struct db_statement log_bundles = {
    .name = "log_bundles",
    .sql = "select item, bundle from api.log_bundles($1, $2, $3)",
    .columns = 2,
    .types = {DB_INT, DB_INT},
    .batch_max = 4,
};

// The tile that the path names; false when it names none that any log may have.
static bool tile_of(const struct call *c, const char *before, struct tile_name *t)
{
	char path[256];
	struct span rest = call_param(c, "rest");
	int len = snprintf(path, sizeof(path), "%s%.*s", before, (int)rest.len, rest.ptr);

	ASSERT(len >= 0 && (size_t)len < sizeof(path)); // a parameter is bounded
	return tile_path_parse((struct span){path, (size_t)len}, t) && t->level < TILE_LEVELS &&
	       t->n < TILE_SIZE_MAX / TILE_WIDTH;
}

static bool bind_tile(struct call *c, struct db_item *item)
{
	struct tile_name t;

	if (!tile_of(c, "", &t)) {
		nothing_here(c);
		return false;
	}
	item->values[0] = (struct db_value){.integer = t.level};
	item->values[1] = (struct db_value){.integer = (int64_t)t.n};
	item->values[2] = (struct db_value){.integer = t.width};
	return true;
}

static bool bind_bundle(struct call *c, struct db_item *item)
{
	struct tile_name t;

	if (!tile_of(c, "entries/", &t)) {
		nothing_here(c);
		return false;
	}
	item->values[0] = (struct db_value){.integer = (int64_t)t.n};
	item->values[1] = (struct db_value){.integer = t.width};
	return true;
}

static void render_bytes(struct call *c, const struct db_row *row)
{
	struct span rest = call_param(c, "rest");

	if (db_is_null(row, 1))
		nothing_here(c);
	else
		answer(c, db_text(row, 1), BYTES,
		    memmem(rest.ptr, rest.len, ".p/", 3) == NULL ? KEEP_FOR_EVER : KEEP_PARTIAL);
}

// ---- what the log says about a drop -------------------------------------------------------------

static const struct db_statement log_report = {
    .name = "log_report",
    .sql = "select api.log_report($1, $2)",
    .columns = 1,
    .types = {DB_UUID},
};

static bool bind_drop(struct call *c, struct db_item *item)
{
	item->values[0] = (struct db_value){.uuid = call_param_uuid(c, "drop")};
	return true;
}

static void render_report(struct call *c, const struct db_row *row)
{
	if (db_is_null(row, 0))
		nothing_here(c);
	else
		answer(c, db_text(row, 0), "application/json", KEEP_REPORT);
}

// ---- receipts -----------------------------------------------------------------------------------

static const struct db_statement token_proof = {
    .name = "token_proof",
    .sql = "select index, entry, size, checkpoint, tiles "
	   "from api.token_proof($1, row($2, $3, $4, $5, $6, $7)::api.caller, $8::jsonb)",
    .columns = 7,
    .types = {DB_UUID, DB_TEXT, DB_UUID, DB_UUID, DB_TEXT, DB_BYTEA, DB_JSON},
};
enum { PROOF_INDEX, PROOF_ENTRY, PROOF_SIZE, PROOF_CHECKPOINT, PROOF_TILES };

static uint64_t take_number(struct span *at, size_t len)
{
	uint64_t v = 0;

	for (size_t i = 0; i < len; i++)
		v = v << 8 | (uint8_t)at->ptr[i];
	at->ptr += len;
	at->len -= len;
	return v;
}

// As token_proof() packs them: level (2 bytes), n (8), hashes (2), then the hashes.
static bool unpack(struct span packed, struct tile_set *set)
{
	set->count = 0;
	while (packed.len >= 12 && set->count < TILE_SET_MAX) {
		struct tile *t = &set->tiles[set->count++];
		size_t bytes;

		t->level = (unsigned)take_number(&packed, 2);
		t->n = take_number(&packed, 8);
		t->count = (unsigned)take_number(&packed, 2);
		t->hashes = (const uint8_t *)packed.ptr;
		bytes = t->count * sizeof(struct digest);
		if (t->count > TILE_WIDTH || packed.len < bytes)
			return false;
		packed.ptr += bytes;
		packed.len -= bytes;
	}
	return packed.len == 0;
}

// Checked as its reader will: a receipt that does not verify must not leave.
static bool put_proof(struct buf *out, const struct db_row *row)
{
	struct span entry = db_text(row, PROOF_ENTRY), note = db_text(row, PROOF_CHECKPOINT);
	uint64_t index = (uint64_t)db_int(row, PROOF_INDEX);
	struct digest leaf = merkle_leaf(entry.ptr, entry.len), path[MERKLE_PROOF_MAX];
	struct tile_set set;
	struct merkle_tree tree = {(uint64_t)db_int(row, PROOF_SIZE), tile_set_read, &set};
	struct checkpoint c;
	size_t len = 0;

	if (!unpack(db_text(row, PROOF_TILES), &set) || !checkpoint_parse(note, &c) ||
	    c.size != tree.size || index >= tree.size ||
	    !merkle_tree_path(&tree, index, path, &len) ||
	    !merkle_path_verify(&leaf, index, c.size, path, len, &c.root))
		return false;
	tlog_proof_put(out, entry, index, path, len, note);
	return !out->failed;
}

static void render_proof(struct call *c, const struct db_row *row)
{
	struct buf out;

	buf_init(&out, PROOF_BYTES_MAX);
	if (put_proof(&out, row)) {
		answer(c, (struct span){buf_text(&out), out.len}, TEXT, NULL);
	} else {
		log_error("the tiles of a log do not prove its entry %lld",
		    (long long)db_int(row, PROOF_INDEX));
		call_problem(c, 500, "internal_error", "Something went wrong on our side.", NULL);
	}
	buf_release(&out);
}

const struct route log_routes[] = {
    {.method = GET,
	.path = "/logs/{slug:text}/checkpoint",
	.roles = ROLES(ROLE_PUBLIC),
	.prepare = log_find,
	.statement = &log_checkpoint,
	.bind = bind_creator,
	.render = render_checkpoint},
    {.method = GET,
	.path = "/logs/{slug:text}/vkey",
	.roles = ROLES(ROLE_PUBLIC),
	.prepare = log_find,
	.local = answer_keys},
    {.method = GET,
	.path = "/logs/{slug:text}/tile/entries/{rest:path}",
	.roles = ROLES(ROLE_PUBLIC),
	.prepare = log_find,
	.statement = &log_bundles,
	.bind = bind_bundle,
	.render = render_bytes},
    {.method = GET,
	.path = "/logs/{slug:text}/tile/{rest:path}",
	.roles = ROLES(ROLE_PUBLIC),
	.prepare = log_find,
	.statement = &log_tiles,
	.bind = bind_tile,
	.render = render_bytes},
    {.method = GET,
	.path = "/logs/{slug:text}/drops/{drop}",
	.roles = ROLES(ROLE_PUBLIC),
	.prepare = log_find,
	.statement = &log_report,
	.bind = bind_drop,
	.render = render_report},
    {.method = GET,
	.path = "/v1/tokens/{token}/proof",
	.roles = ROLES(ROLE_CREATOR | ROLE_STOREFRONT),
	.statement = &token_proof,
	.render = render_proof},
    {0},
};
