// SPDX-License-Identifier: Apache-2.0
//
// One write(2) a line on standard error. A line with its newline is at most 4,096 bytes (PIPE_BUF),
// so lines of several processes on one pipe never mix. Allocates nothing and never fails its
// caller: a line that cannot be written is lost.
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"

#define LINE_BYTES_MAX 4096
#define ESCAPED_CHAR_BYTES_MAX 6 // \uXXXX

static const char *const LEVEL_NAMES[] = {
    [LOG_LEVEL_DEBUG] = "debug",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_WARN] = "warn",
    [LOG_LEVEL_ERROR] = "error",
};

static const char *program_name = "roadshow";
static enum log_level level_least = LOG_LEVEL_INFO;

void log_open(const char *program, enum log_level least)
{
	program_name = program;
	level_least = least;
}

enum log_level log_level_of(const char *name)
{
	for (enum log_level l = LOG_LEVEL_DEBUG; l <= LOG_LEVEL_ERROR; l++)
		if (strcmp(name, LEVEL_NAMES[l]) == 0)
			return l;
	return LOG_LEVEL_INFO;
}

bool log_enabled(enum log_level level)
{
	return level >= level_least;
}

static void write_line(const void *line, size_t len)
{
	ssize_t wrote;
	do
		wrote = write(STDERR_FILENO, line, len);
	while (wrote < 0 && errno == EINTR);
}

// Character by character, so that a text too long is cut between two of them.
static void put_cut(struct buf *line, struct span text, size_t len_max)
{
	while (text.len > 0 && line->len + ESCAPED_CHAR_BYTES_MAX <= len_max) {
		size_t size = str_utf8_char(text.ptr, text.len);
		size = size > 0 ? size : 1;
		str_json_escape(line, (struct span){text.ptr, size});
		text.ptr += size;
		text.len -= size;
	}
}

static void log_line(enum log_level level, const char *msg)
{
	static const char end[] = "\"}\n";
	uint8_t memory[LINE_BYTES_MAX + 1];
	struct buf line = {.data = memory, .cap = sizeof(memory), .bytes_max = LINE_BYTES_MAX};
	char at[CLOCK_RFC3339_LEN + 1];
	clock_format(clock_now_us(), at);
	buf_printf(&line, "{\"at\":\"%s\",\"level\":\"%s\",\"program\":\"", at, LEVEL_NAMES[level]);
	put_cut(&line, span_of(program_name), LINE_BYTES_MAX / 4);
	buf_puts(&line, "\",\"msg\":\"");
	put_cut(&line, span_of(msg), LINE_BYTES_MAX - strlen(end));
	buf_puts(&line, end);
	write_line(line.data, line.len);
}

// errno survives, so a caller may log before it looks.
static void log_args(enum log_level level, const char *fmt, va_list args) PRINTF_LIKE(2, 0);
static void log_args(enum log_level level, const char *fmt, va_list args)
{
	int saved_errno = errno;
	char msg[LINE_BYTES_MAX];
	if (level >= level_least && vsnprintf(msg, sizeof(msg), fmt, args) >= 0)
		log_line(level, msg);
	errno = saved_errno;
}

void log_debug(const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	log_args(LOG_LEVEL_DEBUG, fmt, args);
	va_end(args);
}

void log_info(const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	log_args(LOG_LEVEL_INFO, fmt, args);
	va_end(args);
}

void log_warn(const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	log_args(LOG_LEVEL_WARN, fmt, args);
	va_end(args);
}

void log_error(const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	log_args(LOG_LEVEL_ERROR, fmt, args);
	va_end(args);
}

void log_json(const struct buf *object)
{
	uint8_t line[LINE_BYTES_MAX];
	if (object->failed || object->len >= sizeof(line)) {
		log_warn("a log line of %zu bytes was left out: too long", object->len);
		return;
	}
	if (object->len > 0)
		memcpy(line, object->data, object->len);
	line[object->len] = '\n';
	write_line(line, object->len + 1);
}
