// SPDX-License-Identifier: Apache-2.0
//
// Settings: which source wins, what each error line says (and that it never repeats a value), the
// names of the table, and that the committed sample is what the table generates.
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/settings.c"

#include <unistd.h>

static char conf_path[] = "/tmp/roadshow-settings-XXXXXX";

static int start(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(SETTINGS); i++) {
		unsetenv(SETTINGS[i].variable);
		if (SETTINGS[i].variable_too != NULL)
			unsetenv(SETTINGS[i].variable_too);
	}
	return unsetenv(FILE_VARIABLE);
}

static void write_conf(const char *text, size_t len)
{
	FILE *file = fopen(conf_path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(setenv(FILE_VARIABLE, conf_path, 1), 0);
}

static void load(struct settings *s)
{
	struct buf error;
	buf_init(&error, 1024);
	if (!settings_load(s, &error))
		fail_msg("%s", buf_text(&error));
	assert_int_equal(error.len, 0);
	buf_release(&error);
}

static void defaults(void **state)
{
	(void)state;
	struct settings s;
	load(&s);
	assert_string_equal(s.public_url, "https://127.0.0.1:8443");
	assert_string_equal(s.keys_dir, "keys");
	assert_string_equal(s.operator_key_sha256, "");
	assert_string_equal(s.log_level, "info");
	assert_string_equal(s.cors_origins, "");
	assert_string_equal(s.trusted_proxies, "");
	assert_ptr_equal(s.admin_database_url, s.database_url);
	assert_int_equal(s.db_connections, 4);
	assert_int_equal(s.db_queue_max, 4096);
	assert_int_equal(s.db_batch_max, 256);
	assert_int_equal(s.db_deadline_ms, 5000);
	assert_int_equal(s.rate_per_key, 20000);
	assert_int_equal(s.rate_per_address, 50);
	assert_int_equal(s.claims_per_contact, 20);
	assert_int_equal(s.claims_per_address, 600);
	assert_int_equal(s.proof_bits_min, 20);
	assert_int_equal(s.proof_bits_max, 22);
	assert_int_equal(s.proof_rate, 50);
	assert_int_equal(s.proof_ttl_s, 300);
	assert_string_equal(s.disposable_domains, "");
	assert_int_equal(s.body_bytes_max, 262144);
	assert_int_equal(s.drain_ms, 5000);
	assert_int_equal(s.janitor_tick_ms, 1000);
}

static void the_environment_wins_over_the_file_over_the_defaults(void **state)
{
	(void)state;
	static const char conf[] = "# a comment\n\n"
				   "  db_connections = 8  \r\n"
				   "db_batch_max=64\n"
				   "\tdatabase_url = host=/run/pg dbname=a #b password='x = y'\n"
				   "cors_origins =\n"
				   "keys_dir = /etc/roadshow/keys";
	struct settings s;
	write_conf(conf, sizeof(conf) - 1);
	setenv("ROADSHOW_DB_BATCH_MAX", "1024", 1);
	load(&s);
	assert_int_equal(s.db_connections, 8);
	assert_int_equal(s.db_batch_max, 1024);
	assert_int_equal(s.db_queue_max, 4096);
	assert_string_equal(s.database_url, "host=/run/pg dbname=a #b password='x = y'");
	assert_string_equal(s.keys_dir, "/etc/roadshow/keys");
	setenv("DATABASE_URL", "postgresql:///weaker", 1);
	load(&s);
	assert_string_equal(s.database_url, "postgresql:///weaker");
	assert_string_equal(s.admin_database_url, "postgresql:///weaker");
	setenv("ROADSHOW_DATABASE_URL", "postgresql:///stronger", 1);
	setenv("ROADSHOW_ADMIN_DATABASE_URL", "postgresql:///owner", 1);
	load(&s);
	assert_string_equal(s.database_url, "postgresql:///stronger");
	assert_string_equal(s.admin_database_url, "postgresql:///owner");
}

static void file_errors_name_file_and_line(void **state)
{
	(void)state;
	static const struct {
		const char *text, *error; // after "<file>"
	} cases[] = {
	    {"db_conections = 4\n", ":1: unknown setting \"db_conections\""},
	    {"\n# x\nDB_CONNECTIONS = 4\n", ":3: unknown setting \"DB_CONNECTIONS\""},
	    {"db_connections 4\n", ":1: expected name = value"},
	    {"= 4\n", ":1: unknown setting \"\""},
	    {"drain_ms = 1\ndrain_ms = 1\n", ":2: setting drain_ms is set twice"},
	};
	struct settings s;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf error, want;
		buf_init(&error, 1024);
		buf_init(&want, 1024);
		write_conf(cases[i].text, strlen(cases[i].text));
		assert_false(settings_load(&s, &error));
		buf_printf(&want, "%s%s", conf_path, cases[i].error);
		assert_string_equal(buf_text(&error), buf_text(&want));
		buf_release(&error);
		buf_release(&want);
	}
	struct buf error;
	buf_init(&error, 1024);
	setenv(FILE_VARIABLE, "/nowhere/roadshow.conf", 1);
	assert_false(settings_load(&s, &error));
	assert_string_equal(buf_text(&error),
	    "ROADSHOW_CONF names /nowhere/roadshow.conf: No such file or directory");
	buf_clear(&error);
	setenv(FILE_VARIABLE, "/tmp", 1);
	assert_false(settings_load(&s, &error));
	assert_string_equal(buf_text(&error), "cannot read /tmp: Is a directory");
	buf_clear(&error);
	write_conf("keys_dir = a\0b\n", 15);
	assert_false(settings_load(&s, &error));
	assert_non_null(strstr(buf_text(&error), ":1) must be"));
	buf_release(&error);
}

static void values_are_checked_and_never_repeated(void **state)
{
	(void)state;
	static const struct {
		const char *variable, *value, *error; // NULL: accepted
	} cases[] = {
	    {"ROADSHOW_DB_CONNECTIONS", "1", NULL},
	    {"ROADSHOW_DB_CONNECTIONS", "64", NULL},
	    {"ROADSHOW_DB_CONNECTIONS", "0",
		"setting db_connections (ROADSHOW_DB_CONNECTIONS) must be a whole number from 1 to "
		"64"},
	    {"ROADSHOW_DB_CONNECTIONS", "65", "db_connections"},
	    {"ROADSHOW_DB_CONNECTIONS", "", "db_connections"},
	    {"ROADSHOW_DB_CONNECTIONS", "4 ", "db_connections"},
	    {"ROADSHOW_DB_CONNECTIONS", "4k", "db_connections"},
	    {"ROADSHOW_DB_CONNECTIONS", "99999999999999999999", "db_connections"},
	    {"ROADSHOW_DB_BATCH_MAX", "1025", "from 1 to 1024"},
	    {"ROADSHOW_LOG_LEVEL", "debug", NULL},
	    {"ROADSHOW_LOG_LEVEL", "secret",
		"setting log_level (ROADSHOW_LOG_LEVEL) must be debug, info, warn or error"},
	    {"ROADSHOW_LOG_LEVEL", "", "log_level"},
	    {"ROADSHOW_PUBLIC_URL", "https://tickets.example", NULL},
	    {"ROADSHOW_PUBLIC_URL", "http://[::1]:8080/base", NULL},
	    {"ROADSHOW_PUBLIC_URL", "https://secret.example/", "public_url"},
	    {"ROADSHOW_PUBLIC_URL", "https://", "public_url"},
	    {"ROADSHOW_PUBLIC_URL", "https://secret.example?a", "public_url"},
	    {"ROADSHOW_PUBLIC_URL", "secret.example", "public_url"},
	    {"ROADSHOW_PUBLIC_URL", "", "public_url"},
	    {"ROADSHOW_KEYS_DIR", "", "keys_dir"},
	    {"ROADSHOW_OPERATOR_KEY_SHA256", "", NULL},
	    {"ROADSHOW_OPERATOR_KEY_SHA256",
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", NULL},
	    {"ROADSHOW_OPERATOR_KEY_SHA256", "secret", "operator_key_sha256"},
	    {"ROADSHOW_DATABASE_URL", "secret\xff", "database_url"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct settings s;
		struct buf error;
		buf_init(&error, 1024);
		start(NULL);
		setenv(cases[i].variable, cases[i].value, 1);
		bool ok = settings_load(&s, &error);
		if (ok != (cases[i].error == NULL))
			fail_msg("%s=%s", cases[i].variable, cases[i].value);
		if (!ok)
			assert_non_null(strstr(buf_text(&error), cases[i].error));
		assert_null(strstr(buf_text(&error), "secret"));
		assert_null(strchr(buf_text(&error), '\n'));
		buf_release(&error);
	}
	char *long_value = calloc(1, TEXT_BYTES_MAX + 2);
	struct settings s;
	struct buf error;
	buf_init(&error, 1024);
	start(NULL);
	memset(long_value, 'x', TEXT_BYTES_MAX + 1);
	setenv("ROADSHOW_DATABASE_URL", long_value, 1);
	assert_false(settings_load(&s, &error));
	long_value[TEXT_BYTES_MAX] = 0;
	setenv("ROADSHOW_DATABASE_URL", long_value, 1);
	load(&s);
	assert_string_equal(s.database_url, long_value);
	free(long_value);
	buf_release(&error);
}

static void every_field_has_a_row_and_names_agree(void **state)
{
	(void)state;
	assert_int_equal(ARRAY_LEN(SETTINGS) * 8, sizeof(struct settings));
	uint64_t offsets = 0;
	for (size_t i = 0; i < ARRAY_LEN(SETTINGS); i++) {
		const struct setting *d = &SETTINGS[i];
		char variable[64] = "ROADSHOW_";
		for (size_t c = 0; d->name[c] != 0; c++)
			variable[9 + c] = (char)toupper((unsigned char)d->name[c]);
		assert_string_equal(d->variable, variable);
		assert_true(strlen(d->help) > 10 && strlen(d->help) < 98);
		offsets |= 1ULL << (d->offset / 8);
	}
	assert_int_equal(offsets, (1ULL << ARRAY_LEN(SETTINGS)) - 1);
}

static char *read_all(FILE *file)
{
	char *text = calloc(1, 1 << 16);
	assert_non_null(text);
	assert_true(fread(text, 1, (1 << 16) - 1, file) > 0);
	fclose(file);
	return text;
}

static void the_committed_sample_is_current(void **state)
{
	(void)state;
	FILE *committed = fopen("conf/roadshow.conf.sample", "r"), *generated = tmpfile();
	assert_non_null(committed);
	assert_non_null(generated);
	settings_sample(generated);
	rewind(generated);
	char *have = read_all(committed), *want = read_all(generated);
	assert_string_equal(have, want);
	free(have);
	free(want);
}

// With every value uncommented the sample is a valid file that changes nothing.
static void the_sample_can_be_used(void **state)
{
	(void)state;
	FILE *file = tmpfile();
	assert_non_null(file);
	settings_sample(file);
	rewind(file);
	char *text = read_all(file);
	struct buf conf;
	buf_init(&conf, 1 << 16);
	unsigned values = 0;
	for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		bool value = line[0] == '#' && line[1] != ' ' && line[1] != 0;
		values += value;
		buf_printf(&conf, "%s\n", line + (value ? 1 : 0));
	}
	assert_int_equal(values, ARRAY_LEN(SETTINGS));
	write_conf(buf_text(&conf), conf.len);
	struct settings s;
	load(&s);
	assert_int_equal(s.janitor_tick_ms, 1000);
	buf_release(&conf);
	free(text);
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) { // any argument: print the sample, to be committed
		settings_sample(stdout);
		return 0;
	}
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(defaults, start),
	    cmocka_unit_test_setup(the_environment_wins_over_the_file_over_the_defaults, start),
	    cmocka_unit_test_setup(file_errors_name_file_and_line, start),
	    cmocka_unit_test_setup(values_are_checked_and_never_repeated, start),
	    cmocka_unit_test_setup(every_field_has_a_row_and_names_agree, start),
	    cmocka_unit_test_setup(the_committed_sample_is_current, start),
	    cmocka_unit_test_setup(the_sample_can_be_used, start),
	};
	int conf = mkstemp(conf_path);
	if (conf < 0)
		return 1;
	int failed = cmocka_run_group_tests_name("settings", tests, NULL, NULL);
	close(conf);
	unlink(conf_path);
	return failed;
}
