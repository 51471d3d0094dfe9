// SPDX-License-Identifier: Apache-2.0
//
// The demo's notes: what is put is found again, also after a save; the file is for its owner alone
// and changes as a whole; a file of somebody else is refused and left alone.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/demo_notes.c"

static char directory[] = "/tmp/roadshow-notes-XXXXXX";
static char path[128];
static struct buf error;

static int start(void **state)
{
	(void)state;
	buf_init(&error, 1024);
	if (mkdtemp(directory) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/sub/notes.json", directory);
	return 0;
}

static int end(void **state)
{
	char sub[128];
	(void)state;
	(void)unlink(path);
	snprintf(sub, sizeof(sub), "%s/sub", directory);
	(void)rmdir(sub);
	buf_release(&error);
	return rmdir(directory);
}

static void put_text(const char *text)
{
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void test_put_get_drop(void **state)
{
	(void)state;
	struct notes *n = notes_open(path, &error);
	char name[32];
	assert_non_null(n);
	assert_string_equal(notes_get(n, "a"), "");
	for (int i = 0; i < 300; i++) { // past the first allocations
		snprintf(name, sizeof(name), "fan.%d.%s", i, i % 2 == 0 ? "jwt" : "id");
		notes_put(n, name, name);
	}
	notes_put(n, "fan.7.id", "again");
	assert_string_equal(notes_get(n, "fan.7.id"), "again");
	assert_string_equal(notes_get(n, "fan.298.jwt"), "fan.298.jwt");
	notes_drop(n, ".jwt");
	assert_string_equal(notes_get(n, "fan.298.jwt"), "");
	assert_string_equal(notes_get(n, "fan.299.id"), "fan.299.id");
	notes_close(n);
}

static void test_file(void **state)
{
	(void)state;
	struct stat st;
	struct notes *n = notes_open(path, &error);
	assert_non_null(n);
	notes_put(n, "key", "line one\nline \"two\" \xC3\xA9");
	notes_put(n, "empty", "");
	assert_true(notes_save(n, &error));
	notes_put(n, "more", "2");
	assert_true(notes_save(n, &error)); // over the first one
	notes_close(n);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	n = notes_open(path, &error);
	assert_non_null(n);
	assert_string_equal(notes_get(n, "key"), "line one\nline \"two\" \xC3\xA9");
	assert_string_equal(notes_get(n, "more"), "2");
	notes_close(n);
}

static void test_strange_files(void **state)
{
	static const char *const strange[] = {"", "[]", "{", "{\"a\": 1}", "{\"a\": {}}", "text"};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(strange); i++) {
		put_text(strange[i]);
		buf_clear(&error);
		assert_null(notes_open(path, &error));
		assert_true(error.len > 0);
	}
	buf_clear(&error);
	assert_null(notes_open(directory, &error)); // a directory
	assert_true(error.len > 0);
}

static void test_cannot_write(void **state)
{
	(void)state;
	struct notes *n = notes_open("/proc/roadshow/notes.json", &error);
	assert_non_null(n); // it is not there
	buf_clear(&error);
	assert_false(notes_save(n, &error));
	assert_true(error.len > 0);
	notes_close(n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_put_get_drop),
	    cmocka_unit_test(test_file),
	    cmocka_unit_test(test_strange_files),
	    cmocka_unit_test(test_cannot_write),
	};
	return cmocka_run_group_tests(tests, start, end);
}
