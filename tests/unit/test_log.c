// SPDX-License-Identifier: Apache-2.0
//
// The log: every line is one JSON object whatever the message holds, is cut at 4,096 bytes between
// characters, and is left out below the level; a panic says where and aborts.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/log.c"
#include "json/json.h"

static int stderr_kept, ends[2];

static int start(void **state)
{
	(void)state;
	clock_hold(0);
	log_open("test", LOG_LEVEL_DEBUG);
	if (pipe(ends) != 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0)
		return -1;
	stderr_kept = dup(STDERR_FILENO);
	return dup2(ends[1], STDERR_FILENO) < 0 ? -1 : 0;
}

static int stop(void **state)
{
	(void)state;
	dup2(stderr_kept, STDERR_FILENO);
	close(stderr_kept);
	close(ends[0]);
	close(ends[1]);
	clock_free_run();
	return 0;
}

// The next write, without its newline; one write is one read, for the pipe was empty. "" when
// nothing was written.
static const char *next_line(void)
{
	static char text[2 * LINE_BYTES_MAX];
	ssize_t len = read(ends[0], text, sizeof(text) - 1);
	if (len < 0)
		return "";
	assert_true(len > 0 && len <= LINE_BYTES_MAX);
	assert_int_equal(text[len - 1], '\n');
	text[len - 1] = 0;
	assert_null(strchr(text, '\n'));
	return text;
}

static void lines(void **state)
{
	(void)state;
	log_info("%d claims of %s", 3, "drop");
	assert_string_equal(next_line(),
	    "{\"at\":\"1970-01-01T00:00:00.000000Z\",\"level\":\"info\",\"program\":\"test\","
	    "\"msg\":\"3 claims of drop\"}");
	log_error("a \"quote\"\nand \x01 and \xff");
	assert_string_equal(next_line(),
	    "{\"at\":\"1970-01-01T00:00:00.000000Z\",\"level\":\"error\",\"program\":\"test\","
	    "\"msg\":\"a \\\"quote\\\"\\nand \\u0001 and \\ufffd\"}");
}

static void levels(void **state)
{
	(void)state;
	log_open("test", LOG_LEVEL_WARN);
	log_debug("no");
	log_info("no");
	assert_string_equal(next_line(), "");
	errno = ENOENT;
	log_warn("yes");
	assert_int_equal(errno, ENOENT);
	assert_non_null(strstr(next_line(), "\"level\":\"warn\""));
	log_error("yes");
	assert_non_null(strstr(next_line(), "\"level\":\"error\""));
}

static void long_lines_are_cut_and_stay_json(void **state)
{
	(void)state;
	static const char *const fill[] = {"x", "\"", "\x01", "\xe2\x82\xac", "\xff"};
	for (size_t i = 0; i < ARRAY_LEN(fill); i++) {
		struct buf msg;
		struct arena a;
		char error[128];
		buf_init(&msg, 1 << 16);
		while (msg.len < 9000)
			buf_puts(&msg, fill[i]);
		log_info("%s", buf_text(&msg));
		const char *line = next_line();
		assert_true(strlen(line) > LINE_BYTES_MAX - 16);
		arena_init(&a, 1 << 16);
		struct json *j = json_parse(&a, line, strlen(line), error, sizeof(error));
		if (j == NULL)
			fail_msg("%s", error);
		assert_true(json_get_text(j, "msg").len > 600);
		arena_release(&a);
		buf_release(&msg);
	}
}

static void ready_made_objects(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 1 << 16);
	buf_puts(&b, "{\"status\":200}");
	log_open("test", LOG_LEVEL_ERROR);
	log_json(&b);
	assert_string_equal(next_line(), "{\"status\":200}");
	log_open("test", LOG_LEVEL_INFO);
	while (b.len < LINE_BYTES_MAX - 1)
		buf_putc(&b, ' ');
	log_json(&b);
	assert_int_equal(strlen(next_line()), LINE_BYTES_MAX - 1);
	buf_putc(&b, ' ');
	log_json(&b);
	assert_non_null(strstr(next_line(), "a log line of 4096 bytes was left out: too long"));
	buf_release(&b);
}

static void panic_says_where_and_aborts(void **state)
{
	(void)state;
	int status;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		ASSERT(1 + 1 == 3);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	const char *line = next_line();
	assert_non_null(strstr(line, "test_log.c:"));
	assert_non_null(strstr(line, ": 1 + 1 == 3\"}"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(lines, start, stop),
	    cmocka_unit_test_setup_teardown(levels, start, stop),
	    cmocka_unit_test_setup_teardown(long_lines_are_cut_and_stay_json, start, stop),
	    cmocka_unit_test_setup_teardown(ready_made_objects, start, stop),
	    cmocka_unit_test_setup_teardown(panic_says_where_and_aborts, start, stop),
	};
	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
