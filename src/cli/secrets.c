// SPDX-License-Identifier: Apache-2.0
//
// The commands that make secrets, and the one that reads the settings. Nothing is ever overwritten:
// a key that is lost makes what it signed unverifiable.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ids.h"
#include "base/settings.h"
#include "cli/command.h"
#include "crypto/apikey.h"
#include "crypto/digest.h"
#include "crypto/keys.h"
#include "crypto/seal.h"

#define SERVER_SECRET_LEN 32

static int end_of(enum cli_parsed parsed)
{
	return parsed == CLI_PARSED_HELP ? CLI_OK : CLI_USAGE;
}

// ---- keys init ----------------------------------------------------------------------------------

struct making {
	const struct cli_command *self;
	const char *dir;
	char label[16]; // the year and month: tells keys apart after a rotation
	bool ok;
};

static void path_of(const struct making *m, char *out, const char *name)
{
	int len = snprintf(out, PATH_MAX, "%s/%s", m->dir, name);
	if (len >= 0 && len < PATH_MAX)
		return;
	cli_complain(m->self, "the path is too long");
	_exit(CLI_USAGE);
}

// One line for each file: what was made, or what was left as it is.
static void tell(
    struct making *m, const char *what, bool was_there, bool ok, const struct buf *error)
{
	if (!ok)
		cli_complain(m->self, "%s", buf_text(error));
	else
		printf("%s  %s\n", was_there ? "kept" : "made", what);
	m->ok = m->ok && ok;
}

// Any file of the use, in whatever state: then a new active key could be one too many.
static bool has_any(const struct making *m, const char *use)
{
	size_t len = strlen(use);
	bool found = false;
	const struct dirent *entry;
	DIR *dir = opendir(m->dir);
	while (!found && dir != NULL && (entry = readdir(dir)) != NULL)
		found = strncmp(entry->d_name, use, len) == 0 && entry->d_name[len] == '-';
	if (dir != NULL)
		closedir(dir);
	return found;
}

static bool save_new(const char *path, enum key_type type, struct buf *error)
{
	struct key *k = key_generate(type);
	bool ok = key_save(k, path, error);
	key_release(k);
	return ok;
}

// What is there must load, so that a service does not find out at its start.
static bool loads(const struct making *m, const char *use, struct buf *error)
{
	struct keyring *ring = keyring_load(m->dir, use, error);
	bool ok = ring != NULL;
	keyring_release(ring);
	return ok;
}

static void make_key(struct making *m, const char *use, enum key_type type)
{
	char name[64], path[PATH_MAX];
	struct buf error;
	buf_init(&error, 1024);
	snprintf(name, sizeof(name), "%s-%s.pem", use, m->label);
	path_of(m, path, name);
	bool was_there = has_any(m, use);
	bool ok = was_there ? loads(m, use, &error) : save_new(path, type, &error);
	tell(m, was_there ? use : name, was_there, ok, &error);
	buf_release(&error);
}

// A key that seals is no signing key, so another kind of file.
static void make_seal_key(struct making *m, const char *use)
{
	char name[64], path[PATH_MAX];
	struct buf error;
	buf_init(&error, 1024);
	snprintf(name, sizeof(name), "%s-%s.key", use, m->label);
	path_of(m, path, name);
	bool was_there = has_any(m, use), ok;
	if (was_there) {
		struct seal_ring *ring = seal_ring_load(m->dir, use, &error);
		ok = ring != NULL;
		seal_ring_release(ring);
	} else {
		ok = seal_key_create(path, &error);
	}
	tell(m, was_there ? use : name, was_there, ok, &error);
	buf_release(&error);
}

static bool write_secret(const char *path, struct buf *error)
{
	uint8_t secret[SERVER_SECRET_LEN];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		buf_printf(error, "cannot make %s: %s", path, strerror(errno));
		return false;
	}
	ids_random(secret, sizeof(secret));
	bool ok = write(fd, secret, sizeof(secret)) == (ssize_t)sizeof(secret) && fsync(fd) == 0;
	crypto_wipe(secret, sizeof(secret));
	if (close(fd) != 0 || !ok) {
		buf_printf(error, "cannot write %s: %s", path, strerror(errno));
		unlink(path);
		return false;
	}
	return true;
}

static void make_server_secret(struct making *m)
{
	char path[PATH_MAX];
	struct buf error;
	buf_init(&error, 1024);
	path_of(m, path, "server.secret");
	bool was_there = access(path, F_OK) == 0;
	bool ok = was_there || write_secret(path, &error);
	tell(m, "server.secret", was_there, ok, &error);
	buf_release(&error);
}

int cli_keys_init(const struct cli_command *self, int argc, char **argv)
{
	struct making m = {.self = self, .ok = true};
	char now[CLOCK_RFC3339_LEN + 1];
	const struct cli_option options[] = {{NULL, NULL, NULL}};
	enum cli_parsed parsed = cli_parse(self, argc, argv, options, &m.dir, 1, 1);
	if (parsed != CLI_PARSED)
		return end_of(parsed);
	if (mkdir(m.dir, 0700) != 0 && errno != EEXIST) {
		cli_complain(self, "cannot make %s: %s", m.dir, strerror(errno));
		return CLI_FAILED;
	}
	crypto_init();
	clock_format(clock_now_us(), now);
	snprintf(m.label, sizeof(m.label), "%.4s%.2s", now, now + 5);
	make_key(&m, "token", KEY_P256);
	make_key(&m, "status", KEY_P256);
	make_key(&m, "ledger", KEY_ED25519);
	make_key(&m, "consent", KEY_P256);
	make_seal_key(&m, "contact");
	make_seal_key(&m, "draw");
	make_server_secret(&m);
	return m.ok ? CLI_OK : CLI_FAILED;
}

// ---- keys operator ------------------------------------------------------------------------------

int cli_keys_operator(const struct cli_command *self, int argc, char **argv)
{
	char text[APIKEY_LEN + 1];
	struct buf hash;
	const struct cli_option options[] = {{NULL, NULL, NULL}};
	enum cli_parsed parsed = cli_parse(self, argc, argv, options, NULL, 0, 0);
	if (parsed != CLI_PARSED)
		return end_of(parsed);
	crypto_init();
	struct apikey key = {.role = APIKEY_OPERATOR, .id = ids_v7()};
	apikey_make(&key, text);
	struct digest d = apikey_hash(span_of(text));
	buf_init(&hash, 128);
	str_hex(&hash, d.b, sizeof(d.b));
	printf(
	    "ROADSHOW_OPERATOR_KEY=%s\nROADSHOW_OPERATOR_KEY_SHA256=%s\n", text, buf_text(&hash));
	buf_release(&hash);
	return CLI_OK;
}

// ---- settings -----------------------------------------------------------------------------------

int cli_settings(const struct cli_command *self, int argc, char **argv)
{
	struct settings s;
	struct buf error;
	bool sample = false;
	const struct cli_option options[] = {{"sample", NULL, &sample}, {NULL, NULL, NULL}};
	enum cli_parsed parsed = cli_parse(self, argc, argv, options, NULL, 0, 0);
	if (parsed != CLI_PARSED)
		return end_of(parsed);
	if (sample) {
		settings_sample(stdout);
		return CLI_OK;
	}
	buf_init(&error, 4096);
	bool ok = settings_load(&s, &error);
	if (ok)
		puts("the settings make sense");
	else
		cli_complain(self, "%s", buf_text(&error));
	buf_release(&error);
	return ok ? CLI_OK : CLI_FAILED;
}
