// SPDX-License-Identifier: Apache-2.0
//
// One log after the other, over blocking libpq. A struct visit is one log in one pass; it owns
// nothing that outlives it. Bytes travel as hex: the tool layer speaks text.
#include "janitor/publish.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ids.h"
#include "base/log.h"
#include "crypto/merkle.h"
#include "crypto/note.h"
#include "crypto/tiles.h"
#include "janitor/memory.h"

#define CREATORS_PAGE 256
#define ENTRIES_AT_ONCE 1024
#define CHUNKS_MAX 16 // of one log in one pass; then the next log's turn
#define WHY_BYTES_MAX 500
#define SLUG_BYTES_MAX 64
#define REMINDER_MS 60000
#define REMINDERS_MAX 64

struct visit {
	const struct publisher *publisher;
	struct pg *pg;
	const char *creator;
	char slug[SLUG_BYTES_MAX];
	char origin[NOTE_NAME_MAX + 1];
	uint64_t entries; // in the ledger
	uint64_t size;	  // in the tiles
	uint64_t shown;	  // in the last checkpoint, 0: none
	struct digest shown_root;
	bool is_signed_as_wanted; // by the active key, under this origin
	bool is_halted_here, is_halted_elsewhere;
	uint64_t seen; // in this host's memory, 0: nothing
	struct digest seen_root;
	char halted[WHY_BYTES_MAX]; // who and why
	struct buf why;		    // what went wrong, one line
};

enum outcome {
	DONE,
	MORE,	   // there are more entries than one pass takes
	OVERTAKEN, // another janitor is at it; the next pass sees what it did
	FAILED,	   // `why` says so; worth another try
	REFUSED	   // a checkpoint would contradict another one; `why` says which
};

static struct tile_edge edge; // too large for the stack; of one visit at a time

// ---- numbers and bytes as the tool layer has them ----------------------------------------------

struct number {
	char text[24];
};

static struct number number_of(uint64_t v)
{
	struct number n;
	snprintf(n.text, sizeof(n.text), "%llu", (unsigned long long)v);
	return n;
}

#define HEX_LEN ((size_t)DIGEST_LEN * 2)

static void hex_of(char out[HEX_LEN + 1], const struct digest *d)
{
	struct buf b = {.data = (uint8_t *)out, .cap = HEX_LEN + 1, .bytes_max = HEX_LEN};
	str_hex(&b, d->b, sizeof(d->b));
	ASSERT(!b.failed);
	out[HEX_LEN] = 0;
}

static enum outcome database_failed(struct visit *v)
{
	buf_puts(&v->why, pg_error(v->pg));
	return FAILED;
}

// ---- the tree as it is stored ------------------------------------------------------------------

// The right edge of the tree of `size` leaves. False, with `why`, when it is not all there.
static bool load_edge(struct visit *v, uint64_t size)
{
	struct number n = number_of(size);
	const char *params[] = {v->creator, n.text};
	tile_edge_init(&edge);
	edge.size = size;
	struct pg_rows *rows = pg_query(
	    v->pg, "select level, hashes from api.log_edge($1::uuid, $2::bigint)", params, 2);
	if (rows == NULL) {
		(void)database_failed(v);
		return false;
	}
	bool ok = true;
	for (size_t i = 0; i < pg_count(rows) && ok; i++) {
		int64_t level = pg_int(rows, i, 0);
		struct span hex = span_of(pg_text(rows, i, 1));
		size_t bytes = hex.len / 2;
		ok = level >= 0 && level < TILE_LEVELS && bytes <= sizeof(edge.hashes[level]) &&
		     bytes % DIGEST_LEN == 0 &&
		     str_hex_decode(hex, (uint8_t *)edge.hashes[level], bytes);
		if (ok)
			edge.count[level] = edge.told[level] = (unsigned)(bytes / DIGEST_LEN);
	}
	pg_rows_release(rows);
	for (unsigned level = 0; level < TILE_LEVELS && ok; level++)
		ok = edge.count[level] == tile_edge_width(size, level);
	if (!ok)
		buf_printf(&v->why, "the tiles of size %s are not all there", n.text);
	return ok;
}

// What is to be stored, as the arrays that log_extend() takes.
struct growth {
	struct buf levels, ns, froms, hashes;
};

static bool note_tile(void *arg, unsigned level, uint64_t n, unsigned from,
    const struct digest *hashes, unsigned count)
{
	struct growth *g = arg;
	const char *comma = g->levels.len > 1 ? "," : "";
	buf_printf(&g->levels, "%s%u", comma, level);
	buf_printf(&g->ns, "%s%llu", comma, (unsigned long long)n);
	buf_printf(&g->froms, "%s%u", comma, from);
	buf_puts(&g->hashes, comma);
	str_hex(&g->hashes, hashes, count * sizeof(hashes[0]));
	return true;
}

static void growth_start(struct growth *g)
{
	struct buf *all[] = {&g->levels, &g->ns, &g->froms, &g->hashes};
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		buf_init(all[i], (size_t)1 << 20);
		buf_putc(all[i], '{');
	}
}

static void growth_release(struct growth *g)
{
	struct buf *all[] = {&g->levels, &g->ns, &g->froms, &g->hashes};
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		buf_release(all[i]);
}

// Hashes entries into the edge; *count says how many there were.
static enum outcome take_entries(struct visit *v, struct growth *g, uint64_t *count)
{
	uint64_t left = v->entries - v->size;
	struct number from = number_of(v->size),
		      limit = number_of(left < ENTRIES_AT_ONCE ? left : ENTRIES_AT_ONCE);
	const char *params[] = {v->creator, from.text, limit.text};
	struct pg_rows *rows = pg_query(v->pg,
	    "select entry from api.log_entries($1::uuid, $2::bigint, $3::integer)", params, 3);
	if (rows == NULL)
		return database_failed(v);
	bool ok = true;
	*count = pg_count(rows);
	for (size_t i = 0; i < *count && ok; i++) {
		const char *entry = pg_text(rows, i, 0);
		struct digest leaf = merkle_leaf(entry, strlen(entry));
		ok = tile_edge_append(&edge, &leaf, note_tile, g);
	}
	pg_rows_release(rows);
	ok = ok && tile_edge_flush(&edge, note_tile, g);
	ASSERT(ok); // note_tile() always is
	return DONE;
}

static enum outcome store(struct visit *v, struct growth *g)
{
	struct buf *all[] = {&g->levels, &g->ns, &g->froms, &g->hashes};
	struct number from = number_of(v->size), to = number_of(edge.size);
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		buf_putc(all[i], '}');
		ASSERT(!all[i]->failed); // bounded by ENTRIES_AT_ONCE
	}
	const char *params[] = {v->creator, from.text, to.text, buf_text(&g->levels),
	    buf_text(&g->ns), buf_text(&g->froms), buf_text(&g->hashes)};
	struct pg_rows *rows = pg_query(v->pg,
	    "select api.log_extend($1::uuid, $2::bigint, $3::bigint, $4::integer[], $5::bigint[], "
	    "$6::integer[], $7::text[])",
	    params, ARRAY_LEN(params));
	if (rows == NULL)
		return database_failed(v);
	bool is_ours = strcmp(pg_text(rows, 0, 0), "t") == 0;
	pg_rows_release(rows);
	if (!is_ours)
		return OVERTAKEN;
	v->size = edge.size;
	return DONE;
}

// Up to ENTRIES_AT_ONCE entries into durable tiles.
static enum outcome extend_once(struct visit *v, struct job_tally *tally)
{
	struct growth g;
	uint64_t count = 0;
	growth_start(&g);
	enum outcome o = take_entries(v, &g, &count);
	if (o == DONE && count == 0) {
		buf_printf(&v->why, "the ledger has no entry %llu", (unsigned long long)v->size);
		o = FAILED;
	}
	if (o == DONE)
		o = store(v, &g);
	if (o == DONE)
		tally->done += (int64_t)count;
	growth_release(&g);
	return o;
}

static enum outcome extend(struct visit *v, bool (*go_on)(struct pg *pg), struct job_tally *tally)
{
	if (v->size == v->entries)
		return DONE;
	if (v->entries >= TILE_SIZE_MAX) {
		buf_puts(&v->why, "the ledger is larger than a log may be");
		return FAILED;
	}
	if (!load_edge(v, v->size))
		return FAILED;
	for (int chunks = 0; v->size < v->entries; chunks++) {
		if (chunks == CHUNKS_MAX || !go_on(v->pg))
			return MORE;
		enum outcome o = extend_once(v, tally);
		if (o != DONE)
			return o;
	}
	return DONE;
}

// ---- contradictions ----------------------------------------------------------------------------

// Is the checkpoint of `size` and `root`, which `whose` knows, a beginning of what is stored?
static enum outcome agrees(
    struct visit *v, const char *whose, uint64_t size, const struct digest *root)
{
	if (size > v->size) {
		buf_printf(&v->why,
		    "%s has a checkpoint of %llu entries, and here are only %llu: was the database "
		    "set back?",
		    whose, (unsigned long long)size, (unsigned long long)v->size);
		return REFUSED;
	}
	if (!load_edge(v, size))
		return FAILED;
	struct digest stored = tile_edge_root(&edge);
	if (digest_equal(&stored, root))
		return DONE;
	buf_printf(&v->why,
	    "%s has a checkpoint of %llu entries with another root than is stored here: was the "
	    "database set back?",
	    whose, (unsigned long long)size);
	return REFUSED;
}

// Both memories: this host's file, and the checkpoint that is shown.
static enum outcome check_memories(struct visit *v)
{
	bool is_same = v->seen == v->shown && digest_equal(&v->seen_root, &v->shown_root);
	enum outcome o = DONE;
	if (v->seen > 0 && (!is_same || v->size > v->shown))
		o = agrees(v, "this host's memory", v->seen, &v->seen_root);
	if (o == DONE && v->shown > 0 && !is_same)
		o = agrees(v, "the log", v->shown, &v->shown_root);
	return o;
}

// ---- signing -----------------------------------------------------------------------------------

static enum outcome show(struct visit *v, const struct checkpoint *c, const struct buf *note)
{
	struct number size = number_of(c->size);
	char root[HEX_LEN + 1];
	hex_of(root, &c->root);
	const char *params[] = {v->creator, size.text, root, buf_text(note)};
	// False: a larger one is shown, or another host has halted it; the next pass will know.
	return pg_run(v->pg, "select api.log_publish($1::uuid, $2::bigint, $3, $4)", params, 4)
		   ? DONE
		   : database_failed(v);
}

// From here on this host answers for size and root.
static enum outcome remember(struct visit *v, uint64_t size, const struct digest *root)
{
	struct checkpoint c = {span_of(v->origin), size, *root};
	switch (memory_advance(v->publisher->state_dir, v->creator, &c, &v->why)) {
	case MEMORY_DURABLE:
		return DONE;
	case MEMORY_AHEAD:
		return OVERTAKEN;
	case MEMORY_CONTRADICTS:
		buf_printf(&v->why, "this host's memory has another root of %llu entries",
		    (unsigned long long)size);
		return REFUSED;
	case MEMORY_FAILED:
		break;
	}
	return FAILED;
}

static enum outcome sign(struct visit *v)
{
	if (!load_edge(v, v->size))
		return FAILED;
	struct checkpoint c = {span_of(v->origin), v->size, tile_edge_root(&edge)};
	enum outcome o = remember(v, c.size, &c.root);
	if (o != DONE)
		return o;
	struct buf note;
	buf_init(&note, NOTE_BYTES_MAX);
	checkpoint_put(&note, &c);
	note_sign(&note, v->origin, keyring_active(v->publisher->keys));
	ASSERT(!note.failed);
	o = show(v, &c, &note);
	buf_release(&note);
	return o;
}

static enum outcome publish(struct visit *v, bool (*go_on)(struct pg *pg), struct job_tally *tally)
{
	enum outcome extended = extend(v, go_on, tally);
	if (extended != DONE && extended != MORE)
		return extended;
	enum outcome o = check_memories(v);
	if (o != DONE)
		return o;
	if (v->is_halted_elsewhere) {
		buf_puts(&v->why, v->halted);
		return REFUSED;
	}
	if (v->size > v->shown || (v->shown > 0 && !v->is_signed_as_wanted))
		o = sign(v);
	else if (v->seen < v->shown)
		o = remember(v, v->shown, &v->shown_root);
	return o == DONE ? extended : o;
}

// ---- one log -----------------------------------------------------------------------------------

// False: there is no ledger, or `why` says what is wrong.
static bool read_head(struct visit *v, const struct pg_rows *rows)
{
	struct checkpoint c = {.size = 0};
	struct span note = span_of(pg_text(rows, 0, 3));
	snprintf(v->slug, sizeof(v->slug), "%s", pg_text(rows, 0, 7));
	v->entries = (uint64_t)pg_int(rows, 0, 0);
	v->size = (uint64_t)pg_int(rows, 0, 1);
	v->shown = (uint64_t)pg_int(rows, 0, 2);
	if (!note_origin(span_of(v->publisher->public_url), span_of(v->slug), v->origin)) {
		buf_puts(&v->why, "public_url cannot name a log: it is too long, or has a '+'");
		return false;
	}
	if (!pg_is_null(rows, 0, 5)) {
		v->is_halted_here = strcmp(pg_text(rows, 0, 5), v->publisher->host) == 0;
		v->is_halted_elsewhere = !v->is_halted_here;
		snprintf(v->halted, sizeof(v->halted), "halted by the janitor of %.200s: %.200s",
		    pg_text(rows, 0, 5), pg_text(rows, 0, 6));
	}
	if (v->shown == 0)
		return true;
	if (!checkpoint_parse(note, &c) || c.size != v->shown) {
		buf_puts(&v->why, "the checkpoint in the database is none");
		return false;
	}
	v->shown_root = c.root;
	const struct key *k = keyring_active(v->publisher->keys);
	v->is_signed_as_wanted = note_names_key(note, v->origin, note_key_id(v->origin, k));
	return true;
}

// The memory is read before the database: tiles are durable before anything is remembered, so what
// is remembered is stored when it is asked for, unless the database was set back.
static enum outcome visit_log(
    struct visit *v, bool (*go_on)(struct pg *pg), struct job_tally *tally)
{
	if (memory_read(v->publisher->state_dir, v->creator, &v->seen, &v->seen_root, &v->why) ==
	    MEMORY_BROKEN)
		return FAILED;
	const char *params[] = {v->creator};
	struct pg_rows *rows = pg_query(v->pg,
	    "select entries, size, checkpoint_size, checkpoint, root, halted_by, halted_why, slug "
	    "from api.log_head($1::uuid)",
	    params, 1);
	if (rows == NULL)
		return database_failed(v);
	bool is_there = pg_count(rows) > 0, ok = is_there && read_head(v, rows);
	pg_rows_release(rows);
	if (!ok)
		return is_there ? FAILED : DONE;
	return publish(v, go_on, tally);
}

static bool mark(struct visit *v, enum outcome o)
{
	const char *params[] = {v->creator, v->publisher->host, buf_text(&v->why)};
	if (o == REFUSED && !v->is_halted_here && !v->is_halted_elsewhere)
		return pg_run(v->pg, "select api.log_halt($1::uuid, $2, $3)", params, 3);
	if ((o == DONE || o == MORE) && v->is_halted_here) { // what was refused is in order
		log_warn("log %s: in order again", v->slug);
		return pg_run(v->pg, "select api.log_resume($1::uuid, $2)", params, 2);
	}
	return true;
}

// Once a minute for each log, and at once when it is news.
static bool is_time_to_tell(const char *creator)
{
	static struct {
		char creator[UUID_TEXT_LEN + 1];
		int64_t next_mono_ms;
	} told[REMINDERS_MAX];
	size_t oldest = 0;
	int64_t now = clock_mono_ms();
	for (size_t i = 0; i < REMINDERS_MAX; i++) {
		if (strcmp(told[i].creator, creator) == 0) {
			oldest = i;
			break;
		}
		if (told[i].next_mono_ms < told[oldest].next_mono_ms)
			oldest = i;
	}
	if (strcmp(told[oldest].creator, creator) == 0 && now < told[oldest].next_mono_ms)
		return false;
	snprintf(told[oldest].creator, sizeof(told[oldest].creator), "%s", creator);
	told[oldest].next_mono_ms = now + REMINDER_MS;
	return true;
}

static void settle(struct visit *v, enum outcome o, struct job_tally *tally, int64_t *halted)
{
	if (!mark(v, o))
		log_error("log %s: %s", v->slug, pg_error(v->pg));
	if (o != FAILED && o != REFUSED)
		return;
	tally->failures++;
	*halted += o == REFUSED;
	if (is_time_to_tell(v->creator))
		log_error("log %s of creator %s: %s%s", v->slug, v->creator,
		    o == REFUSED ? "SIGNING IS HALTED: " : "", buf_text(&v->why));
}

// ---- all logs ----------------------------------------------------------------------------------

// True when there is more to do at once.
static bool visit_creator(struct publisher *p, struct pg *pg, const char *creator,
    bool (*go_on)(struct pg *pg), struct job_tally *tally, int64_t *halted)
{
	struct visit v = {.publisher = p, .pg = pg, .creator = creator};
	buf_init(&v.why, WHY_BYTES_MAX);
	enum outcome o = visit_log(&v, go_on, tally);
	settle(&v, o, tally, halted);
	buf_release(&v.why);
	return o == MORE || o == OVERTAKEN;
}

bool publish_pass(struct publisher *p, struct pg *pg, bool (*go_on)(struct pg *pg),
    struct job_tally *tally, bool *more)
{
	char after[UUID_TEXT_LEN + 1] = "00000000-0000-0000-0000-000000000000";
	struct number limit = number_of(CREATORS_PAGE);
	int64_t halted = 0;
	size_t found;
	*more = false;
	do {
		const char *params[] = {after, limit.text};
		struct pg_rows *rows = pg_query(
		    pg, "select id from api.janitor_creators($1::uuid, $2::integer)", params, 2);
		if (rows == NULL) {
			log_error("logs: cannot list the creators: %s", pg_error(pg));
			tally->failures++;
			return false;
		}
		found = pg_count(rows);
		for (size_t i = 0; i < found && !pg_is_lost(pg) && go_on(pg); i++) {
			snprintf(after, sizeof(after), "%s", pg_text(rows, i, 0));
			*more |= visit_creator(p, pg, after, go_on, tally, &halted);
		}
		pg_rows_release(rows);
	} while (found == CREATORS_PAGE && !pg_is_lost(pg) && go_on(pg));
	if (!pg_is_lost(pg) && go_on(pg))
		p->halted = halted;
	return !pg_is_lost(pg);
}

bool publish_prepare(const struct publisher *p, struct buf *error)
{
	if (key_type(keyring_active(p->keys)) != KEY_ED25519) {
		buf_puts(error, "the ledger's active key is not of Ed25519");
		return false;
	}
	if (mkdir(p->state_dir, 0700) != 0 && errno != EEXIST) {
		buf_printf(
		    error, "cannot make janitor_state_dir %s: %s", p->state_dir, strerror(errno));
		return false;
	}
	if (access(p->state_dir, R_OK | W_OK | X_OK) == 0)
		return true;
	buf_printf(
	    error, "cannot write to janitor_state_dir %s: %s", p->state_dir, strerror(errno));
	return false;
}
