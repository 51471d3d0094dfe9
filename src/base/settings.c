// SPDX-License-Identifier: Apache-2.0
//
// The table of settings and the three sources that fill it. Values are kept in an arena that is
// never released, because struct settings hands out its pointers. Messages never repeat a value: it
// may hold a password.
#include "base/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"

#define FILE_VARIABLE "ROADSHOW_CONF"
#define TEXT_BYTES_MAX 4000
#define STRINGS_BYTES_MAX ((size_t)1 << 20)

enum kind { KIND_TEXT, KIND_INT };

struct setting {
	const char *name;
	const char *variable;
	const char *variable_too; // weaker than `variable`; may be NULL
	enum kind kind;
	size_t offset; // in struct settings
	const char *otherwise;
	int64_t least, most;		 // KIND_INT
	bool (*check)(const char *text); // KIND_TEXT; may be NULL
	const char *must_be;		 // what `check` wants, in words
	const char *help;
};

static bool is_level(const char *text)
{
	static const char *const levels[] = {"debug", "info", "warn", "error"};
	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		if (strcmp(text, levels[i]) == 0)
			return true;
	return false;
}

static bool is_sha256_or_empty(const char *text)
{
	uint8_t digest[32];
	return text[0] == 0 || str_hex_decode(span_of(text), digest, sizeof(digest));
}

static bool is_origin(const char *text)
{
	struct span url = span_of(text);
	size_t scheme = span_starts(url, "https://") ? 8 : span_starts(url, "http://") ? 7 : 0;
	return scheme > 0 && url.len > scheme && url.ptr[url.len - 1] != '/' &&
	       strpbrk(text, " \t?#") == NULL;
}

static bool is_not_empty(const char *text)
{
	return text[0] != 0;
}

#define TEXT(field, upper)                                                                         \
	.name = #field, .variable = "ROADSHOW_" upper, .kind = KIND_TEXT,                          \
	.offset = offsetof(struct settings, field)
#define INTEGER(field, upper, low, high)                                                           \
	.name = #field, .variable = "ROADSHOW_" upper, .kind = KIND_INT,                           \
	.offset = offsetof(struct settings, field), .least = (low), .most = (high)

static const struct setting SETTINGS[] = {
    {TEXT(database_url, "DATABASE_URL"), .variable_too = "DATABASE_URL",
	.otherwise = "dbname=roadshow",
	.help = "libpq connection string or URL of the service's role (roadshow_app)."},
    {TEXT(admin_database_url, "ADMIN_DATABASE_URL"), .otherwise = "",
	.help = "The same for the owner's role (migrate, postal import). Empty: database_url."},
    {TEXT(public_url, "PUBLIC_URL"), .otherwise = "https://127.0.0.1:8443", .check = is_origin,
	.must_be = "an http or https URL without a slash at its end",
	.help = "Where the world reaches the service; tokens and links name it as issuer."},
    {TEXT(keys_dir, "KEYS_DIR"), .otherwise = "keys", .check = is_not_empty,
	.must_be = "a directory", .help = "PEM keys of tokens, status lists and ledger."},
    {TEXT(operator_key_sha256, "OPERATOR_KEY_SHA256"), .otherwise = "", .check = is_sha256_or_empty,
	.must_be = "empty or 64 hex digits",
	.help = "SHA-256 of the operator's key, in hex. Empty: no operator may call."},
    {TEXT(log_level, "LOG_LEVEL"), .otherwise = "info", .check = is_level,
	.must_be = "debug, info, warn or error", .help = "The least level that is logged."},
    {TEXT(cors_origins, "CORS_ORIGINS"), .otherwise = "",
	.help = "Origins whose pages may call, separated by commas, or * for any."},
    {TEXT(trusted_proxies, "TRUSTED_PROXIES"), .otherwise = "",
	.help = "Addresses whose X-Forwarded-For is believed, separated by commas."},
    {TEXT(disposable_domains, "DISPOSABLE_DOMAINS"), .otherwise = "",
	.help = "File of mail domains, one a line, whose addresses may not claim. Empty: none."},
    {INTEGER(db_connections, "DB_CONNECTIONS", 1, 64), .otherwise = "4",
	.help = "Database connections of each worker."},
    {INTEGER(db_queue_max, "DB_QUEUE_MAX", 1, 1000000), .otherwise = "4096",
	.help = "Calls that may wait for the database in each worker, half of them of one creator; "
		"then 503."},
    {INTEGER(db_batch_max, "DB_BATCH_MAX", 1, 1024), .otherwise = "256",
	.help = "Calls that may ride in one statement."},
    {INTEGER(db_deadline_ms, "DB_DEADLINE_MS", 100, 600000), .otherwise = "5000",
	.help = "Milliseconds a call may take in the database; past it the answer is 503."},
    {INTEGER(rate_per_key, "RATE_PER_KEY", 1, 1000000), .otherwise = "20000",
	.help = "Requests a second for each API key."},
    {INTEGER(rate_per_address, "RATE_PER_ADDRESS", 1, 1000000), .otherwise = "50",
	.help = "Requests a second for each address that shows no key."},
    {INTEGER(claims_per_contact, "CLAIMS_PER_CONTACT", 0, 60000), .otherwise = "20",
	.help = "Claims a minute for each contact, through storefront keys. 0: any number."},
    {INTEGER(claims_per_address, "CLAIMS_PER_ADDRESS", 0, 60000), .otherwise = "600",
	.help = "Claims a minute for each address, through storefront keys. 0: any number."},
    {INTEGER(proof_bits_min, "PROOF_BITS_MIN", 8, 28), .otherwise = "20",
	.help = "Work of a claim's proof while its drop is calm: 2^n hash iterations."},
    {INTEGER(proof_bits_max, "PROOF_BITS_MAX", 8, 28), .otherwise = "22",
	.help = "The same while its drop is stormed; not below proof_bits_min."},
    {INTEGER(proof_rate, "PROOF_RATE", 1, 1000000), .otherwise = "50",
	.help = "Challenges a second and drop; while more are asked for, the work grows."},
    {INTEGER(proof_ttl_s, "PROOF_TTL_S", 10, 3600), .otherwise = "300",
	.help = "Seconds in which a challenge must be solved and used."},
    {INTEGER(body_bytes_max, "BODY_BYTES_MAX", 1024, 16777216), .otherwise = "262144",
	.help = "Bytes of a JSON body; device uploads have a limit of their own."},
    {INTEGER(upload_bytes_held, "UPLOAD_BYTES_HELD", 1048576, 4294967296), .otherwise = "268435456",
	.help =
	    "Memory that a worker gives to devices' uploads at once; more are told to come again."},
    {INTEGER(drain_ms, "DRAIN_MS", 0, 600000), .otherwise = "5000",
	.help = "Milliseconds between SIGTERM and the end, to finish what was begun."},
    {INTEGER(janitor_tick_ms, "JANITOR_TICK_MS", 10, 3600000), .otherwise = "1000",
	.help = "Milliseconds between two rounds of the janitor."},
    {TEXT(janitor_state_dir, "JANITOR_STATE_DIR"), .otherwise = "janitor-state",
	.check = is_not_empty, .must_be = "a directory",
	.help = "What this host has signed for the logs; never restore it with the database."},
};

static struct arena strings;

// ---- one value ----------------------------------------------------------------------------------

static void complain(struct buf *error, const struct setting *d, const char *source)
{
	buf_printf(error, "setting %s (%s) must be ", d->name, source);
	if (d->kind == KIND_INT)
		buf_printf(error, "a whole number from %lld to %lld", (long long)d->least,
		    (long long)d->most);
	else
		buf_puts(error, d->must_be != NULL ? d->must_be : "UTF-8 text, not too long");
}

static bool set_int(struct settings *s, const struct setting *d, struct span value)
{
	int64_t v;
	if (!str_int64(value, &v) || v < d->least || v > d->most)
		return false;
	memcpy((char *)s + d->offset, &v, sizeof(v));
	return true;
}

static bool set_text(struct settings *s, const struct setting *d, struct span value)
{
	const char *text = arena_strndup(&strings, value.ptr, value.len);
	if (text == NULL || (d->check != NULL && !d->check(text)))
		return false;
	memcpy((char *)s + d->offset, &text, sizeof(text));
	return true;
}

static bool set(struct settings *s, const struct setting *d, struct span value, const char *source,
    struct buf *error)
{
	bool is_text = value.len <= TEXT_BYTES_MAX && str_utf8_valid(value.ptr, value.len);
	bool ok = is_text && (d->kind == KIND_INT ? set_int(s, d, value) : set_text(s, d, value));
	if (!ok)
		complain(error, d, source);
	return ok;
}

// ---- the file -----------------------------------------------------------------------------------

static const struct setting *find(struct span name)
{
	for (size_t i = 0; i < ARRAY_LEN(SETTINGS); i++)
		if (span_eq(name, SETTINGS[i].name))
			return &SETTINGS[i];
	return NULL;
}

// `where` is "file:line". `seen` holds a bit for each row that the file has set.
static bool take_line(
    struct settings *s, struct span line, const char *where, uint64_t *seen, struct buf *error)
{
	line = span_trim(line);
	if (line.len == 0 || line.ptr[0] == '#')
		return true;
	const char *equals = memchr(line.ptr, '=', line.len);
	if (equals == NULL) {
		buf_printf(error, "%s: expected name = value", where);
		return false;
	}
	struct span name = span_trim((struct span){line.ptr, (size_t)(equals - line.ptr)});
	struct span value = {equals + 1, line.len - (size_t)(equals + 1 - line.ptr)};
	const struct setting *d = find(name);
	if (d == NULL) {
		buf_printf(error, "%s: unknown setting \"%.*s\"", where,
		    (int)(name.len < 64 ? name.len : 64), name.ptr);
		return false;
	}
	uint64_t bit = 1ULL << (d - SETTINGS);
	if ((*seen & bit) != 0) {
		buf_printf(error, "%s: setting %s is set twice", where, d->name);
		return false;
	}
	*seen |= bit;
	return set(s, d, span_trim(value), where, error);
}

static bool take_file(struct settings *s, const char *path, struct buf *error)
{
	bool ok = false;
	char *line = NULL, where[512];
	size_t size = 0, number = 0;
	uint64_t seen = 0;
	ssize_t len;
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		buf_printf(error, "%s names %s: %s", FILE_VARIABLE, path, strerror(errno));
		return false;
	}
	while ((len = getline(&line, &size, file)) >= 0) {
		snprintf(where, sizeof(where), "%.480s:%zu", path, ++number);
		if (!take_line(s, (struct span){line, (size_t)len}, where, &seen, error))
			goto out;
	}
	if (ferror(file) != 0) {
		buf_printf(error, "cannot read %s: %s", path, strerror(errno));
		goto out;
	}
	ok = true;
out:
	free(line);
	fclose(file);
	return ok;
}

// ---- all of it ----------------------------------------------------------------------------------

static bool take_variable(
    struct settings *s, const struct setting *d, const char *variable, struct buf *error)
{
	const char *value = variable != NULL ? getenv(variable) : NULL;
	return value == NULL || set(s, d, span_of(value), variable, error);
}

bool settings_load(struct settings *s, struct buf *error)
{
	_Static_assert(ARRAY_LEN(SETTINGS) <= 64, "take_line() keeps a bit for each");
	if (strings.bytes_max == 0)
		arena_init(&strings, STRINGS_BYTES_MAX);
	*s = (struct settings){0};
	for (size_t i = 0; i < ARRAY_LEN(SETTINGS); i++)
		if (!set(s, &SETTINGS[i], span_of(SETTINGS[i].otherwise), "default", error))
			return false;
	const char *path = getenv(FILE_VARIABLE);
	if (path != NULL && path[0] != 0 && !take_file(s, path, error))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(SETTINGS); i++) {
		const struct setting *d = &SETTINGS[i];
		if (!take_variable(s, d, d->variable_too, error) ||
		    !take_variable(s, d, d->variable, error))
			return false;
	}
	if (s->admin_database_url[0] == 0)
		s->admin_database_url = s->database_url;
	return true;
}

void settings_sample(FILE *out)
{
	fputs("# Settings of roadshowd, roadshow-janitor and roadshow.\n"
	      "#\n"
	      "# " FILE_VARIABLE
	      " names this file. A line is `name = value`; a value ends with its\n"
	      "# line and takes no quotes. The environment wins over the file, the file over the\n"
	      "# defaults, which stand here as comments.\n",
	    out);
	for (size_t i = 0; i < ARRAY_LEN(SETTINGS); i++) {
		const struct setting *d = &SETTINGS[i];
		fprintf(out, "\n# %s\n# Environment: %s", d->help, d->variable);
		if (d->variable_too != NULL)
			fprintf(out, " or %s", d->variable_too);
		if (d->kind == KIND_INT)
			fprintf(
			    out, "; from %lld to %lld", (long long)d->least, (long long)d->most);
		else if (d->check != NULL)
			fprintf(out, "; %s", d->must_be);
		fprintf(
		    out, "\n#%s =%s%s\n", d->name, d->otherwise[0] != 0 ? " " : "", d->otherwise);
	}
}
