// SPDX-License-Identifier: Apache-2.0
//
// Lines of an environment file: assignments are read as a shell would read them, everything that a
// shell would expand or run is passed over.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/demo_env.c"

static const struct {
	const char *line, *name, *value; // name NULL: no assignment
} CASES[] = {
    {"A=b", "A", "b"},
    {"A=b\n", "A", "b"},
    {"export A_1=b \t\r\n", "A_1", "b"},
    {"export A='b c $d'", "A", "b c $d"},
    {"A=\"b c\"", "A", "b c"},
    {"A=", "A", ""},
    {"A=''", "A", ""},
    {"A=https://localhost:8443/x=y", "A", "https://localhost:8443/x=y"},
    {"", NULL, NULL},
    {"# A=b", NULL, NULL},
    {"export A", NULL, NULL},
    {"a=b", NULL, NULL},
    {"1A=b", NULL, NULL},
    {"=b", NULL, NULL},
    {"A = b", NULL, NULL},
    {"A=b c", NULL, NULL},
    {"A=$B", NULL, NULL},
    {"A=\"$B\"", NULL, NULL},
    {"A=`b`", NULL, NULL},
    {"A='b'c'", NULL, NULL},
    {"A='b", NULL, NULL},
    {"A=b;c", NULL, NULL},
};

static void test_lines(void **state)
{
	char name[ENV_NAME_MAX], value[ENV_VALUE_MAX];
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		bool ok = env_line(span_of(CASES[i].line), name, value);
		if (ok != (CASES[i].name != NULL))
			fail_msg("\"%s\" is %s assignment", CASES[i].line, ok ? "an" : "no");
		if (!ok)
			continue;
		assert_string_equal(name, CASES[i].name);
		assert_string_equal(value, CASES[i].value);
	}
}

static void test_limits(void **state)
{
	char line[ENV_VALUE_MAX + ENV_NAME_MAX + 2], name[ENV_NAME_MAX], value[ENV_VALUE_MAX];
	(void)state;
	memset(line, 'A', sizeof(line));
	line[1] = '=';
	assert_true(env_line((struct span){line, ENV_VALUE_MAX + 1}, name, value));
	assert_int_equal(strlen(value), ENV_VALUE_MAX - 1);
	assert_false(env_line((struct span){line, ENV_VALUE_MAX + 2}, name, value));
	line[1] = 'A';
	line[ENV_NAME_MAX - 1] = '=';
	assert_true(env_line((struct span){line, ENV_NAME_MAX + 1}, name, value));
	line[ENV_NAME_MAX - 1] = 'A';
	line[ENV_NAME_MAX] = '=';
	assert_false(env_line((struct span){line, ENV_NAME_MAX + 2}, name, value));
}

static void test_borrow(void **state)
{
	char path[] = "/tmp/roadshow-env-XXXXXX";
	static const char text[] = "# made\nexport ROADSHOW_TEST_ONE='1'\nROADSHOW_TEST_TWO=2\n";
	(void)state;
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(setenv("ROADSHOW_TEST_TWO", "mine", 1), 0);
	env_borrow(path);
	assert_string_equal(getenv("ROADSHOW_TEST_ONE"), "1");
	assert_string_equal(getenv("ROADSHOW_TEST_TWO"), "mine"); // what is set stays
	assert_int_equal(remove(path), 0);
	env_borrow(path); // gone: says nothing
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_borrow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
