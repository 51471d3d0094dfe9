// SPDX-License-Identifier: Apache-2.0
//
// The notes are an array in the order in which they were first put; a few hundred, so a look-up
// walks it. The struct owns every name and value.
#include "cli/demo_notes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "json/json.h"

#define FILE_BYTES_MAX ((size_t)16 << 20)
#define NOTES_MAX 8192

struct note {
	char *name, *value;
};

struct notes {
	char *path;
	struct note *list;
	size_t count, cap;
};

static char *copy_of(const char *s, size_t len)
{
	char *copy = strndup(s, len);
	ASSERT(copy != NULL);
	return copy;
}

static struct note *find(const struct notes *n, const char *name)
{
	for (size_t i = 0; i < n->count; i++)
		if (strcmp(n->list[i].name, name) == 0)
			return &n->list[i];
	return NULL;
}

const char *notes_get(const struct notes *n, const char *name)
{
	const struct note *found = find(n, name);
	return found != NULL ? found->value : "";
}

void notes_put(struct notes *n, const char *name, const char *value)
{
	struct note *found = find(n, name);
	if (found != NULL) {
		char *fresh = copy_of(value, strlen(value));
		free(found->value);
		found->value = fresh;
		return;
	}
	ASSERT(n->count < NOTES_MAX);
	if (n->count == n->cap) {
		n->cap = n->cap > 0 ? n->cap * 2 : 64;
		n->list = realloc(n->list, n->cap * sizeof(*n->list));
		ASSERT(n->list != NULL);
	}
	n->list[n->count++] =
	    (struct note){copy_of(name, strlen(name)), copy_of(value, strlen(value))};
}

static bool ends_with(const char *s, const char *suffix)
{
	size_t len = strlen(s), end = strlen(suffix);
	return len >= end && strcmp(s + len - end, suffix) == 0;
}

void notes_drop(struct notes *n, const char *suffix)
{
	size_t kept = 0;
	for (size_t i = 0; i < n->count; i++) {
		if (ends_with(n->list[i].name, suffix)) {
			free(n->list[i].name);
			free(n->list[i].value);
		} else {
			n->list[kept++] = n->list[i];
		}
	}
	n->count = kept;
}

void notes_close(struct notes *n)
{
	if (n == NULL)
		return;
	notes_drop(n, "");
	free(n->list);
	free(n->path);
	free(n);
}

// ---- the file -----------------------------------------------------------------------------------

static bool read_all(int fd, struct buf *out)
{
	for (;;) {
		uint8_t *room = buf_reserve(out, 65536);
		if (room == NULL)
			return false;
		ssize_t got = read(fd, room, 65536);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		out->len += (size_t)got;
	}
}

static bool take_json(struct notes *n, const struct buf *text)
{
	char reason[128];
	struct arena arena;
	arena_init(&arena, 4 * FILE_BYTES_MAX);
	const struct json *root = json_parse(&arena, text->data, text->len, reason, sizeof(reason));
	bool ok = root != NULL && root->type == JSON_OBJECT && root->count <= NOTES_MAX;
	for (const struct json *m = ok ? root->child : NULL; m != NULL; m = m->next) {
		ok = ok && m->type == JSON_STRING;
		char *name = copy_of(m->key.ptr, m->key.len);
		char *value = copy_of(ok ? m->text.ptr : "", ok ? m->text.len : 0);
		notes_put(n, name, value);
		free(name);
		free(value);
	}
	arena_release(&arena);
	return ok;
}

struct notes *notes_open(const char *path, struct buf *error)
{
	struct notes *n = calloc(1, sizeof(*n));
	struct buf text;
	bool ok = true;
	ASSERT(n != NULL);
	n->path = copy_of(path, strlen(path));
	buf_init(&text, FILE_BYTES_MAX);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno != ENOENT) {
		buf_printf(error, "%s: %s", path, strerror(errno));
		ok = false;
	} else if (fd >= 0 && (!read_all(fd, &text) || !take_json(n, &text))) {
		buf_printf(
		    error, "%s is no file of this command; move it away or name another one", path);
		ok = false;
	}
	if (fd >= 0)
		close(fd);
	buf_release(&text);
	if (!ok) {
		notes_close(n);
		return NULL;
	}
	return n;
}

static void make_directory(const char *path)
{
	char *directory = copy_of(path, strlen(path)), *slash = strrchr(directory, '/');
	if (slash != NULL && slash != directory) {
		*slash = 0;
		(void)mkdir(directory, 0700); // when it fails, so does the open that follows
	}
	free(directory);
}

static bool write_all(int fd, const struct buf *text)
{
	for (size_t at = 0; at < text->len;) {
		ssize_t done = write(fd, text->data + at, text->len - at);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		at += (size_t)done;
	}
	return fsync(fd) == 0;
}

static void render(const struct notes *n, struct buf *text)
{
	struct json_out w = json_to(text);
	json_open(&w, '{');
	for (size_t i = 0; i < n->count; i++)
		json_kv_text(&w, n->list[i].name, n->list[i].value);
	json_close(&w, '}');
	buf_putc(text, '\n');
}

bool notes_save(const struct notes *n, struct buf *error)
{
	struct buf text, fresh;
	bool ok = false;
	buf_init(&text, FILE_BYTES_MAX);
	buf_init(&fresh, 8192);
	buf_printf(&fresh, "%s.new", n->path);
	render(n, &text);
	make_directory(n->path);
	(void)unlink(buf_text(&fresh)); // of a run that was killed
	int fd = open(buf_text(&fresh), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0 && !text.failed)
		ok = write_all(fd, &text);
	if (fd >= 0 && close(fd) != 0)
		ok = false;
	if (ok)
		ok = rename(buf_text(&fresh), n->path) == 0;
	if (!ok)
		buf_printf(error, "cannot write %s: %s", n->path, strerror(errno));
	buf_release(&text);
	buf_release(&fresh);
	return ok;
}
