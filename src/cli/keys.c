// SPDX-License-Identifier: Apache-2.0
//
// Rotating and retiring keys that sign or are encrypted to, by renaming their files (the rule stands in crypto/keys.h). Every
// step may be killed anywhere and given again: it goes on from what the names say.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/command.h"
#include "crypto/keyfile.h"
#include "crypto/keys.h"

#define LABEL_MAX 64
#define SUFFIX_TRIES 100

struct file {
	char path[PATH_MAX];
	enum keyfile_state state;
	struct key *key;
};

// The keys of one use. Owns files[].key.
struct shelf {
	const struct cli_command *self;
	const char *dir, *use;
	struct file files[KEYFILE_COUNT_MAX];
	size_t count;
	bool readable; // every file is a key
};

static const struct {
	const char *use;
	enum key_type type;
} USES[] = {
    {"token", KEY_P256}, {"status", KEY_P256}, {"ledger", KEY_ED25519}, {"consent", KEY_P256}};

static bool type_of_use(const char *use, enum key_type *out)
{
	for (size_t i = 0; i < ARRAY_LEN(USES); i++) {
		*out = USES[i].type;
		if (use != NULL && strcmp(use, USES[i].use) == 0)
			return true;
	}
	return false;
}

// ---- the files ----------------------------------------------------------------------------------

static bool take(void *arg, const struct keyfile *f, struct buf *error)
{
	struct shelf *s = arg;
	struct file *mine = &s->files[s->count];

	mine->key = key_from_pem(f->content, error);
	if (mine->key == NULL) {
		s->readable = false;
		return false;
	}
	snprintf(mine->path, sizeof(mine->path), "%s", f->path);
	mine->state = f->state;
	s->count++;
	return true;
}

static void shelf_close(struct shelf *s)
{
	while (s->count > 0)
		key_release(s->files[--s->count].key);
}

static size_t count_of(const struct shelf *s, enum keyfile_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++)
		n += s->files[i].state == state;
	return n;
}

static struct file *file_of(struct shelf *s, enum keyfile_state state)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->files[i].state == state)
			return &s->files[i];
	return NULL;
}

// An active key that is missing is no error yet: a step that was killed left it so. False: said why.
static bool shelf_open(struct shelf *s)
{
	struct buf error;
	bool ok;

	buf_init(&error, PATH_MAX + 256);
	s->readable = true;
	ok = keyfiles_read(s->dir, s->use, ".pem", take, s, &error) ||
	     (s->readable && s->count > 0 && count_of(s, KEYFILE_ACTIVE) == 0);
	if (!ok)
		cli_complain(s->self, "%s", buf_text(&error));
	buf_release(&error);
	return ok;
}

static bool shelf_sync(const struct shelf *s)
{
	int fd = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	if (!ok)
		cli_complain(s->self, "%s: %s", s->dir, strerror(errno));
	return ok;
}

static const char *name_of(const char *path)
{
	return strrchr(path, '/') + 1; // keyfiles_read() wrote the slash
}

// The file's path with another state. False when the path would be too long.
static bool path_as(const struct file *f, enum keyfile_state state, char *out)
{
	static const char *const suffixes[] = {
	    [KEYFILE_ACTIVE] = ".pem", [KEYFILE_NEXT] = ".next.pem", [KEYFILE_OLD] = ".old.pem"};
	size_t stem = strlen(f->path) - strlen(suffixes[f->state]);
	int n = snprintf(out, PATH_MAX, "%.*s%s", (int)stem, f->path, suffixes[state]);

	return n > 0 && n < PATH_MAX;
}

static bool move(struct shelf *s, struct file *f, enum keyfile_state state)
{
	char to[PATH_MAX];
	bool ok = path_as(f, state, to);

	// rename() would overwrite it.
	if (ok && access(to, F_OK) == 0) {
		cli_complain(s->self, "%s is there already", to);
		return false;
	}
	if (!ok || rename(f->path, to) != 0) {
		cli_complain(s->self, "%s: %s", f->path, strerror(errno));
		return false;
	}
	printf("moved  %s to %s\n", name_of(f->path), name_of(to));
	memcpy(f->path, to, sizeof(to));
	f->state = state;
	return true;
}

static bool drop(struct shelf *s, const struct file *f)
{
	if (unlink(f->path) != 0) {
		cli_complain(s->self, "%s: %s", f->path, strerror(errno));
		return false;
	}
	printf("removed  %s  %s\n", name_of(f->path), key_kid(f->key));
	return true;
}

// ---- new keys -----------------------------------------------------------------------------------

static bool label_is_taken(const struct shelf *s, const char *label)
{
	char stem[LABEL_MAX + 32];
	size_t len = (size_t)snprintf(stem, sizeof(stem), "%s-%s.", s->use, label);

	for (size_t i = 0; i < s->count; i++)
		if (strncmp(name_of(s->files[i].path), stem, len) == 0)
			return true;
	return false;
}

// Year and month; "-2" and so on when there is one of this month already.
static void free_label(const struct shelf *s, char out[LABEL_MAX])
{
	char now[CLOCK_RFC3339_LEN + 1];

	clock_format(clock_now_us(), now);
	snprintf(out, LABEL_MAX, "%.4s%.2s", now, now + 5);
	for (int i = 2; i < SUFFIX_TRIES && label_is_taken(s, out); i++)
		snprintf(out, LABEL_MAX, "%.4s%.2s-%d", now, now + 5, i);
}

// Whoever may read the other keys of the use may read this one.
static bool like(const char *path, const struct file *other)
{
	struct stat st;

	if (other == NULL)
		return true;
	return stat(other->path, &st) == 0 && chmod(path, st.st_mode & 0770) == 0 &&
	       (geteuid() != 0 || chown(path, st.st_uid, st.st_gid) == 0);
}

static bool make(struct shelf *s, enum key_type type, enum keyfile_state state)
{
	char label[LABEL_MAX], path[PATH_MAX];
	struct key *key = key_generate(type);
	struct buf error;
	bool ok;
	int n;

	buf_init(&error, PATH_MAX + 256);
	free_label(s, label);
	n = snprintf(path, sizeof(path), "%s/%s-%s%s", s->dir, s->use, label,
	    state == KEYFILE_NEXT ? ".next.pem" : ".pem");
	if (n < 0 || n >= PATH_MAX)
		buf_puts(&error, "the path is too long");
	ok = error.len == 0 && key_save(key, path, &error);
	if (ok && !like(path, s->count > 0 ? &s->files[0] : NULL)) {
		buf_printf(&error, "%s: %s", path, strerror(errno));
		ok = false;
	}
	if (ok)
		printf("made  %s  %s\n", name_of(path), key_kid(key));
	else
		cli_complain(s->self, "%s", buf_text(&error));
	buf_release(&error);
	key_release(key);
	return ok;
}

// ---- keys rotate --------------------------------------------------------------------------------

static bool stage_next(struct shelf *s, enum key_type type)
{
	if (count_of(s, KEYFILE_ACTIVE) == 0) {
		cli_complain(s->self, "no key is active: finish with --stage activate");
		return false;
	}
	if (count_of(s, KEYFILE_NEXT) > 0) {
		cli_complain(s->self, "%s is there already: go on with --stage activate",
		    name_of(file_of(s, KEYFILE_NEXT)->path));
		return false;
	}
	return make(s, type, KEYFILE_NEXT);
}

static bool stage_activate(struct shelf *s)
{
	struct file *active = file_of(s, KEYFILE_ACTIVE), *next = file_of(s, KEYFILE_NEXT);

	if (count_of(s, KEYFILE_NEXT) != 1) {
		cli_complain(s->self, "there must be one .next.pem: begin with --stage next");
		return false;
	}
	return (active == NULL || move(s, active, KEYFILE_OLD)) && move(s, next, KEYFILE_ACTIVE);
}

static bool stage_retire(struct shelf *s)
{
	if (count_of(s, KEYFILE_OLD) == 0)
		cli_complain(s->self, "no key is old; nothing to do");
	for (size_t i = 0; i < s->count; i++)
		if (s->files[i].state == KEYFILE_OLD && !drop(s, &s->files[i]))
			return false;
	return true;
}

static int finish(struct shelf *s, bool ok)
{
	ok = shelf_sync(s) && ok;
	if (ok)
		puts("restart every roadshowd and roadshow-janitor that reads this directory");
	shelf_close(s);
	return ok ? CLI_OK : CLI_FAILED;
}

int cli_keys_rotate(const struct cli_command *self, int argc, char **argv)
{
	static struct shelf s; // some 64 KiB
	const char *stage = "next";
	enum key_type type;
	const struct cli_option options[] = {
	    {"use", &s.use, NULL}, {"stage", &stage, NULL}, {NULL, NULL, NULL}};
	enum cli_parsed parsed = cli_parse(self, argc, argv, options, &s.dir, 1, 1);
	bool is_next = strcmp(stage, "next") == 0, is_activate = strcmp(stage, "activate") == 0;

	if (parsed != CLI_PARSED)
		return parsed == CLI_PARSED_HELP ? CLI_OK : CLI_USAGE;
	if (!type_of_use(s.use, &type) ||
	    !(is_next || is_activate || strcmp(stage, "retire") == 0)) {
		cli_complain(self,
		    "--use token, status, ledger or consent; --stage next, activate or retire");
		return CLI_USAGE;
	}
	s.self = self;
	if (!shelf_open(&s)) {
		shelf_close(&s);
		return CLI_FAILED;
	}
	return finish(&s, is_next	? stage_next(&s, type)
			  : is_activate ? stage_activate(&s)
					: stage_retire(&s));
}

// ---- keys retire --------------------------------------------------------------------------------

static struct file *file_of_kid(struct shelf *s, const char *kid)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(key_kid(s->files[i].key), kid) == 0)
			return &s->files[i];
	return NULL;
}

// The leaked key steps aside, another one takes its place, and then it goes. Killed in between and
// given again, it goes on: what is missing is an active key.
static bool replace(struct shelf *s, struct file *leaked, enum key_type type)
{
	struct file *next = file_of(s, KEYFILE_NEXT);

	if (leaked->state == KEYFILE_ACTIVE && !move(s, leaked, KEYFILE_OLD))
		return false;
	if (count_of(s, KEYFILE_ACTIVE) == 0 &&
	    !(next != NULL && next != leaked ? move(s, next, KEYFILE_ACTIVE)
					     : make(s, type, KEYFILE_ACTIVE)))
		return false;
	return drop(s, leaked);
}

int cli_keys_retire(const struct cli_command *self, int argc, char **argv)
{
	static struct shelf s;
	const char *kid = NULL;
	enum key_type type;
	struct file *leaked;
	const struct cli_option options[] = {
	    {"use", &s.use, NULL}, {"kid", &kid, NULL}, {NULL, NULL, NULL}};
	enum cli_parsed parsed = cli_parse(self, argc, argv, options, &s.dir, 1, 1);
	bool ok;

	if (parsed != CLI_PARSED)
		return parsed == CLI_PARSED_HELP ? CLI_OK : CLI_USAGE;
	if (!type_of_use(s.use, &type) || kid == NULL) {
		cli_complain(self, "--use token, status, ledger or consent, and --kid, are needed");
		return CLI_USAGE;
	}
	s.self = self;
	if (!shelf_open(&s)) {
		shelf_close(&s);
		return CLI_FAILED;
	}
	leaked = file_of_kid(&s, kid);
	if (leaked == NULL)
		cli_complain(self, "no key of this use is %s", kid);
	ok = leaked != NULL && replace(&s, leaked, type);
	return finish(&s, ok);
}
