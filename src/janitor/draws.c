// SPDX-License-Identifier: Apache-2.0
//
// Reads what is due, computes (src/draw), tells the database. What is made on the way is released with
// its step.
#include "janitor/draws.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "draw/draw.h"

#define ISSUE_AT_ONCE "500"	     // tokens in one transaction
#define RANK_AT_ONCE ((size_t)20000) // entries, likewise
#define SEALED_BYTES_MAX (DRAW_SECRET_LEN + SEAL_OVERHEAD)

enum column { C_DROP, C_STEP, C_SEALED, C_ENTRIES, C_ROOT, C_SECRETS };

static const struct seal_ring *keys;

void draws_start(const struct seal_ring *draw_keys)
{
	keys = draw_keys;
}

enum stepped {
	STEP_FAILED,  // pg_error() says why
	STEP_NOT_NOW, // nothing was done: it is due again
	STEP_DONE
};

// The answer of a function that says whether, or how much, it did.
static enum stepped tell(struct pg *pg, const char *sql, const char *const *params, unsigned count)
{
	struct pg_rows *rows = pg_query(pg, sql, params, count);
	if (rows == NULL)
		return STEP_FAILED;
	bool done = pg_int(rows, 0, 0) > 0;
	pg_rows_release(rows);
	return done ? STEP_DONE : STEP_NOT_NOW;
}

// ---- the ids ------------------------------------------------------------------------------------

struct ids {
	struct uuid *list; // sorted; NULL when there are none
	size_t count;
};

static bool parse_ids(struct ids *ids, struct span hex)
{
	size_t bytes = hex.len / 2;
	if (hex.len % 32 != 0 || bytes / sizeof(struct uuid) > DRAW_ENTRIES_MAX)
		return false;
	ids->count = bytes / sizeof(struct uuid);
	ids->list = bytes > 0 ? malloc(bytes) : NULL;
	return bytes == 0 || (ids->list != NULL && str_hex_decode(hex, ids->list[0].b, bytes) &&
				 draw_sort(ids->list, ids->count));
}

// The caller frees ids->list, whatever is returned. STEP_NOT_NOW: said why.
static enum stepped read_ids(struct ids *ids, struct pg *pg, const char *creator, const char *drop)
{
	const char *params[] = {creator, drop};
	struct pg_rows *rows =
	    pg_query(pg, "select api.draw_ids($1::uuid, $2::uuid)", params, ARRAY_LEN(params));
	if (rows == NULL)
		return STEP_FAILED;
	bool ok = parse_ids(ids, span_of(pg_text(rows, 0, 0)));
	pg_rows_release(rows);
	if (!ok)
		log_error("the entries of draw %s cannot be taken", drop);
	return ok ? STEP_DONE : STEP_NOT_NOW;
}

static const char *root_text(struct buf *out, const struct ids *ids)
{
	struct digest root = draw_root(ids->list, ids->count);
	buf_init(out, (size_t)2 * DIGEST_LEN);
	str_hex(out, root.b, sizeof(root.b));
	return buf_text(out);
}

// ---- the steps ----------------------------------------------------------------------------------

static enum stepped close_draw(
    struct pg *pg, const char *creator, const struct pg_rows *due, size_t i)
{
	const char *drop = pg_text(due, i, C_DROP);
	struct ids ids = {0};
	enum stepped s = read_ids(&ids, pg, creator, drop);
	if (s == STEP_DONE) {
		struct buf root;
		char count[24];
		snprintf(count, sizeof(count), "%zu", ids.count);
		const char *params[] = {creator, drop, count, root_text(&root, &ids)};
		s = tell(pg, "select api.draw_close($1::uuid, $2::uuid, $3::integer, $4)::integer",
		    params, ARRAY_LEN(params));
		buf_release(&root);
	}
	free(ids.list);
	return s;
}

static bool open_secret(
    const char *creator, const struct pg_rows *due, size_t i, uint8_t secret[DRAW_SECRET_LEN])
{
	struct span hex = span_of(pg_text(due, i, C_SEALED));
	uint8_t sealed[SEALED_BYTES_MAX];
	struct uuid c, drop;
	return hex.len % 2 == 0 && hex.len / 2 <= sizeof(sealed) &&
	       str_hex_decode(hex, sealed, hex.len / 2) && uuid_parse(span_of(creator), &c) &&
	       uuid_parse(span_of(pg_text(due, i, C_DROP)), &drop) &&
	       draw_open(keys, &c, &drop, (struct span){(const char *)sealed, hex.len / 2}, secret);
}

// A secret that does not open is left out when its time is over, and named; until then the key may come
// back.
static enum stepped reveal_secret(
    struct pg *pg, const char *creator, const struct pg_rows *due, size_t i)
{
	const char *drop = pg_text(due, i, C_DROP);
	uint8_t secret[DRAW_SECRET_LEN];
	struct buf hex;
	if (!open_secret(creator, due, i, secret)) {
		log_error("the secret of draw %s cannot be opened: is its key here?", drop);
		return STEP_NOT_NOW;
	}
	buf_init(&hex, (size_t)2 * sizeof(secret));
	str_hex(&hex, secret, sizeof(secret));
	const char *params[] = {creator, drop, buf_text(&hex)};
	enum stepped s = tell(pg, "select api.draw_reveal_service($1::uuid, $2::uuid, $3)::integer",
	    params, ARRAY_LEN(params));
	buf_release(&hex);
	return s;
}

// K from what the ledger says: the count and root of the close, not those of the rows of now.
static bool key_of(const struct pg_rows *due, size_t i, const struct ids *ids, struct digest *key)
{
	struct span hex = span_of(pg_text(due, i, C_SECRETS));
	uint8_t secrets[DRAW_PARTIES_MAX * DRAW_SECRET_LEN];
	struct digest root, now = draw_root(ids->list, ids->count);
	struct uuid drop;
	if (hex.len / 2 > sizeof(secrets) || !str_hex_decode(hex, secrets, hex.len / 2) ||
	    !str_hex_decode(span_of(pg_text(due, i, C_ROOT)), root.b, sizeof(root.b)) ||
	    !uuid_parse(span_of(pg_text(due, i, C_DROP)), &drop) || !digest_equal(&root, &now) ||
	    pg_int(due, i, C_ENTRIES) != (int64_t)ids->count)
		return false;
	*key = draw_key(&root, secrets, hex.len / 2, &drop, ids->count);
	return true;
}

// The ranks of RANK_AT_ONCE ids from ids->list[first] on, or what is left.
static enum stepped tell_ranks(struct pg *pg, const char *creator, const struct pg_rows *due,
    size_t i, const struct ids *ids, size_t first)
{
	size_t left = ids->count - first, count = left < RANK_AT_ONCE ? left : RANK_AT_ONCE;
	char rank[24];
	struct buf text;
	snprintf(rank, sizeof(rank), "%zu", first + 1);
	buf_init(&text, count * 2 * sizeof(struct uuid));
	str_hex(&text, ids->list + first, count * sizeof(struct uuid));
	const char *params[] = {
	    creator, pg_text(due, i, C_DROP), buf_text(&text), rank, pg_text(due, i, C_SECRETS)};
	enum stepped s =
	    tell(pg, "select api.draw_rank($1::uuid, $2::uuid, $3, $4::integer, $5)::integer",
		params, ARRAY_LEN(params));
	buf_release(&text);
	return s;
}

static enum stepped make_draw(
    struct pg *pg, const char *creator, const struct pg_rows *due, size_t i)
{
	const char *drop = pg_text(due, i, C_DROP);
	struct ids ids = {0};
	struct digest key;
	enum stepped s = read_ids(&ids, pg, creator, drop);
	if (s == STEP_DONE &&
	    (!key_of(due, i, &ids, &key) || !draw_rank(ids.list, ids.count, &key))) {
		log_error(
		    "draw %s cannot be made: its entries are not those that were closed", drop);
		s = STEP_NOT_NOW;
	}
	for (size_t first = 0; s == STEP_DONE && first < ids.count; first += RANK_AT_ONCE)
		s = tell_ranks(pg, creator, due, i, &ids, first);
	if (s == STEP_DONE) {
		struct buf root;
		const char *params[] = {
		    creator, drop, pg_text(due, i, C_SECRETS), root_text(&root, &ids)};
		s = tell(pg, "select api.draw_make($1::uuid, $2::uuid, $3, $4)::integer", params,
		    ARRAY_LEN(params));
		buf_release(&root);
	}
	free(ids.list);
	return s;
}

static enum stepped issue(struct pg *pg, const char *creator, const struct pg_rows *due, size_t i)
{
	const char *params[] = {creator, pg_text(due, i, C_DROP), ISSUE_AT_ONCE};
	return tell(pg, "select api.draw_issue($1::uuid, $2::uuid, $3::integer)", params,
	    ARRAY_LEN(params));
}

static const struct {
	const char *name;
	enum stepped (*run)(
	    struct pg *pg, const char *creator, const struct pg_rows *due, size_t i);
} STEPS[] = {
    {"close", close_draw},
    {"reveal", reveal_secret},
    {"make", make_draw},
    {"issue", issue},
};

static enum stepped run_step(
    struct pg *pg, const char *creator, const struct pg_rows *due, size_t i)
{
	struct span name = span_of(pg_text(due, i, C_STEP));
	for (size_t k = 0; k < ARRAY_LEN(STEPS); k++)
		if (span_eq(name, STEPS[k].name))
			return STEPS[k].run(pg, creator, due, i);
	return STEP_NOT_NOW; // of a newer schema
}

int64_t draws_run(struct pg *pg, const char *creator, int limit)
{
	char text[16];
	snprintf(text, sizeof(text), "%d", limit);
	const char *params[] = {creator, text};
	struct pg_rows *due = pg_query(pg,
	    "select drop_id, step, sealed, entries, root, secrets "
	    "from api.draws_due($1::uuid, $2::integer)",
	    params, ARRAY_LEN(params));
	if (due == NULL)
		return -1;
	int64_t done = 0;
	enum stepped s = STEP_DONE;
	for (size_t i = 0; i < pg_count(due) && s != STEP_FAILED; i++) {
		s = run_step(pg, creator, due, i);
		done += s == STEP_DONE;
	}
	pg_rows_release(due);
	return s == STEP_FAILED ? -1 : done;
}
