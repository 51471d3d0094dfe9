// SPDX-License-Identifier: Apache-2.0
//
// Reads and creates key files. Nothing is kept: names are freed and contents wiped on the way out.
#include "crypto/keyfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/digest.h"

struct names {
	char *name[KEYFILE_COUNT_MAX];
	size_t count;
};

static bool ends_with(struct span s, const char *suffix)
{
	size_t len = strlen(suffix);

	return s.len >= len && memcmp(s.ptr + s.len - len, suffix, len) == 0;
}

static bool is_label(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-", s.ptr[i]) == NULL)
			return false;
	return s.len > 0;
}

// Takes `<use>-` and the suffix off; false when the name is none of this use's.
static bool middle_of(const char *name, const char *use, const char *suffix, struct span *middle)
{
	struct span s = span_of(name);
	size_t use_len = strlen(use);

	if (!span_starts(s, use) || s.len <= use_len || s.ptr[use_len] != '-')
		return false;
	s.ptr += use_len + 1;
	s.len -= use_len + 1;
	if (!ends_with(s, suffix))
		return false;
	s.len -= strlen(suffix);
	*middle = s;
	return true;
}

static bool state_of(struct span middle, enum keyfile_state *state)
{
	*state = KEYFILE_ACTIVE;
	if (ends_with(middle, ".next")) {
		*state = KEYFILE_NEXT;
		middle.len -= strlen(".next");
	} else if (ends_with(middle, ".old")) {
		*state = KEYFILE_OLD;
		middle.len -= strlen(".old");
	}
	return is_label(middle);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void names_release(struct names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->name[i]);
}

// The use's file names in order; the caller releases them whatever comes back.
static bool list(
    const char *dir, const char *use, const char *suffix, struct names *out, struct buf *error)
{
	struct dirent *entry = NULL;
	struct span middle;
	DIR *d = opendir(dir);

	if (d == NULL) {
		buf_printf(error, "%s: %s", dir, strerror(errno));
		return false;
	}
	while (out->count < KEYFILE_COUNT_MAX && (entry = readdir(d)) != NULL) {
		if (!middle_of(entry->d_name, use, suffix, &middle))
			continue;
		out->name[out->count] = strdup(entry->d_name);
		ASSERT(out->name[out->count] != NULL);
		out->count++;
	}
	closedir(d);
	qsort(out->name, out->count, sizeof(out->name[0]), by_name);
	if (out->count == KEYFILE_COUNT_MAX)
		buf_printf(error, "%s: %d or more keys named %s-", dir, KEYFILE_COUNT_MAX, use);
	return out->count < KEYFILE_COUNT_MAX;
}

// The whole file into `content`, of KEYFILE_BYTES_MAX bytes.
static bool slurp(struct keyfile *f, char *content, struct buf *error)
{
	struct stat st;
	ssize_t n = -1;
	int fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &st) != 0) {
		buf_printf(error, "%s: %s", f->path, strerror(errno));
	} else if (!S_ISREG(st.st_mode) || st.st_size > KEYFILE_BYTES_MAX) {
		buf_printf(error, "%s: not a regular file of at most %d bytes", f->path,
		    KEYFILE_BYTES_MAX);
	} else {
		f->open_to_others = (st.st_mode & S_IRWXO) != 0;
		n = read(fd, content, KEYFILE_BYTES_MAX);
		if (n < 0)
			buf_printf(error, "%s: %s", f->path, strerror(errno));
	}
	if (fd >= 0)
		close(fd);
	f->content = (struct span){.ptr = content, .len = n > 0 ? (size_t)n : 0};
	return n >= 0;
}

static bool give(
    const char *path, enum keyfile_state state, keyfile_taker *take, void *arg, struct buf *error)
{
	char content[KEYFILE_BYTES_MAX];
	struct keyfile f = {.path = path, .state = state};
	bool ok = slurp(&f, content, error) && take(arg, &f, error);

	crypto_wipe(content, sizeof(content));
	return ok;
}

static bool give_all(const char *dir, const char *use, const char *suffix,
    const struct names *names, keyfile_taker *take, void *arg, struct buf *error)
{
	char path[PATH_MAX];
	struct span middle = {NULL, 0};
	enum keyfile_state state = KEYFILE_ACTIVE;
	size_t active = 0;

	for (size_t i = 0; i < names->count; i++) {
		int n = snprintf(path, sizeof(path), "%s/%s", dir, names->name[i]);

		if (n < 0 || (size_t)n >= sizeof(path) ||
		    !middle_of(names->name[i], use, suffix, &middle) || !state_of(middle, &state)) {
			buf_printf(error, "%s/%s: not named %s-<label>[.next|.old]%s", dir,
			    names->name[i], use, suffix);
			return false;
		}
		if (!give(path, state, take, arg, error))
			return false;
		active += state == KEYFILE_ACTIVE;
	}
	if (active != 1)
		buf_printf(error, "%s: %zu active keys named %s-<label>%s, there must be one", dir,
		    active, use, suffix);
	return active == 1;
}

bool keyfiles_read(const char *dir, const char *use, const char *suffix, keyfile_taker *take,
    void *arg, struct buf *error)
{
	struct names names = {.count = 0};
	bool ok = list(dir, use, suffix, &names, error) &&
		  give_all(dir, use, suffix, &names, take, arg, error);

	names_release(&names);
	return ok;
}

bool keyfile_create(const char *path, struct span content, struct buf *error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool ok = false;

	if (fd >= 0) {
		ssize_t n = write(fd, content.ptr, content.len);

		ok = n >= 0 && (size_t)n == content.len && fsync(fd) == 0;
		ok = close(fd) == 0 && ok;
	}
	if (!ok)
		buf_printf(error, "%s: %s", path, strerror(errno));
	if (!ok && fd >= 0)
		(void)unlink(path);
	return ok;
}
