// SPDX-License-Identifier: Apache-2.0
//
// Pure but for the key of a struct note_verifier, which its owner releases. Texts are read strictly:
// UTF-8, no control characters but newlines, numbers without leading zeroes, canonical base64.
#include "crypto/note.h"

#include <stdio.h>
#include <string.h>

#define ALG_ED25519 0x01
#define ID_LEN 4
#define SIGNATURE_LEN (ID_LEN + KEY_SIGNATURE_LEN)
#define PUBLIC_LEN 32
#define DASH "\xE2\x80\x94 " // U+2014 and a blank

// ---- names and keys

static bool is_name(struct span name)
{
	for (size_t i = 0; i < name.len; i++)
		if ((uint8_t)name.ptr[i] <= ' ' || name.ptr[i] == 0x7F || name.ptr[i] == '+')
			return false;
	return name.len > 0 && name.len <= NOTE_NAME_MAX && str_utf8_valid(name.ptr, name.len);
}

bool note_origin(struct span public_url, struct span slug, char out[NOTE_NAME_MAX + 1])
{
	const char *host = memmem(public_url.ptr, public_url.len, "://", 3);
	int len;

	if (host == NULL)
		return false;
	host += 3;
	len = snprintf(out, NOTE_NAME_MAX + 1, "%.*s/logs/%.*s",
	    (int)(public_url.ptr + public_url.len - host), host, (int)slug.len, slug.ptr);
	return len > 0 && len <= NOTE_NAME_MAX && is_name((struct span){out, (size_t)len});
}

static uint32_t id_of(struct span name, const struct key *k)
{
	static const char between[] = {'\n', ALG_ED25519};
	struct span public = key_public_bytes(k);
	struct sha256 *h = sha256_start();
	struct digest d;

	ASSERT(key_type(k) == KEY_ED25519);
	sha256_put(h, name.ptr, name.len);
	sha256_put(h, between, sizeof(between));
	sha256_put(h, public.ptr, public.len);
	d = sha256_finish(h);
	return (uint32_t)d.b[0] << 24 | (uint32_t)d.b[1] << 16 | (uint32_t)d.b[2] << 8 | d.b[3];
}

uint32_t note_key_id(const char *name, const struct key *k)
{
	return id_of(span_of(name), k);
}

void note_verifier_put(struct buf *out, const char *name, const struct key *k)
{
	uint8_t encoded[1 + PUBLIC_LEN] = {ALG_ED25519};

	memcpy(encoded + 1, key_public_bytes(k).ptr, PUBLIC_LEN);
	buf_printf(out, "%s+%08x+", name, note_key_id(name, k));
	str_base64(out, encoded, sizeof(encoded));
}

// The part up to the next '+', or to the end.
static struct span part(struct span *text)
{
	const char *plus = memchr(text->ptr, '+', text->len);
	struct span found = {text->ptr, plus != NULL ? (size_t)(plus - text->ptr) : text->len};
	size_t taken = found.len + (plus != NULL);

	text->ptr += taken;
	text->len -= taken;
	return found;
}

static bool parse_verifier(struct span text, struct note_verifier *v, struct buf *error)
{
	struct span name = part(&text), id = part(&text), key = text;
	uint8_t bytes[ID_LEN], encoded[1 + PUBLIC_LEN];
	size_t len = 0;

	if (!is_name(name) || !str_hex_decode(id, bytes, sizeof(bytes)) ||
	    !str_base64_decode(key, encoded, sizeof(encoded), &len) || len != sizeof(encoded) ||
	    encoded[0] != ALG_ED25519) {
		buf_puts(error, "a verifier key is name+8 hex digits+base64, of an Ed25519 key");
		return false;
	}
	v->key = key_from_public_bytes(KEY_ED25519, encoded + 1, PUBLIC_LEN, error);
	if (v->key == NULL)
		return false;
	memcpy(v->name, name.ptr, name.len);
	v->name[name.len] = '\0';
	v->id = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
		bytes[3];
	if (v->id != id_of(name, v->key)) {
		buf_puts(error, "the verifier key's id is not that of its name and key");
		return false;
	}
	return true;
}

bool note_verifier_parse(struct span text, struct note_verifier *out, struct buf *error)
{
	memset(out, 0, sizeof(*out));
	if (parse_verifier(text, out, error))
		return true;
	note_verifier_release(out);
	return false;
}

void note_verifier_release(struct note_verifier *v)
{
	key_release(v->key);
	v->key = NULL;
}

// ---- notes

void note_sign(struct buf *note, const char *name, const struct key *k)
{
	uint32_t id = note_key_id(name, k);
	uint8_t signature[SIGNATURE_LEN] = {
	    (uint8_t)(id >> 24), (uint8_t)(id >> 16), (uint8_t)(id >> 8), (uint8_t)id};

	if (note->failed)
		return;
	ASSERT(note->len > 0 && note->data[note->len - 1] == '\n');
	key_sign(k, note->data, note->len, signature + ID_LEN);
	buf_printf(note, "\n" DASH "%s ", name);
	str_base64(note, signature, sizeof(signature));
	buf_putc(note, '\n');
}

// The text with its last newline, and the lines of signatures; false when there is no blank line
// between them, or it is no text.
static bool split(struct span note, struct span *text, struct span *signatures)
{
	const char *blank = NULL;

	if (note.len > NOTE_BYTES_MAX || !str_utf8_valid(note.ptr, note.len))
		return false;
	for (size_t i = 0; i < note.len; i++)
		if ((uint8_t)note.ptr[i] < ' ' && note.ptr[i] != '\n')
			return false;
	for (size_t i = 0; i + 1 < note.len; i++)
		if (note.ptr[i] == '\n' && note.ptr[i + 1] == '\n')
			blank = note.ptr + i;
	if (blank == NULL || blank + 2 == note.ptr + note.len || note.ptr[note.len - 1] != '\n')
		return false;
	*text = (struct span){note.ptr, (size_t)(blank - note.ptr) + 1};
	*signatures = (struct span){blank + 2, note.len - text->len - 1};
	return true;
}

struct signature {
	struct span name;
	uint32_t id;
	uint8_t bytes[KEY_SIGNATURE_LEN]; // zeroes when it is of another length: of another kind
};

// The line at the start of *lines, which it takes off.
static bool take_signature(struct span *lines, struct signature *s)
{
	const char *end = memchr(lines->ptr, '\n', lines->len), *blank;
	struct span line = {lines->ptr, end != NULL ? (size_t)(end - lines->ptr) : 0};
	uint8_t decoded[2048];
	size_t len = 0;

	if (!span_starts(line, DASH))
		return false;
	lines->ptr += line.len + 1;
	lines->len -= line.len + 1;
	line.ptr += strlen(DASH);
	line.len -= strlen(DASH);
	blank = memchr(line.ptr, ' ', line.len);
	if (blank == NULL)
		return false;
	s->name = (struct span){line.ptr, (size_t)(blank - line.ptr)};
	line = (struct span){blank + 1, line.len - s->name.len - 1};
	if (!is_name(s->name) || !str_base64_decode(line, decoded, sizeof(decoded), &len) ||
	    len <= ID_LEN)
		return false;
	s->id = (uint32_t)decoded[0] << 24 | (uint32_t)decoded[1] << 16 |
		(uint32_t)decoded[2] << 8 | decoded[3];
	memset(s->bytes, 0, sizeof(s->bytes));
	if (len == SIGNATURE_LEN)
		memcpy(s->bytes, decoded + ID_LEN, KEY_SIGNATURE_LEN);
	return true;
}

// The signature of this name and id; false when there is none, or the note is malformed.
static bool find_signature(
    struct span note, const char *name, uint32_t id, struct span *text, struct signature *found)
{
	struct span lines;
	struct signature s;
	bool is_there = false;

	if (!split(note, text, &lines))
		return false;
	for (size_t n = 0; lines.len > 0; n++) {
		if (n == NOTE_SIGNATURES_MAX || !take_signature(&lines, &s))
			return false;
		if (is_there || s.id != id || !span_eq(s.name, name))
			continue;
		*found = s;
		is_there = true;
	}
	return is_there;
}

bool note_names_key(struct span note, const char *name, uint32_t id)
{
	struct signature s;
	struct span text;

	return find_signature(note, name, id, &text, &s);
}

bool note_verify(struct span note, const struct note_verifier *v)
{
	struct signature s;
	struct span text;

	return find_signature(note, v->name, v->id, &text, &s) &&
	       key_verify(v->key, text.ptr, text.len,
		   (struct span){(const char *)s.bytes, sizeof(s.bytes)});
}

// ---- checkpoints

void checkpoint_put(struct buf *out, const struct checkpoint *c)
{
	buf_put(out, c->origin.ptr, c->origin.len);
	buf_printf(out, "\n%llu\n", (unsigned long long)c->size);
	str_base64(out, c->root.b, sizeof(c->root.b));
	buf_putc(out, '\n');
}

// Without its newline; {NULL, 0} when none ends here.
static struct span line_of(struct span *text)
{
	const char *end = memchr(text->ptr, '\n', text->len);
	struct span line = {NULL, 0};

	if (end == NULL)
		return line;
	line = (struct span){text->ptr, (size_t)(end - text->ptr)};
	text->ptr += line.len + 1;
	text->len -= line.len + 1;
	return line;
}

bool checkpoint_parse(struct span note, struct checkpoint *out)
{
	struct span origin = line_of(&note), size = line_of(&note), root = line_of(&note);
	size_t len = 0;
	int64_t n;

	if (origin.len == 0 || size.len == 0 || (size.len > 1 && size.ptr[0] == '0') ||
	    size.ptr[0] == '-' || !str_int64(size, &n) ||
	    !str_base64_decode(root, out->root.b, sizeof(out->root.b), &len) || len != DIGEST_LEN)
		return false;
	out->origin = origin;
	out->size = (uint64_t)n;
	return true;
}

// ---- proofs

void tlog_proof_put(struct buf *out, struct span extra, uint64_t index, const struct digest *path,
    size_t path_len, struct span checkpoint)
{
	buf_puts(out, "c2sp.org/tlog-proof@v1\n");
	if (extra.ptr != NULL) {
		buf_puts(out, "extra ");
		str_base64(out, extra.ptr, extra.len);
		buf_putc(out, '\n');
	}
	buf_printf(out, "index %llu\n", (unsigned long long)index);
	for (size_t i = 0; i < path_len; i++) {
		str_base64(out, path[i].b, sizeof(path[i].b));
		buf_putc(out, '\n');
	}
	buf_putc(out, '\n');
	buf_put(out, checkpoint.ptr, checkpoint.len);
}
