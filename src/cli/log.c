// SPDX-License-Identifier: Apache-2.0
//
// roadshow log verify: follows a log over its public paths alone. Everything that is read comes from
// somebody who may lie: sizes, lengths and counts are checked before they are used.
//
// The state file holds the verifier key on its first line and the last checkpoint behind it.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/entry.h"
#include "cli/log_audit.h"
#include "crypto/merkle.h"
#include "crypto/note.h"
#include "crypto/tiles.h"

#define STATE_BYTES_MAX (NOTE_BYTES_MAX + NOTE_NAME_MAX + 128)
#define PARALLEL 4
#define BUNDLES_AT_ONCE 16
#define TRIES_MAX 120
#define PAUSE_S_MAX 10

struct following {
	const struct cli_command *self;
	const char *url, *state_file;
	const char *key_text; // given, or NULL
	struct client *client;
	struct note_verifier key;
	struct buf key_line; // the text of `key`
	struct buf note;     // the checkpoint that is verified
	struct checkpoint now;
	bool has_before;
	uint64_t before_size;
	struct digest before_root;
	struct merkle_range range;
	struct audit *audit;
	struct buf error;
};

// ---- HTTP ----------------------------------------------------------------------------------------

static bool is_pause(const struct client_answer *a)
{
	return a->status == 429 || a->status == 503;
}

// Until each has an answer that is no 429 or 503. CLI_OK: all are 200; the caller releases them
// whatever comes back.
static int get_all(struct following *f, const struct client_request *rqs,
    struct client_answer *answers, size_t count)
{
	for (int tries = 0; tries < TRIES_MAX; tries++) {
		long pause_s = 0;
		if (!client_call_all(f->client, rqs, answers, count, PARALLEL, &f->error)) {
			cli_complain(f->self, "%s", buf_text(&f->error));
			return CLI_UNREACHABLE;
		}
		for (size_t i = 0; i < count; i++) {
			if (is_pause(&answers[i]) && answers[i].retry_after_s >= pause_s)
				pause_s =
				    answers[i].retry_after_s > 0 ? answers[i].retry_after_s : 1;
			if (is_pause(&answers[i]) || answers[i].status == 200)
				continue;
			client_explain(&answers[i], &f->error);
			cli_complain(f->self, "%s%s: %s", f->url, rqs[i].path, buf_text(&f->error));
			return CLI_FAILED;
		}
		if (pause_s == 0)
			return CLI_OK;
		for (size_t i = 0; i < count; i++)
			client_answer_release(&answers[i]);
		pause_s = pause_s < PAUSE_S_MAX ? pause_s : PAUSE_S_MAX;
		nanosleep(&(struct timespec){.tv_sec = pause_s}, NULL);
	}
	cli_complain(f->self, "%s is too busy to be read", f->url);
	return CLI_UNREACHABLE;
}

static int get_text(struct following *f, const char *path, struct buf *out)
{
	struct client_request rq = {.method = "GET", .path = path};
	struct client_answer answer = {0};
	int result = get_all(f, &rq, &answer, 1);
	if (result == CLI_OK)
		buf_put(out, answer.body.data, answer.body.len);
	client_answer_release(&answer);
	if (result == CLI_OK && out->failed) {
		cli_complain(f->self, "%s%s is too large", f->url, path);
		return CLI_FAILED;
	}
	return result;
}

// ---- what is remembered --------------------------------------------------------------------------

static struct span first_line(const struct buf *b)
{
	const char *text = buf_text(b), *end = strchr(text, '\n');
	return (struct span){text, end != NULL ? (size_t)(end - text) : strlen(text)};
}

// False: complained. A file that is not there is none.
static bool read_file(struct following *f, struct buf *out)
{
	char chunk[4096];
	ssize_t n;
	int fd = open(f->state_file, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return true;
	while (fd >= 0 && (n = read(fd, chunk, sizeof(chunk))) > 0)
		buf_put(out, chunk, (size_t)n);
	bool ok = fd >= 0 && n == 0 && !out->failed;
	if (!ok)
		cli_complain(f->self, "cannot read %s: %s", f->state_file,
		    out->failed ? "too large" : strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok;
}

// Takes the key and the checkpoint of last time.
static bool parse_state(struct following *f, const struct buf *text)
{
	struct span line = first_line(text), note;
	struct note_verifier key;
	struct checkpoint c;
	if (!note_verifier_parse(line, &key, &f->error))
		return false;
	note = (struct span){line.ptr + line.len + 1, text->len - line.len - 1};
	bool ok = text->len > line.len && note_verify(note, &key) && checkpoint_parse(note, &c);
	note_verifier_release(&key);
	if (!ok)
		return false;
	f->has_before = true;
	f->before_size = c.size;
	f->before_root = c.root;
	buf_put(&f->key_line, line.ptr, line.len);
	return true;
}

static bool read_state(struct following *f)
{
	struct buf text;
	buf_init(&text, STATE_BYTES_MAX);
	bool ok = f->state_file == NULL || read_file(f, &text);
	if (ok && text.len > 0 && !parse_state(f, &text)) {
		cli_complain(f->self, "%s is no state of this command", f->state_file);
		ok = false;
	}
	buf_release(&text);
	return ok;
}

static bool write_state(struct following *f)
{
	char beside[PATH_MAX];
	struct buf text;
	if (f->state_file == NULL)
		return true;
	buf_init(&text, STATE_BYTES_MAX);
	buf_printf(&text, "%s\n%s", buf_text(&f->key_line), buf_text(&f->note));
	int len = snprintf(beside, sizeof(beside), "%s.new", f->state_file);
	int fd = len > 0 && (size_t)len < sizeof(beside)
		     ? open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)
		     : -1;
	bool ok = fd >= 0 && !text.failed && write(fd, text.data, text.len) == (ssize_t)text.len &&
		  fsync(fd) == 0;
	if (fd >= 0)
		ok = close(fd) == 0 && ok;
	ok = ok && rename(beside, f->state_file) == 0;
	if (!ok)
		cli_complain(f->self, "cannot write %s: %s", f->state_file, strerror(errno));
	buf_release(&text);
	return ok;
}

// ---- the checkpoint ------------------------------------------------------------------------------

// The key that was given, or the one of last time, or the one that the log shows.
static int choose_key(struct following *f)
{
	int result = CLI_OK;
	if (f->key_text != NULL) {
		buf_clear(&f->key_line);
		buf_puts(&f->key_line, f->key_text);
	} else if (f->key_line.len == 0) {
		result = get_text(f, "/vkey", &f->key_line);
		if (result == CLI_OK) {
			f->key_line.len = first_line(&f->key_line).len;
			f->key_line.data[f->key_line.len] = 0;
			cli_complain(f->self, "no key was given: the one that the log itself shows "
					      "is believed this time");
		}
	}
	if (result != CLI_OK)
		return result;
	buf_clear(&f->error);
	if (note_verifier_parse(
		(struct span){buf_text(&f->key_line), f->key_line.len}, &f->key, &f->error))
		return CLI_OK;
	cli_complain(f->self, "%s", buf_text(&f->error));
	return f->key_text != NULL ? CLI_USAGE : CLI_FAILED;
}

static int take_checkpoint(struct following *f)
{
	int result = get_text(f, "/checkpoint", &f->note);
	struct span note = {buf_text(&f->note), f->note.len};
	if (result != CLI_OK)
		return result;
	if (!note_verify(note, &f->key) || !checkpoint_parse(note, &f->now) ||
	    !span_eq(f->now.origin, f->key.name)) {
		cli_complain(f->self, "THE CHECKPOINT IS NOT SIGNED BY %s", buf_text(&f->key_line));
		return CLI_FAILED;
	}
	if (f->now.size > ENTRIES_MAX) {
		cli_complain(f->self, "the log has more entries than this command follows");
		return CLI_FAILED;
	}
	if (f->has_before && f->now.size < f->before_size) {
		cli_complain(f->self, "THE LOG SHRANK: it had %llu entries, and now %llu",
		    (unsigned long long)f->before_size, (unsigned long long)f->now.size);
		return CLI_FAILED;
	}
	return CLI_OK;
}

// ---- entries -------------------------------------------------------------------------------------

static bool is_as_before(struct following *f)
{
	struct digest root = merkle_range_root(&f->range);
	if (!f->has_before || f->range.size != f->before_size ||
	    digest_equal(&root, &f->before_root))
		return true;
	cli_complain(f->self,
	    "THE LOG TELLS ANOTHER HISTORY: its first %llu entries are not those of last time",
	    (unsigned long long)f->before_size);
	return false;
}

static bool take_entry(struct following *f, struct span entry)
{
	struct digest leaf = merkle_leaf(entry.ptr, entry.len);
	merkle_range_append(&f->range, &leaf);
	if (!is_as_before(f))
		return false;
	buf_clear(&f->error);
	if (audit_take(f->audit, entry, &f->error))
		return true;
	cli_complain(f->self, "%s", buf_text(&f->error));
	return false;
}

// Two big-endian bytes of length, then the entry, `count` times.
static bool take_bundle(struct following *f, const struct buf *body, unsigned count)
{
	size_t at = 0;
	for (unsigned i = 0; i < count; i++) {
		size_t left = body->len - at, len = 0;
		if (left >= 2)
			len = (size_t)body->data[at] << 8 | body->data[at + 1];
		if (left < 2 || left - 2 < len)
			break;
		if (!take_entry(f, (struct span){(const char *)body->data + at + 2, len}))
			return false;
		at += 2 + len;
		if (i + 1 == count && at == body->len)
			return true;
	}
	cli_complain(f->self, "the bundle at entry %llu has not %u entries",
	    (unsigned long long)f->range.size, count);
	return false;
}

// Bundles from number `first` on, up to BUNDLES_AT_ONCE.
static int take_bundles(struct following *f, uint64_t first)
{
	char paths[BUNDLES_AT_ONCE][TILE_PATH_MAX + 1];
	struct client_request rqs[BUNDLES_AT_ONCE];
	struct client_answer answers[BUNDLES_AT_ONCE] = {{0}};
	unsigned widths[BUNDLES_AT_ONCE];
	size_t count = 0;
	for (; count < BUNDLES_AT_ONCE; count++) {
		struct tile_name t = {.is_entries = true, .n = first + count};
		t.width = widths[count] = tile_width(0, t.n, f->now.size);
		if (t.width == 0)
			break;
		struct buf path = {.data = (uint8_t *)paths[count],
		    .cap = TILE_PATH_MAX + 1,
		    .bytes_max = TILE_PATH_MAX};
		buf_putc(&path, '/');
		tile_path_put(&path, &t);
		ASSERT(!path.failed);
		rqs[count] = (struct client_request){.method = "GET", .path = paths[count]};
	}
	int result = get_all(f, rqs, answers, count);
	for (size_t i = 0; i < count && result == CLI_OK; i++)
		if (!take_bundle(f, &answers[i].body, widths[i]))
			result = CLI_FAILED;
	for (size_t i = 0; i < count; i++)
		client_answer_release(&answers[i]);
	return result;
}

static int take_entries(struct following *f)
{
	int result = CLI_OK;
	merkle_range_init(&f->range);
	if (!is_as_before(f))
		return CLI_FAILED;
	while (f->range.size < f->now.size && result == CLI_OK)
		result = take_bundles(f, f->range.size / TILE_WIDTH);
	if (result != CLI_OK)
		return result;
	struct digest root = merkle_range_root(&f->range);
	if (digest_equal(&root, &f->now.root))
		return CLI_OK;
	cli_complain(f->self, "THE ENTRIES ARE NOT THOSE THAT THE CHECKPOINT SIGNS");
	return CLI_FAILED;
}

// ---- the command ---------------------------------------------------------------------------------

static void report(const struct following *f)
{
	struct audit_sums s = audit_sums(f->audit);
	struct buf root;
	buf_init(&root, 64);
	str_base64(&root, f->now.root.b, sizeof(f->now.root.b));
	printf("log      %s\n", f->key.name);
	printf("key      %s\n", buf_text(&f->key_line));
	printf("size     %llu\n", (unsigned long long)f->now.size);
	printf("root     %s\n", buf_text(&root));
	if (f->has_before)
		printf("since    %llu, which it continues\n", (unsigned long long)f->before_size);
	printf("entries  all included, from %s to %s\n", s.first_at, s.last_at);
	printf("sums     %llu drops, %llu tokens, %llu held, issued or redeemed of %llu tokenized; "
	       "never "
	       "more at any index\n",
	    (unsigned long long)s.drops, (unsigned long long)s.tokens, (unsigned long long)s.live,
	    (unsigned long long)s.tokenized);
	buf_release(&root);
}

static int follow(struct following *f)
{
	const char *ca = getenv("ROADSHOW_CA");
	struct client_target target = {
	    .base_url = f->url, .ca_file = ca != NULL && ca[0] != 0 ? ca : NULL};
	int result = CLI_FAILED;
	if (!read_state(f))
		return CLI_FAILED;
	buf_clear(&f->error);
	f->client = client_open(&target, &f->error);
	if (f->client == NULL) {
		cli_complain(f->self, "%s", buf_text(&f->error));
		return CLI_USAGE;
	}
	result = choose_key(f);
	if (result == CLI_OK)
		result = take_checkpoint(f);
	if (result == CLI_OK)
		result = take_entries(f);
	if (result == CLI_OK && !write_state(f))
		result = CLI_FAILED;
	if (result == CLI_OK)
		report(f);
	return result;
}

int cli_log_verify(const struct cli_command *self, int argc, char **argv)
{
	struct following f = {.self = self};
	const char *url;
	char base[1024];
	const struct cli_option options[] = {
	    {"state", &f.state_file, NULL}, {"vkey", &f.key_text, NULL}, {NULL, NULL, NULL}};
	enum cli_parsed parsed = cli_parse(self, argc, argv, options, &url, 1, 1);
	if (parsed != CLI_PARSED)
		return parsed == CLI_PARSED_HELP ? CLI_OK : CLI_USAGE;
	size_t len = strlen(url);
	len -= len > 0 && url[len - 1] == '/';
	snprintf(base, sizeof(base), "%.*s", (int)len, url);
	f.url = base;
	crypto_init();
	buf_init(&f.key_line, NOTE_BYTES_MAX);
	buf_init(&f.note, NOTE_BYTES_MAX);
	buf_init(&f.error, 4096);
	f.audit = audit_new();
	int result = follow(&f);
	client_close(f.client);
	note_verifier_release(&f.key);
	audit_release(f.audit);
	buf_release(&f.key_line);
	buf_release(&f.note);
	buf_release(&f.error);
	return result;
}
