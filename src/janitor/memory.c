// SPDX-License-Identifier: Apache-2.0
//
// A file is written beside its name, synced, renamed, and the directory synced: after a crash there
// is one whole file or the other. Who advances holds the directory's lock, which dies with the
// process.
#include "janitor/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define MEMORY_BYTES_MAX 1024

static bool path_of(char out[PATH_MAX], const char *dir, const char *creator, const char *ending)
{
	int len = snprintf(out, PATH_MAX, "%s/%s.%s", dir, creator, ending);
	return len > 0 && len < PATH_MAX;
}

enum memory_result memory_read(
    const char *dir, const char *creator, uint64_t *size, struct digest *root, struct buf *error)
{
	char path[PATH_MAX], text[MEMORY_BYTES_MAX];
	struct checkpoint c;
	if (!path_of(path, dir, creator, "checkpoint")) {
		buf_puts(error, "the state directory's path is too long");
		return MEMORY_BROKEN;
	}
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return MEMORY_NONE;
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text));
	int why = errno;
	if (fd >= 0)
		close(fd);
	if (len < 0) {
		buf_printf(error, "%s: %s", path, strerror(why));
		return MEMORY_BROKEN;
	}
	if (!checkpoint_parse((struct span){text, (size_t)len}, &c)) {
		buf_printf(error, "%s is no checkpoint", path);
		return MEMORY_BROKEN;
	}
	*size = c.size;
	*root = c.root;
	return MEMORY_FOUND;
}

static bool write_whole(const char *path, const struct buf *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	bool ok = write(fd, text->data, text->len) == (ssize_t)text->len && fsync(fd) == 0;
	int why = errno;
	ok = close(fd) == 0 && ok;
	errno = why;
	return ok;
}

static bool sync_directory(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;
	int why = errno;
	if (fd >= 0)
		close(fd);
	errno = why;
	return ok;
}

static bool replace(
    const char *dir, const char *creator, const struct checkpoint *c, struct buf *error)
{
	char path[PATH_MAX], beside[PATH_MAX];
	struct buf text;
	if (!path_of(path, dir, creator, "checkpoint") || !path_of(beside, dir, creator, "new")) {
		buf_puts(error, "the state directory's path is too long");
		return false;
	}
	buf_init(&text, MEMORY_BYTES_MAX);
	checkpoint_put(&text, c);
	bool ok = !text.failed && write_whole(beside, &text) && rename(beside, path) == 0 &&
		  sync_directory(dir);
	if (!ok)
		buf_printf(error, "cannot write %s: %s", path, strerror(errno));
	buf_release(&text);
	return ok;
}

// The lock is the directory itself.
static int lock(const char *dir, struct buf *error)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && flock(fd, LOCK_EX) == 0)
		return fd;
	buf_printf(error, "cannot lock %s: %s", dir, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

enum memory_advanced memory_advance(
    const char *dir, const char *creator, const struct checkpoint *c, struct buf *error)
{
	enum memory_advanced result = MEMORY_FAILED;
	struct digest root;
	uint64_t size;
	int fd = lock(dir, error);
	if (fd < 0)
		return MEMORY_FAILED;
	switch (memory_read(dir, creator, &size, &root, error)) {
	case MEMORY_BROKEN:
		break;
	case MEMORY_FOUND:
		if (size > c->size)
			result = MEMORY_AHEAD;
		else if (size == c->size)
			result =
			    digest_equal(&root, &c->root) ? MEMORY_DURABLE : MEMORY_CONTRADICTS;
		else
			result = replace(dir, creator, c, error) ? MEMORY_DURABLE : MEMORY_FAILED;
		break;
	case MEMORY_NONE:
		result = replace(dir, creator, c, error) ? MEMORY_DURABLE : MEMORY_FAILED;
		break;
	}
	close(fd);
	return result;
}
