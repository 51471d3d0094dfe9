// SPDX-License-Identifier: Apache-2.0
//
// The parsing algorithms of RFC 8941 section 4.2, function for function. Pure.
#include "crypto/sfv.h"

#include <string.h>

#define INTEGER_DIGITS_MAX 15
#define DECIMAL_WHOLE_MAX 12
#define DECIMAL_FRACTION_MAX 3

static bool fail(struct sfv *p)
{
	p->failed = true;
	p->at = p->end;
	return false;
}

// The next character; '\0' at the end (a NUL is valid nowhere, so they need not be told apart).
static char peek(const struct sfv *p)
{
	return p->at < p->end ? *p->at : '\0';
}

static bool accept(struct sfv *p, char c)
{
	if (peek(p) != c || p->at == p->end)
		return false;
	p->at++;
	return true;
}

static void pass_spaces(struct sfv *p)
{
	while (peek(p) == ' ')
		p->at++;
}

static void pass_ows(struct sfv *p)
{
	while (peek(p) == ' ' || peek(p) == '\t')
		p->at++;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_alpha(char c)
{
	return is_lower(c) || (c >= 'A' && c <= 'Z');
}

static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

struct sfv sfv_of(struct span field)
{
	struct sfv p = {.at = field.len > 0 ? field.ptr : ""};

	p.end = p.at + field.len;
	while (p.end > p.at && p.end[-1] == ' ')
		p.end--;
	pass_spaces(&p);
	return p;
}

bool sfv_ended(const struct sfv *p)
{
	return !p->failed && p->at == p->end;
}

static bool read_key(struct sfv *p, struct span *key)
{
	const char *start = p->at;

	if (!is_lower(peek(p)) && peek(p) != '*')
		return fail(p);
	while (is_lower(peek(p)) || is_digit(peek(p)) || is_one_of(peek(p), "_-.*"))
		p->at++;
	*key = (struct span){.ptr = start, .len = (size_t)(p->at - start)};
	return true;
}

bool sfv_member(struct sfv *p, struct span *key, bool *has_value)
{
	if (p->failed || (!p->started && p->at == p->end))
		return false;
	if (p->started) {
		pass_ows(p);
		if (p->at == p->end)
			return false;
		if (!accept(p, ','))
			return fail(p);
		pass_ows(p);
	}
	p->started = true;
	if (!read_key(p, key)) // a comma at the end fails here
		return false;
	*has_value = accept(p, '=');
	return true;
}

// ---- bare items (section 4.2.3.1)

static size_t digits(struct sfv *p)
{
	const char *start = p->at;

	while (is_digit(peek(p)))
		p->at++;
	return (size_t)(p->at - start);
}

static bool read_number(struct sfv *p, struct sfv_item *out)
{
	const char *start = p->at;
	size_t whole = 0;
	size_t fraction = 0;

	(void)accept(p, '-');
	whole = digits(p);
	out->type = SFV_INTEGER;
	if (whole == 0 || whole > INTEGER_DIGITS_MAX)
		return fail(p);
	if (accept(p, '.')) {
		out->type = SFV_DECIMAL;
		fraction = digits(p);
		if (whole > DECIMAL_WHOLE_MAX || fraction == 0 || fraction > DECIMAL_FRACTION_MAX)
			return fail(p);
	}
	out->text = (struct span){.ptr = start, .len = (size_t)(p->at - start)};
	if (out->type == SFV_INTEGER && !str_int64(out->text, &out->integer))
		return fail(p);
	return true;
}

static bool read_string(struct sfv *p, struct sfv_item *out)
{
	const char *start = ++p->at;

	out->type = SFV_STRING;
	while (p->at < p->end && *p->at != '"') {
		if (*p->at < 0x20 || *p->at > 0x7e)
			return fail(p);
		if (accept(p, '\\')) {
			out->escaped = true;
			if (!is_one_of(peek(p), "\"\\"))
				return fail(p);
		}
		p->at++;
	}
	out->text = (struct span){.ptr = start, .len = (size_t)(p->at - start)};
	return accept(p, '"') || fail(p);
}

static bool read_token(struct sfv *p, struct sfv_item *out)
{
	const char *start = p->at;

	out->type = SFV_TOKEN;
	while (is_alpha(peek(p)) || is_digit(peek(p)) || is_one_of(peek(p), "!#$%&'*+-.^_`|~:/"))
		p->at++;
	out->text = (struct span){.ptr = start, .len = (size_t)(p->at - start)};
	return true;
}

// The base64 itself is judged by whoever decodes it.
static bool read_bytes(struct sfv *p, struct sfv_item *out)
{
	const char *start = ++p->at;

	out->type = SFV_BYTES;
	while (is_alpha(peek(p)) || is_digit(peek(p)) || is_one_of(peek(p), "+/="))
		p->at++;
	out->text = (struct span){.ptr = start, .len = (size_t)(p->at - start)};
	return accept(p, ':') || fail(p);
}

static bool read_boolean(struct sfv *p, struct sfv_item *out)
{
	out->type = SFV_BOOLEAN;
	out->text = (struct span){.ptr = p->at++, .len = 2};
	out->boolean = accept(p, '1');
	return out->boolean || accept(p, '0') || fail(p);
}

bool sfv_item(struct sfv *p, struct sfv_item *out)
{
	char c = peek(p);

	*out = (struct sfv_item){.type = SFV_TOKEN};
	if (is_digit(c) || c == '-')
		return read_number(p, out);
	if (c == '"')
		return read_string(p, out);
	if (c == ':')
		return read_bytes(p, out);
	if (c == '?')
		return read_boolean(p, out);
	if (is_alpha(c) || c == '*')
		return read_token(p, out);
	return fail(p);
}

bool sfv_param(struct sfv *p, struct span *name, struct sfv_item *item)
{
	if (!accept(p, ';'))
		return false;
	pass_spaces(p);
	if (!read_key(p, name))
		return false;
	if (accept(p, '='))
		return sfv_item(p, item);
	*item = (struct sfv_item){.type = SFV_BOOLEAN, .boolean = true};
	return true;
}

// ---- inner lists (section 4.2.1.2)

bool sfv_is_list(const struct sfv *p)
{
	return peek(p) == '(';
}

bool sfv_list_open(struct sfv *p)
{
	p->in_list = false;
	return accept(p, '(') || fail(p);
}

bool sfv_list_item(struct sfv *p, struct sfv_item *out)
{
	bool spaced = peek(p) == ' ';

	pass_spaces(p);
	if (accept(p, ')'))
		return false;
	if (p->in_list && !spaced)
		return fail(p);
	p->in_list = true;
	return sfv_item(p, out);
}

static void skip_params(struct sfv *p)
{
	struct span name;
	struct sfv_item item;

	while (sfv_param(p, &name, &item))
		continue;
}

void sfv_skip(struct sfv *p, bool has_value)
{
	struct sfv_item item;

	if (has_value && sfv_is_list(p)) {
		if (sfv_list_open(p))
			while (sfv_list_item(p, &item))
				skip_params(p);
	} else if (has_value && !sfv_item(p, &item)) {
		return;
	}
	skip_params(p);
}
