// SPDX-License-Identifier: Apache-2.0
//
// Pure; nothing is allocated. Invariant of an edge: count[l] = floor(size / 256^l) mod 256.
#include "crypto/tiles.h"

#include <string.h>

#define LEVEL_MAX 63
#define GROUPS_MAX 7 // of three digits; below 10^21

// ---- names

void tile_path_put(struct buf *out, const struct tile_name *t)
{
	unsigned groups[GROUPS_MAX];
	size_t count = 0;
	uint64_t n = t->n;

	ASSERT(t->level <= LEVEL_MAX && t->width >= 1 && t->width <= TILE_WIDTH);
	do {
		groups[count++] = (unsigned)(n % 1000);
		n /= 1000;
	} while (n > 0);
	if (t->is_entries)
		buf_puts(out, "tile/entries/");
	else
		buf_printf(out, "tile/%u/", t->level);
	while (count-- > 0)
		buf_printf(
		    out, "%s%03u%s", count > 0 ? "x" : "", groups[count], count > 0 ? "/" : "");
	if (t->width < TILE_WIDTH)
		buf_printf(out, ".p/%u", t->width);
}

// A decimal number of at most `digits_max` digits without a leading zero; moves *at behind it.
static bool take_number(struct span *at, size_t digits_max, unsigned *value)
{
	size_t n = 0;

	*value = 0;
	for (; n < at->len && n < digits_max && at->ptr[n] >= '0' && at->ptr[n] <= '9'; n++)
		*value = *value * 10 + (unsigned)(at->ptr[n] - '0');
	if (n == 0 || (n > 1 && at->ptr[0] == '0'))
		return false;
	at->ptr += n;
	at->len -= n;
	return true;
}

static bool take_text(struct span *at, const char *text)
{
	if (!span_starts(*at, text))
		return false;
	at->len -= strlen(text);
	at->ptr += strlen(text);
	return true;
}

// Three digits; false, with *at where it was, when there are none.
static bool take_group(struct span *at, uint64_t *n)
{
	uint64_t value = *n;

	if (at->len < 3)
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (at->ptr[i] < '0' || at->ptr[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(at->ptr[i] - '0');
	}
	*n = value;
	at->ptr += 3;
	at->len -= 3;
	return true;
}

// x001/x234/067; the first of several groups is not x000.
static bool take_index(struct span *at, uint64_t *n)
{
	*n = 0;
	for (size_t groups = 1; take_text(at, "x"); groups++) {
		if (groups == GROUPS_MAX - 1 || !take_group(at, n) || *n == 0 ||
		    !take_text(at, "/"))
			return false;
	}
	return take_group(at, n);
}

bool tile_path_parse(struct span path, struct tile_name *t)
{
	*t = (struct tile_name){.width = TILE_WIDTH};
	t->is_entries = take_text(&path, "entries/");
	if (!t->is_entries &&
	    (!take_number(&path, 2, &t->level) || t->level > LEVEL_MAX || !take_text(&path, "/")))
		return false;
	if (!take_index(&path, &t->n))
		return false;
	if (!take_text(&path, ".p/"))
		return path.len == 0;
	return take_number(&path, 3, &t->width) && path.len == 0 && t->width >= 1 &&
	       t->width < TILE_WIDTH;
}

unsigned tile_width(unsigned level, uint64_t n, uint64_t size)
{
	uint64_t hashes = level < 8 ? size >> (8 * level) : 0;

	if (n > hashes / TILE_WIDTH)
		return 0;
	hashes -= n * TILE_WIDTH;
	return hashes < TILE_WIDTH ? (unsigned)hashes : TILE_WIDTH;
}

// ---- the right edge

void tile_edge_init(struct tile_edge *e)
{
	e->size = 0;
	memset(e->count, 0, sizeof(e->count));
	memset(e->told, 0, sizeof(e->told));
}

unsigned tile_edge_width(uint64_t size, unsigned level)
{
	return (unsigned)(size >> (8 * level)) % TILE_WIDTH;
}

static bool tell(struct tile_edge *e, unsigned level, uint64_t n, tile_writer *write, void *arg)
{
	unsigned from = e->told[level];

	e->told[level] = e->count[level];
	return write(arg, level, n, from, e->hashes[level] + from, e->count[level] - from);
}

bool tile_edge_append(struct tile_edge *e, const struct digest *leaf, tile_writer *write, void *arg)
{
	struct digest node = *leaf;
	bool is_full = true;

	ASSERT(e->size < TILE_SIZE_MAX - 1);
	e->size++;
	for (unsigned level = 0; is_full; level++) {
		ASSERT(level < TILE_LEVELS && e->count[level] < TILE_WIDTH);
		e->hashes[level][e->count[level]++] = node;
		is_full = e->count[level] == TILE_WIDTH;
		if (!is_full)
			break;
		if (!tell(e, level, (e->size >> (8 * level + 8)) - 1, write, arg))
			return false;
		node = merkle_root(e->hashes[level], TILE_WIDTH);
		e->count[level] = e->told[level] = 0;
	}
	return true;
}

bool tile_edge_flush(struct tile_edge *e, tile_writer *write, void *arg)
{
	for (unsigned level = 0; level < TILE_LEVELS; level++)
		if (e->told[level] < e->count[level] &&
		    !tell(e, level, e->size >> (8 * level + 8), write, arg))
			return false;
	return true;
}

// What lies right of a level's last full subtree counts, at that level, as one more node: RFC 6962
// splits at powers of two, so never inside of it before everything left of it.
struct digest tile_edge_root(const struct tile_edge *e)
{
	struct digest nodes[TILE_WIDTH + 1], root = digest_sha256("", 0);
	bool has_rest = false;

	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		size_t count = e->count[level];

		memcpy(nodes, e->hashes[level], count * sizeof(nodes[0]));
		if (has_rest)
			nodes[count++] = root;
		if (count == 0)
			continue;
		root = merkle_root(nodes, count);
		has_rest = true;
	}
	return root;
}

// ---- a few tiles

bool tile_set_read(void *arg, unsigned height, uint64_t index, struct digest *out)
{
	const struct tile_set *set = arg;
	unsigned level = height / 8, count = 1u << height % 8;
	uint64_t first = index << height % 8; // of the hashes of that level
	struct digest nodes[TILE_WIDTH];

	for (size_t i = 0; i < set->count; i++) {
		const struct tile *t = &set->tiles[i];
		size_t from = (size_t)(first % TILE_WIDTH);

		if (t->level != level || t->n != first / TILE_WIDTH || from + count > t->count)
			continue;
		memcpy(nodes, t->hashes + from * DIGEST_LEN, count * sizeof(nodes[0]));
		*out = merkle_root(nodes, count);
		return true;
	}
	return false;
}
