// SPDX-License-Identifier: Apache-2.0
//
// roadshow draw verify: makes a draw again from what everybody may read, and compares. Everything that
// is read comes from somebody who may lie.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "draw/draw.h"

#define PAGE 10000
#define PAGE_BYTES_MAX ((size_t)64 << 20) // of an arena: one page, or the draw itself

struct party {
	char name[48];
	uint8_t commitment[DIGEST_LEN];
	uint8_t secret[DRAW_SECRET_LEN];
	bool has_secret;
};

struct checking {
	const struct cli_command *self;
	const char *url, *drop_text;
	struct client *client;
	struct uuid drop;
	struct party parties[DRAW_PARTIES_MAX];
	size_t party_count;
	int64_t n, winners, capacity, committed, made;
	struct digest root, ranking_root;
	char log[256];
	struct uuid *ids; // as drawn: ids[rank - 1]
	bool *seen;	  // by rank - 1
	size_t count;
};

static bool liar(const struct checking *v, const char *what)
{
	cli_complain(v->self, "%s", what);
	return false;
}

// ---- HTTP ---------------------------------------------------------------------------------------

// The answer's JSON, which lives in the arena. CLI_OK: *out is an object.
static int get(struct checking *v, const char *path, struct arena *arena, const struct json **out)
{
	struct client_request rq = {.method = "GET", .path = path};
	struct client_answer answer = {0};
	struct buf error;
	int result = CLI_OK;
	buf_init(&error, 2048);
	if (!client_call(v->client, &rq, &answer, &error)) {
		result = CLI_UNREACHABLE;
	} else if (answer.status != 200) {
		client_explain(&answer, &error);
		result = CLI_FAILED;
	} else if ((*out = client_json(&answer, arena)) == NULL || (*out)->type != JSON_OBJECT) {
		buf_puts(&error, "the answer is no JSON object");
		result = CLI_FAILED;
	}
	if (result != CLI_OK)
		cli_complain(v->self, "%s: %s", path, buf_text(&error));
	client_answer_release(&answer);
	buf_release(&error);
	return result;
}

// ---- the draw -----------------------------------------------------------------------------------

static bool take_hex(const struct json *o, const char *name, uint8_t *out, size_t len)
{
	struct span hex = json_get_text(o, name);
	return hex.ptr != NULL && str_hex_decode(hex, out, len);
}

static bool take_party(struct checking *v, const struct json *o)
{
	struct party *p = &v->parties[v->party_count++];
	struct span name = json_get_text(o, "name");
	const struct json *secret = json_get(o, "secret");
	struct digest d;
	if (name.ptr == NULL || !take_hex(o, "commitment", p->commitment, sizeof(p->commitment)))
		return liar(v, "a party has no name or commitment");
	snprintf(p->name, sizeof(p->name), "%.*s", (int)name.len, name.ptr);
	p->has_secret = secret != NULL && secret->type != JSON_NULL;
	if (!p->has_secret)
		return true;
	if (!take_hex(o, "secret", p->secret, sizeof(p->secret)))
		return liar(v, "a secret has not 32 bytes");
	d = digest_sha256(p->secret, sizeof(p->secret));
	return crypto_equal(d.b, p->commitment, sizeof(d.b)) ||
	       liar(v, "A SECRET IS NOT THE ONE THAT WAS COMMITTED TO");
}

static bool take_parties(struct checking *v, const struct json *draw)
{
	const struct json *list = json_get(draw, "parties");
	if (list == NULL || list->type != JSON_ARRAY || list->count < 2 ||
	    list->count > DRAW_PARTIES_MAX)
		return liar(v, "there are not two to eight parties");
	for (const struct json *p = list->child; p != NULL; p = p->next)
		if (!take_party(v, p))
			return false;
	return true;
}

static bool take_draw(struct checking *v, const struct json *draw)
{
	const struct json *ledger = json_get(draw, "ledger");
	struct span log = json_get_text(draw, "log"), drop = json_get_text(draw, "drop_id");
	struct uuid said;
	if (!span_eq(json_get_text(draw, "algorithm"), DRAW_ALGORITHM))
		return liar(v, "the algorithm is not " DRAW_ALGORITHM);
	if (!span_eq(json_get_text(draw, "state"), "made"))
		return liar(v, "the draw has not been made yet");
	if (!uuid_parse(drop, &said) || !uuid_eq(&said, &v->drop))
		return liar(v, "the answer is about another drop");
	v->n = json_get_int(draw, "n", -1);
	v->winners = json_get_int(draw, "winners", -1);
	v->capacity = json_get_int(draw, "capacity", -1);
	v->committed = json_get_int(ledger, "committed", -1);
	v->made = json_get_int(ledger, "made", -1);
	snprintf(v->log, sizeof(v->log), "%.*s", (int)log.len, log.ptr != NULL ? log.ptr : "");
	if (v->n < 0 || v->n > DRAW_ENTRIES_MAX || v->capacity < 0 ||
	    !take_hex(draw, "root", v->root.b, sizeof(v->root.b)) ||
	    !take_hex(draw, "ranking_root", v->ranking_root.b, sizeof(v->ranking_root.b)))
		return liar(v, "the draw lacks its count or roots");
	if (v->winners != (v->n < v->capacity ? v->n : v->capacity))
		return liar(v, "THE WINNERS ARE NOT AS MANY AS THE CAPACITY ALLOWS");
	return take_parties(v, draw);
}

// ---- entries ------------------------------------------------------------------------------------

static bool take_entry(struct checking *v, const struct json *o)
{
	int64_t rank = json_get_int(o, "rank", 0);
	struct uuid id;
	if (!uuid_parse(json_get_text(o, "id"), &id) || rank < 1 || rank > v->n)
		return liar(v, "an entry has no id or no rank among the entries");
	if (v->seen[rank - 1])
		return liar(v, "TWO ENTRIES HAVE ONE RANK, or the list does not end");
	v->seen[rank - 1] = true;
	v->ids[rank - 1] = id;
	v->count++;
	return true;
}

// One page; *after becomes the id to go on from, "" at the end.
static int take_page(struct checking *v, char after[UUID_TEXT_LEN + 1])
{
	char path[256];
	struct arena arena;
	const struct json *page = NULL, *list;
	snprintf(path, sizeof(path), "/v1/drops/%s/draw/entries?limit=%d%s%s", v->drop_text, PAGE,
	    after[0] != 0 ? "&after=" : "", after);
	arena_init(&arena, PAGE_BYTES_MAX);
	int result = get(v, path, &arena, &page);
	if (result == CLI_OK) {
		struct span next = json_get_text(page, "next");
		list = json_get(page, "entries");
		for (const struct json *e = list != NULL ? list->child : NULL;
		     e != NULL && result == CLI_OK; e = e->next)
			result = take_entry(v, e) ? CLI_OK : CLI_FAILED;
		snprintf(after, UUID_TEXT_LEN + 1, "%.*s", (int)next.len,
		    next.ptr != NULL ? next.ptr : "");
	}
	arena_release(&arena);
	return result;
}

static int take_entries(struct checking *v)
{
	char after[UUID_TEXT_LEN + 1] = "";
	size_t before;
	int result;
	v->ids = calloc((size_t)v->n + 1, sizeof(*v->ids));
	v->seen = calloc((size_t)v->n + 1, sizeof(*v->seen));
	ASSERT(v->ids != NULL && v->seen != NULL);
	do {
		before = v->count;
		result = take_page(v, after);
	} while (result == CLI_OK && after[0] != 0 && v->count > before);
	if (result == CLI_OK && v->count != (size_t)v->n) {
		cli_complain(v->self, "THE LIST HAS %zu ENTRIES, THE DRAW CLOSED WITH %lld",
		    v->count, (long long)v->n);
		result = CLI_FAILED;
	}
	return result;
}

// ---- making it again ----------------------------------------------------------------------------

static struct digest key_of(const struct checking *v)
{
	uint8_t secrets[DRAW_PARTIES_MAX * DRAW_SECRET_LEN];
	size_t len = 0;
	for (size_t i = 0; i < v->party_count; i++) {
		if (!v->parties[i].has_secret)
			continue;
		memcpy(secrets + len, v->parties[i].secret, DRAW_SECRET_LEN);
		len += DRAW_SECRET_LEN;
	}
	return draw_key(&v->root, secrets, len, &v->drop, (uint64_t)v->n);
}

static bool is_right(struct checking *v)
{
	struct digest root = draw_root(v->ids, v->count), key;
	size_t bytes = v->count * sizeof(*v->ids);
	struct uuid *again = malloc(bytes + 1);
	bool ok = false;
	ASSERT(again != NULL);
	memcpy(again, v->ids, bytes);
	if (!digest_equal(&root, &v->ranking_root)) {
		(void)liar(v, "THE RANKING IS NOT THE ONE OF THE LEDGER");
		goto out;
	}
	if (!draw_sort(again, v->count)) {
		(void)liar(v, "AN ENTRY IS THERE TWICE");
		goto out;
	}
	root = draw_root(again, v->count);
	if (!digest_equal(&root, &v->root)) {
		(void)liar(v, "THE ENTRIES ARE NOT THOSE WITH WHICH THE DRAW CLOSED");
		goto out;
	}
	key = key_of(v);
	if (!draw_rank(again, v->count, &key) || memcmp(again, v->ids, bytes) != 0)
		(void)liar(v, "THE DRAW COMES OUT DIFFERENTLY");
	else
		ok = true;
out:
	free(again);
	return ok;
}

static void report(const struct checking *v)
{
	struct buf hex;
	buf_init(&hex, (size_t)2 * DIGEST_LEN);
	str_hex(&hex, v->root.b, sizeof(v->root.b));
	printf("draw     %s\n", v->drop_text);
	printf("entries  %lld, root %s\n", (long long)v->n, buf_text(&hex));
	for (size_t i = 0; i < v->party_count; i++)
		printf("party    %s, %s\n", v->parties[i].name,
		    v->parties[i].has_secret ? "revealed what was committed to"
					     : "WITHHELD its secret");
	printf("winners  %lld of %lld, in the order that follows from the secrets\n",
	    (long long)v->winners, (long long)v->n);
	printf("ledger   committed at %lld, made at %lld of %s%s; check that with roadshow log "
	       "verify\n",
	    (long long)v->committed, (long long)v->made, v->url, v->log);
	buf_release(&hex);
}

static int check(struct checking *v)
{
	char path[128];
	struct arena arena;
	const struct json *draw = NULL;
	arena_init(&arena, PAGE_BYTES_MAX);
	snprintf(path, sizeof(path), "/v1/drops/%s/draw", v->drop_text);
	int result = get(v, path, &arena, &draw);
	if (result == CLI_OK && !take_draw(v, draw))
		result = CLI_FAILED;
	arena_release(&arena);
	if (result == CLI_OK)
		result = take_entries(v);
	if (result == CLI_OK && !is_right(v))
		result = CLI_FAILED;
	if (result == CLI_OK)
		report(v);
	free(v->ids);
	free(v->seen);
	return result;
}

int cli_draw_verify(const struct cli_command *self, int argc, char **argv)
{
	struct checking v = {.self = self};
	const char *at[2], *ca = getenv("ROADSHOW_CA");
	char base[1024];
	struct buf error;
	const struct cli_option options[] = {{NULL, NULL, NULL}};
	enum cli_parsed parsed = cli_parse(self, argc, argv, options, at, 2, 2);
	if (parsed != CLI_PARSED)
		return parsed == CLI_PARSED_HELP ? CLI_OK : CLI_USAGE;
	size_t len = strlen(at[0]);
	len -= len > 0 && at[0][len - 1] == '/';
	snprintf(base, sizeof(base), "%.*s", (int)len, at[0]);
	v.url = base;
	v.drop_text = at[1];
	if (!uuid_parse(span_of(v.drop_text), &v.drop)) {
		cli_complain(self, "%s is no drop's id", v.drop_text);
		return CLI_USAGE;
	}
	crypto_init();
	buf_init(&error, 2048);
	struct client_target target = {
	    .base_url = base, .ca_file = ca != NULL && ca[0] != 0 ? ca : NULL};
	v.client = client_open(&target, &error);
	int result = CLI_USAGE;
	if (v.client == NULL)
		cli_complain(self, "%s", buf_text(&error));
	else
		result = check(&v);
	client_close(v.client);
	buf_release(&error);
	return result;
}
