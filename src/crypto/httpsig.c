// SPDX-License-Identifier: Apache-2.0
//
// Reads, checks and makes signatures of requests. Pure: header fields and body are borrowed, only
// the signature base is built (in the caller's struct).
//
// Data flow of httpsig_parse(): Signature-Input → struct candidate (the member with our tag) → its
// parameters and components judged → Content-Digest checked → base built → Signature decoded.
#include "crypto/httpsig.h"

#include <string.h>

#include "crypto/sfv.h"

#define LABEL "device"
#define LABELS_MAX 8
#define NONCE_LEN_MIN 16
#define NONCE_LEN_MAX 64
#define KEYID_LEN_MAX 128
#define NAME_LEN_MAX 64 // of a component

static const struct {
	const char *code;
	const char *text;
} results[] = {
    [HTTPSIG_OK] = {"ok", "The signature is good."},
    [HTTPSIG_MISSING] = {"signature_missing",
	"The request has no signature with the tag \"" HTTPSIG_TAG "\"."},
    [HTTPSIG_MALFORMED] = {"signature_malformed",
	"Signature-Input or Signature is not written as RFC 9421 and RFC 8941 say."},
    [HTTPSIG_AMBIGUOUS] = {"signature_ambiguous",
	"The request has more than one signature with the tag \"" HTTPSIG_TAG "\"."},
    [HTTPSIG_NOT_COVERED] = {"signature_not_covered",
	"The signature must cover @method, @authority, @path and @query, and with a body "
	"content-digest, content-type and idempotency-key."},
    [HTTPSIG_COMPONENT] = {"signature_component",
	"The signature covers a component that is not supported or not in the request."},
    [HTTPSIG_PARAMETER] = {"signature_parameter",
	"The signature needs the parameters created, expires (later than that), nonce (16 to 64 "
	"characters), keyid, alg and tag, and no others."},
    [HTTPSIG_ALGORITHM] = {"signature_algorithm",
	"alg must be ecdsa-p256-sha256 or ed25519, as the key is."},
    [HTTPSIG_TIME] = {"signature_time",
	"The signature was created too long ago or in the future; check the clock."},
    [HTTPSIG_EXPIRED] = {"signature_expired", "The signature has expired."},
    [HTTPSIG_DIGEST] = {"content_digest_mismatch",
	"Content-Digest has no sha-256 that matches the body."},
    [HTTPSIG_SIGNATURE] = {"signature_invalid", "The signature does not match the request."},
};

const char *httpsig_result_code(enum httpsig_result r)
{
	ASSERT((size_t)r < ARRAY_LEN(results));
	return results[r].code;
}

const char *httpsig_result_text(enum httpsig_result r)
{
	ASSERT((size_t)r < ARRAY_LEN(results));
	return results[r].text;
}

static const char *const required[] = {
    "@method",
    "@authority",
    "@path",
    "@query",
    "content-digest", // from here on only with a body
    "content-type",
    "idempotency-key",
};
#define REQUIRED_WITHOUT_BODY 4

static size_t required_count(const struct httpsig_request *req)
{
	bool reads = strcmp(req->method, "GET") == 0 || strcmp(req->method, "HEAD") == 0;

	return reads && req->body.len == 0 ? REQUIRED_WITHOUT_BODY : ARRAY_LEN(required);
}

static bool span_same(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

// ---- signature base (RFC 9421 section 2.5)

// A control character in a value could forge lines of the base.
static bool is_one_line(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = (uint8_t)s.ptr[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

// Lower case, without the scheme's default port (section 2.2.3).
static void put_authority(struct buf *out, const struct httpsig_request *req)
{
	const char *port = req->https ? ":443" : ":80";
	struct span a = req->authority;
	size_t port_len = strlen(port);

	if (a.len > port_len && memcmp(a.ptr + a.len - port_len, port, port_len) == 0)
		a.len -= port_len;
	for (size_t i = 0; i < a.len; i++)
		buf_putc(
		    out, (char)(a.ptr[i] >= 'A' && a.ptr[i] <= 'Z' ? a.ptr[i] + 32 : a.ptr[i]));
}

static bool put_derived(struct buf *out, const struct httpsig_request *req, struct span name)
{
	if (span_eq(name, "@method")) {
		buf_puts(out, req->method);
	} else if (span_eq(name, "@authority")) {
		put_authority(out, req);
		return req->authority.len > 0 && is_one_line(req->authority);
	} else if (span_eq(name, "@path")) {
		buf_put(out, req->path.len > 0 ? req->path.ptr : "/",
		    req->path.len > 0 ? req->path.len : 1);
		return is_one_line(req->path);
	} else if (span_eq(name, "@query")) {
		buf_putc(out, '?');
		buf_put(out, req->query.ptr, req->query.len);
		return is_one_line(req->query);
	} else {
		return false;
	}
	return true;
}

// A field's name as a component must be: lower case, of the characters of a token.
static bool is_field_name(struct span name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL))
			return false;
	}
	return name.len > 0 && name.len <= NAME_LEN_MAX;
}

static bool put_field(struct buf *out, const struct httpsig_request *req, struct span name)
{
	char text[NAME_LEN_MAX + 1];
	struct span value;

	if (!is_field_name(name))
		return false;
	memcpy(text, name.ptr, name.len);
	text[name.len] = '\0';
	value = req->header(req->arg, text);
	if (value.ptr == NULL || !is_one_line(value))
		return false;
	value = span_trim(value);
	buf_put(out, value.ptr, value.len);
	return true;
}

enum httpsig_result httpsig_base(struct buf *out, const struct httpsig_request *req,
    const struct span *components, size_t count, struct span params)
{
	for (size_t i = 0; i < count; i++) {
		struct span name = components[i];
		bool derived = name.len > 0 && name.ptr[0] == '@';

		buf_putc(out, '"');
		buf_put(out, name.ptr, name.len);
		buf_puts(out, "\": ");
		if (!(derived ? put_derived(out, req, name) : put_field(out, req, name)))
			return HTTPSIG_COMPONENT;
		buf_putc(out, '\n');
	}
	buf_puts(out, "\"@signature-params\": ");
	buf_put(out, params.ptr, params.len);
	return out->failed ? HTTPSIG_MALFORMED : HTTPSIG_OK;
}

// ---- Content-Digest (RFC 9530)

void httpsig_content_digest(struct buf *out, struct span body)
{
	struct digest d = digest_sha256(body.ptr, body.len);

	buf_puts(out, "sha-256=:");
	str_base64(out, d.b, DIGEST_LEN);
	buf_putc(out, ':');
}

static bool is_digest_of(const struct sfv_item *item, struct span body)
{
	struct digest named;
	struct digest actual;
	size_t len = 0;

	if (item->type != SFV_BYTES || !str_base64_decode(item->text, named.b, DIGEST_LEN, &len) ||
	    len != DIGEST_LEN)
		return false;
	actual = digest_sha256(body.ptr, body.len);
	return digest_equal(&named, &actual);
}

bool httpsig_content_digest_matches(struct span field, struct span body)
{
	struct sfv p = sfv_of(field);
	struct sfv_item item;
	struct span key;
	bool has_value = false;
	size_t found = 0;
	bool matches = false;

	while (sfv_member(&p, &key, &has_value)) {
		if (!span_eq(key, "sha-256")) {
			sfv_skip(&p, has_value);
			continue;
		}
		found++;
		if (!has_value || !sfv_item(&p, &item))
			return false;
		matches = is_digest_of(&item, body);
	}
	return sfv_ended(&p) && found == 1 && matches;
}

// ---- Signature-Input (RFC 9421 section 4.1)

// One member of Signature-Input. What is wrong with it counts only if its tag is ours, which is
// known at its end: the first trouble is kept until then.
struct candidate {
	struct span label;
	struct span params; // as written, from "(" to the last parameter
	struct span components[HTTPSIG_COMPONENTS_MAX];
	size_t count;
	struct sfv_item created, expires, nonce, keyid, alg, tag; // text {NULL, 0}: absent
	enum httpsig_result trouble;
};

static void trouble(struct candidate *c, enum httpsig_result r)
{
	if (c->trouble == HTTPSIG_OK)
		c->trouble = r;
}

static void add_component(struct candidate *c, const struct sfv_item *item, bool has_params)
{
	if (item->type != SFV_STRING || item->escaped || c->count == HTTPSIG_COMPONENTS_MAX) {
		trouble(c, HTTPSIG_MALFORMED);
		return;
	}
	if (has_params)
		trouble(c, HTTPSIG_COMPONENT);
	for (size_t i = 0; i < c->count; i++)
		if (span_same(c->components[i], item->text))
			trouble(c, HTTPSIG_MALFORMED);
	c->components[c->count++] = item->text;
}

static void read_components(struct sfv *p, struct candidate *c)
{
	struct sfv_item item;
	struct sfv_item param;
	struct span name;

	if (!sfv_list_open(p))
		return;
	while (sfv_list_item(p, &item)) {
		bool has_params = false;

		while (sfv_param(p, &name, &param))
			has_params = true;
		add_component(c, &item, has_params);
	}
}

static void read_params(struct sfv *p, struct candidate *c)
{
	const struct {
		const char *name;
		enum sfv_type type;
		struct sfv_item *to;
	} known[] = {
	    {"created", SFV_INTEGER, &c->created},
	    {"expires", SFV_INTEGER, &c->expires},
	    {"nonce", SFV_STRING, &c->nonce},
	    {"keyid", SFV_STRING, &c->keyid},
	    {"alg", SFV_STRING, &c->alg},
	    {"tag", SFV_STRING, &c->tag},
	};
	struct sfv_item item;
	struct span name;

	while (sfv_param(p, &name, &item)) {
		size_t i = 0;

		while (i < ARRAY_LEN(known) && !span_eq(name, known[i].name))
			i++;
		if (i == ARRAY_LEN(known) || item.type != known[i].type || item.escaped ||
		    known[i].to->text.ptr != NULL)
			trouble(c, HTTPSIG_PARAMETER);
		else
			*known[i].to = item;
	}
}

static void read_candidate(struct sfv *p, struct candidate *c)
{
	const char *start = p->at;

	read_components(p, c);
	read_params(p, c);
	if (!p->failed)
		c->params = (struct span){.ptr = start, .len = (size_t)(p->at - start)};
}

// Notes a key of a dictionary; false when it was there before or they are too many.
static bool is_new_label(struct span *labels, size_t *count, struct span label)
{
	for (size_t i = 0; i < *count; i++)
		if (span_same(labels[i], label))
			return false;
	if (*count == LABELS_MAX)
		return false;
	labels[(*count)++] = label;
	return true;
}

// The one member with our tag.
static enum httpsig_result find_ours(struct span field, struct candidate *ours)
{
	struct sfv p = sfv_of(field);
	struct span labels[LABELS_MAX];
	size_t label_count = 0;
	struct span label;
	bool has_value = false;
	size_t found = 0;

	while (sfv_member(&p, &label, &has_value)) {
		struct candidate c = {.label = label, .trouble = HTTPSIG_OK};

		if (!has_value || !is_new_label(labels, &label_count, label))
			return HTTPSIG_MALFORMED;
		read_candidate(&p, &c);
		if (!p.failed && span_eq(c.tag.text, HTTPSIG_TAG)) {
			*ours = c;
			found++;
		}
	}
	if (!sfv_ended(&p))
		return HTTPSIG_MALFORMED;
	if (found == 0)
		return HTTPSIG_MISSING;
	return found == 1 ? ours->trouble : HTTPSIG_AMBIGUOUS;
}

// ---- the profile

static bool length_within(const struct sfv_item *item, size_t min, size_t max)
{
	return item->text.ptr != NULL && item->text.len >= min && item->text.len <= max;
}

static enum httpsig_result judge_params(const struct candidate *c, int64_t now_s, struct httpsig *s)
{
	int64_t created = c->created.integer;

	if (c->created.text.ptr == NULL || c->expires.text.ptr == NULL || c->alg.text.ptr == NULL ||
	    !length_within(&c->nonce, NONCE_LEN_MIN, NONCE_LEN_MAX) ||
	    !length_within(&c->keyid, 1, KEYID_LEN_MAX) || c->expires.integer <= created)
		return HTTPSIG_PARAMETER;
	if (span_eq(c->alg.text, "ecdsa-p256-sha256"))
		s->alg = KEY_P256;
	else if (span_eq(c->alg.text, "ed25519"))
		s->alg = KEY_ED25519;
	else
		return HTTPSIG_ALGORITHM;
	if (created < now_s - HTTPSIG_SKEW_MAX_S || created > now_s + HTTPSIG_SKEW_MAX_S)
		return HTTPSIG_TIME;
	if (c->expires.integer < now_s)
		return HTTPSIG_EXPIRED;
	s->label = c->label;
	s->nonce = c->nonce.text;
	s->keyid = c->keyid.text;
	s->created_s = created;
	s->expires_s = c->expires.integer;
	return HTTPSIG_OK;
}

static bool covers(const struct candidate *c, const char *name)
{
	for (size_t i = 0; i < c->count; i++)
		if (span_eq(c->components[i], name))
			return true;
	return false;
}

static enum httpsig_result judge_coverage(
    const struct candidate *c, const struct httpsig_request *req)
{
	struct span digest = req->header(req->arg, "content-digest");

	for (size_t i = 0; i < required_count(req); i++)
		if (!covers(c, required[i]))
			return HTTPSIG_NOT_COVERED;
	if (!covers(c, "content-digest"))
		return HTTPSIG_OK;
	if (digest.ptr == NULL)
		return HTTPSIG_COMPONENT;
	return httpsig_content_digest_matches(digest, req->body) ? HTTPSIG_OK : HTTPSIG_DIGEST;
}

// The member of the Signature field with this label, as 64 bytes.
static enum httpsig_result read_signature(struct span field, struct span label, uint8_t *out)
{
	struct sfv p = sfv_of(field);
	struct span labels[LABELS_MAX];
	size_t label_count = 0;
	struct sfv_item item = {.type = SFV_TOKEN};
	struct span key;
	bool has_value = false;
	bool found = false;
	size_t len = 0;

	while (sfv_member(&p, &key, &has_value)) {
		if (!is_new_label(labels, &label_count, key))
			return HTTPSIG_MALFORMED;
		if (!span_same(key, label)) {
			sfv_skip(&p, has_value);
			continue;
		}
		found = true;
		if (!has_value || !sfv_item(&p, &item) || item.type != SFV_BYTES)
			return HTTPSIG_MALFORMED;
	}
	if (!sfv_ended(&p))
		return HTTPSIG_MALFORMED;
	if (!found)
		return HTTPSIG_MISSING;
	return str_base64_decode(item.text, out, KEY_SIGNATURE_LEN, &len) &&
		       len == KEY_SIGNATURE_LEN
		   ? HTTPSIG_OK
		   : HTTPSIG_SIGNATURE;
}

enum httpsig_result httpsig_parse(
    const struct httpsig_request *req, int64_t now_s, struct httpsig *s)
{
	struct span input = req->header(req->arg, "signature-input");
	struct span signature = req->header(req->arg, "signature");
	struct candidate c = {.count = 0};
	enum httpsig_result r = HTTPSIG_OK;

	memset(s, 0, sizeof(*s));
	buf_init(&s->base, HTTPSIG_BASE_LEN_MAX);
	if (input.ptr == NULL || signature.ptr == NULL)
		return HTTPSIG_MISSING;
	if (input.len > HTTPSIG_FIELD_LEN_MAX || signature.len > HTTPSIG_FIELD_LEN_MAX)
		return HTTPSIG_MALFORMED;
	r = find_ours(input, &c);
	if (r == HTTPSIG_OK)
		r = judge_params(&c, now_s, s);
	if (r == HTTPSIG_OK)
		r = judge_coverage(&c, req);
	if (r == HTTPSIG_OK)
		r = httpsig_base(&s->base, req, c.components, c.count, c.params);
	if (r == HTTPSIG_OK)
		r = read_signature(signature, c.label, s->signature);
	return r;
}

enum httpsig_result httpsig_verify(const struct httpsig *s, const struct key *k)
{
	struct span raw = {.ptr = (const char *)s->signature, .len = sizeof(s->signature)};

	if (s->alg != key_type(k))
		return HTTPSIG_ALGORITHM;
	return key_verify(k, s->base.data, s->base.len, raw) ? HTTPSIG_OK : HTTPSIG_SIGNATURE;
}

void httpsig_release(struct httpsig *s)
{
	buf_release(&s->base);
}

// ---- signing ------------------------------------------------------------------------------------

static void put_params(struct buf *out, const struct key *k, const struct httpsig_params *p,
    const struct span *components, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_printf(out, "%s\"%.*s\"", i == 0 ? "(" : " ", (int)components[i].len,
		    components[i].ptr);
	buf_printf(out,
	    ");created=%lld;expires=%lld;nonce=\"%s\";keyid=\"%s\";alg=\"%s\";tag=\"" HTTPSIG_TAG
	    "\"",
	    (long long)p->created_s, (long long)p->expires_s, p->nonce, p->keyid,
	    key_type(k) == KEY_P256 ? "ecdsa-p256-sha256" : "ed25519");
}

bool httpsig_sign(const struct httpsig_request *req, const struct key *k,
    const struct httpsig_params *p, struct buf *input, struct buf *signature)
{
	uint8_t raw[KEY_SIGNATURE_LEN];
	struct span components[ARRAY_LEN(required) + 1];
	struct buf params;
	struct buf base;
	size_t count = required_count(req);
	bool ok = false;

	for (size_t i = 0; i < count; i++)
		components[i] = span_of(required[i]);
	if (p->also != NULL)
		components[count++] = span_of(p->also);
	buf_init(&params, HTTPSIG_FIELD_LEN_MAX);
	buf_init(&base, HTTPSIG_BASE_LEN_MAX);
	put_params(&params, k, p, components, count);
	ok = !params.failed && httpsig_base(&base, req, components, count,
				   (struct span){buf_text(&params), params.len}) == HTTPSIG_OK;
	if (ok) {
		key_sign(k, base.data, base.len, raw);
		buf_printf(input, LABEL "=%s", buf_text(&params));
		buf_puts(signature, LABEL "=:");
		str_base64(signature, raw, sizeof(raw));
		buf_putc(signature, ':');
	}
	buf_release(&base);
	buf_release(&params);
	return ok;
}
