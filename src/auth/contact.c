// SPDX-License-Identifier: Apache-2.0
//
// Normalising contacts. Pure but for the copy of the server's secret and the list of disposable
// domains, which live as long as the process.
#include "auth/contact.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EMAIL_BYTES_MAX 254 // RFC 5321 section 4.5.3.1.3, without the angle brackets
#define LOCAL_BYTES_MAX 64
#define LABEL_BYTES_MAX 63
#define PHONE_DIGITS_MIN 8
#define PHONE_DIGITS_MAX 15
#define DISPOSABLE_BYTES_MAX ((size_t)32 << 20)

static const char email_prefix[] = "email:", phone_prefix[] = "phone:";
static uint8_t server_secret[32];

void contact_start(const uint8_t secret[32])
{
	memcpy(server_secret, secret, sizeof(server_secret));
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_small(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_beyond_ascii(char c)
{
	return (uint8_t)c >= 0x80;
}

// ---- email --------------------------------------------------------------------------------------

// RFC 5322 atext, in small letters, and UTF-8 (RFC 6532).
static bool is_atext(char c)
{
	return is_small(c) || is_digit(c) || is_beyond_ascii(c) ||
	       (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool is_label_char(char c)
{
	return is_small(c) || is_digit(c) || is_beyond_ascii(c) || c == '-';
}

// Parts between dots, none of them empty.
static bool is_dotted(struct span s, bool (*allowed)(char c))
{
	bool after_dot = true;

	for (size_t i = 0; i < s.len; i++) {
		bool dot = s.ptr[i] == '.';

		if (dot ? after_dot : !allowed(s.ptr[i]))
			return false;
		after_dot = dot;
	}
	return !after_dot;
}

static bool is_label(const char *from, size_t len)
{
	return len <= LABEL_BYTES_MAX && from[0] != '-' && from[len - 1] != '-';
}

// A host name of two labels or more; the last one is not a number.
static bool is_domain(struct span s)
{
	size_t start = 0, labels = 0;

	if (!is_dotted(s, is_label_char))
		return false;
	for (size_t i = 0; i <= s.len; i++) {
		if (i < s.len && s.ptr[i] != '.')
			continue;
		if (!is_label(s.ptr + start, i - start))
			return false;
		labels++;
		if (i < s.len)
			start = i + 1;
	}
	return labels >= 2 && !is_digit(s.ptr[start]);
}

// Drops what this provider ignores; `local` is changed in place.
static size_t without_alias(char *local, size_t len, bool dots_count)
{
	size_t n = 0;

	for (size_t i = 0; i < len && local[i] != '+'; i++)
		if (dots_count || local[i] != '.')
			local[n++] = local[i];
	return n;
}

static bool normalise_email(struct span text, char *out)
{
	char small[EMAIL_BYTES_MAX + 1] = {0};
	struct span s = span_trim(text), local, domain;
	const char *at;
	bool gmail;
	size_t n;

	if (s.len == 0 || s.len > EMAIL_BYTES_MAX || !str_utf8_valid(s.ptr, s.len))
		return false;
	for (size_t i = 0; i < s.len; i++)
		small[i] = (char)(s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? s.ptr[i] + 32 : s.ptr[i]);
	at = memchr(small, '@', s.len);
	if (at == NULL)
		return false;
	local = (struct span){small, (size_t)(at - small)};
	domain = (struct span){at + 1, s.len - local.len - 1};
	if (local.len > LOCAL_BYTES_MAX || !is_dotted(local, is_atext) || !is_domain(domain))
		return false;
	gmail = span_eq(domain, "gmail.com") || span_eq(domain, "googlemail.com");
	if (gmail)
		domain = span_of("gmail.com");
	n = without_alias(small, local.len, !gmail);
	if (n == 0 || small[n - 1] == '.') // "+x@", "a.+x@"
		return false;
	memcpy(out, email_prefix, sizeof(email_prefix) - 1);
	out += sizeof(email_prefix) - 1;
	memcpy(out, small, n);
	out[n] = '@';
	memcpy(out + n + 1, domain.ptr, domain.len);
	out[n + 1 + domain.len] = '\0';
	return true;
}

// ---- phone --------------------------------------------------------------------------------------

static bool normalise_phone(struct span text, char *out)
{
	struct span s = span_trim(text);
	size_t n = 0;

	if (s.len < 2 || s.ptr[0] != '+')
		return false;
	memcpy(out, phone_prefix, sizeof(phone_prefix) - 1);
	out += sizeof(phone_prefix) - 1;
	*out++ = '+';
	for (size_t i = 1; i < s.len; i++) {
		if (strchr(" -()", s.ptr[i]) != NULL && s.ptr[i] != '\0')
			continue;
		if (!is_digit(s.ptr[i]) || n == PHONE_DIGITS_MAX || (n == 0 && s.ptr[i] == '0'))
			return false;
		out[n++] = s.ptr[i];
	}
	out[n] = '\0';
	return n >= PHONE_DIGITS_MIN;
}

bool contact_normalise(enum contact_kind kind, struct span text, char *out)
{
	return kind == CONTACT_EMAIL ? normalise_email(text, out) : normalise_phone(text, out);
}

struct digest contact_buyer_key(const struct uuid *creator, const char *normalised)
{
	static const char label[] = "pepper";
	uint8_t named[sizeof(label) - 1 + sizeof(creator->b)];
	struct digest pepper, key;

	memcpy(named, label, sizeof(label) - 1);
	memcpy(named + sizeof(label) - 1, creator->b, sizeof(creator->b));
	pepper = hmac_sha256(server_secret, sizeof(server_secret), named, sizeof(named));
	key = hmac_sha256(pepper.b, sizeof(pepper.b), normalised, strlen(normalised));
	crypto_wipe(&pepper, sizeof(pepper));
	return key;
}

// ---- disposable domains -------------------------------------------------------------------------

// Owned: domains in small letters, one behind the other, and where each begins, in order.
static struct {
	struct buf text;
	size_t *starts;
	size_t count, cap;
} disposable;

static const char *domain_at(size_t i)
{
	return buf_text(&disposable.text) + disposable.starts[i];
}

static int by_domain(const void *a, const void *b)
{
	return strcmp(buf_text(&disposable.text) + *(const size_t *)a,
	    buf_text(&disposable.text) + *(const size_t *)b);
}

static void add_domain(struct span domain)
{
	if (disposable.count == disposable.cap) {
		disposable.cap = disposable.cap > 0 ? 2 * disposable.cap : 64;
		disposable.starts =
		    realloc(disposable.starts, disposable.cap * sizeof(*disposable.starts));
		ASSERT(disposable.starts != NULL);
	}
	disposable.starts[disposable.count++] = disposable.text.len;
	buf_put(&disposable.text, domain.ptr, domain.len);
	buf_putc(&disposable.text, '\0');
}

// False when the line is neither a domain nor empty.
static bool take_domain(char *line)
{
	struct span s;

	line[strcspn(line, "#")] = '\0';
	for (char *p = line; *p != '\0'; p++)
		*p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
	s = span_trim(span_of(line));
	if (s.len == 0)
		return true;
	if (s.len > EMAIL_BYTES_MAX || !is_domain(s))
		return false;
	add_domain(s);
	return !disposable.text.failed;
}

static void forget_domains(void)
{
	buf_release(&disposable.text);
	free(disposable.starts);
	memset(&disposable, 0, sizeof(disposable));
	buf_init(&disposable.text, DISPOSABLE_BYTES_MAX);
}

bool contact_load_disposable(const char *path, struct buf *error)
{
	FILE *file = NULL;
	char *line = NULL;
	size_t size = 0, number = 0;
	bool ok = true;

	forget_domains();
	if (path[0] == '\0')
		return true;
	file = fopen(path, "re");
	if (file == NULL) {
		buf_printf(error, "disposable_domains names %s: %s", path, strerror(errno));
		return false;
	}
	while (ok && getline(&line, &size, file) >= 0) {
		number++;
		ok = take_domain(line);
	}
	if (!ok)
		buf_printf(error, "%s:%zu: not a domain, or the list is too long", path, number);
	free(line);
	fclose(file);
	if (disposable.count > 0)
		qsort(disposable.starts, disposable.count, sizeof(*disposable.starts), by_domain);
	return ok;
}

static bool is_listed(const char *domain)
{
	size_t low = 0, high = disposable.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(domain, domain_at(middle));

		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

bool contact_is_disposable(const char *normalised)
{
	const char *domain = strchr(normalised, '@');

	if (domain == NULL || disposable.count == 0)
		return false;
	for (domain++; domain != NULL; domain = strchr(domain, '.')) {
		domain += *domain == '.';
		if (is_listed(domain))
			return true;
	}
	return false;
}
