// SPDX-License-Identifier: Apache-2.0
//
// Shows: notes are those of Go's sumdb/note, checkpoints and proofs are written as C2SP says, and
// nothing altered or malformed is taken.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/note.h"

// The example of golang.org/x/mod/sumdb/note's documentation.
#define PETER "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define TEXT                                                                                       \
	"If you think cryptography is the answer to your problem,\n"                               \
	"then you don't know what your problem is.\n"
#define SIGNATURE                                                                                  \
	"x08go/ZJkuBS9UG/"                                                                         \
	"SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJn"                \
	"AM="
#define DASH "\xE2\x80\x94 "
#define OTHER DASH "someone.example qD4Y9z8Aog==\n"

static bool verifies(const char *note)
{
	struct note_verifier v;
	struct buf error;
	bool ok;

	buf_init(&error, 256);
	assert_true(note_verifier_parse(span_of(PETER), &v, &error));
	ok = note_verify(span_of(note), &v);
	note_verifier_release(&v);
	buf_release(&error);
	return ok;
}

static void test_verify(void **state)
{
	static const struct {
		const char *note;
		bool ok;
	} cases[] = {
	    {TEXT "\n" DASH "PeterNeumann " SIGNATURE "\n", true},
	    {TEXT "\n" OTHER DASH "PeterNeumann " SIGNATURE "\n", true}, // unknown ones are skipped
	    {TEXT "\n" DASH "PeterNeumann " SIGNATURE "\n" OTHER, true},
	    {TEXT "\n" OTHER, false},
	    {TEXT "\n" DASH "PeterNeumann " SIGNATURE, false}, // no newline at the end
	    {TEXT DASH "PeterNeumann " SIGNATURE "\n", false}, // no blank line
	    {TEXT "\n", false},
	    {"", false},
	    {"\n\n", false},
	    {TEXT "x\n\n" DASH "PeterNeumann " SIGNATURE "\n", false}, // another text
	    {TEXT "\n" DASH "PeterNeuman " SIGNATURE "\n", false},
	    {TEXT "\n- PeterNeumann " SIGNATURE "\n", false},
	    {TEXT "\n" DASH "PeterNeumann " SIGNATURE " \n", false},
	    {TEXT "\n" DASH "PeterNeumann  " SIGNATURE "\n", false},
	    {TEXT "\n" DASH "PeterNeumann x08goA==\n", false}, // too short
	    {TEXT "\n" DASH "PeterNeumann x08go/ZJ\n", false},
	    {TEXT "\t\n\n" DASH "PeterNeumann " SIGNATURE "\n", false}, // a control character
	    {TEXT "\n" DASH "PeterNeumann " SIGNATURE "\nnoise\n", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (verifies(cases[i].note) != cases[i].ok)
			fail_msg("case %zu", i);
}

static void test_every_altered_byte(void **state)
{
	char note[] = TEXT "\n" DASH "PeterNeumann " SIGNATURE "\n";

	(void)state;
	for (size_t i = 0; i < sizeof(note) - 1; i++) {
		note[i] ^= 1;
		assert_false(verifies(note));
		note[i] ^= 1;
	}
	assert_true(verifies(note));
}

static void test_signatures_are_bounded(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_puts(&b, TEXT "\n" DASH "PeterNeumann " SIGNATURE "\n");
	for (int i = 1; i < NOTE_SIGNATURES_MAX; i++)
		buf_puts(&b, OTHER);
	assert_true(verifies(buf_text(&b)));
	buf_puts(&b, OTHER);
	assert_false(verifies(buf_text(&b)));
	buf_release(&b);
}

static void test_verifier_keys(void **state)
{
	static const char *const wrong[] = {"", "x", "PeterNeumann", "PeterNeumann+c74f20a3",
	    "PeterNeumann+c74f20a3+",
	    "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", // its id
	    "PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
	    "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", // its kind
	    "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", PETER "\n",
	    PETER "+", "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"};
	struct note_verifier v;
	struct buf b;

	(void)state;
	buf_init(&b, 1024);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		if (note_verifier_parse(span_of(wrong[i]), &v, &b))
			fail_msg("%s", wrong[i]);
	buf_clear(&b);
	assert_true(note_verifier_parse(span_of(PETER), &v, &b));
	note_verifier_put(&b, v.name, v.key);
	assert_string_equal(buf_text(&b), PETER);
	note_verifier_release(&v);
	buf_release(&b);
}

static void test_sign(void **state)
{
	struct key *k = key_generate(KEY_ED25519);
	struct checkpoint c = {span_of("a.example/logs/x"), 70000, {{1, 2, 3}}}, back;
	struct note_verifier v;
	struct buf note, line;

	(void)state;
	buf_init(&note, NOTE_BYTES_MAX);
	buf_init(&line, 1024);
	checkpoint_put(&note, &c);
	assert_string_equal(buf_text(&note),
	    "a.example/logs/x\n70000\nAQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
	note_sign(&note, "a.example/logs/x", k);
	note_verifier_put(&line, "a.example/logs/x", k);
	assert_true(note_verifier_parse(span_of(buf_text(&line)), &v, &line));
	assert_true(note_verify(span_of(buf_text(&note)), &v));
	assert_true(note_names_key(span_of(buf_text(&note)), v.name, v.id));
	assert_false(note_names_key(span_of(buf_text(&note)), v.name, v.id ^ 1));
	assert_false(note_names_key(span_of(buf_text(&note)), "a.example/logs/y", v.id));
	assert_true(checkpoint_parse(span_of(buf_text(&note)), &back));
	assert_int_equal(back.size, c.size);
	assert_true(digest_equal(&back.root, &c.root));
	assert_true(span_eq(back.origin, "a.example/logs/x"));
	note_verifier_release(&v);
	key_release(k);
	buf_release(&line);
	buf_release(&note);
}

static void test_checkpoints(void **state)
{
#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
	static const struct {
		const char *text;
		bool ok;
	} cases[] = {
	    {"example.com/behind-the-sofa\n20852163\n" ROOT "\n", true}, // the specification's
	    {"x\n0\n" ROOT, true},
	    {"x\n1\n" ROOT "extension\n", true},
	    {"x\n01\n" ROOT, false},
	    {"x\n-1\n" ROOT, false},
	    {"x\n+1\n" ROOT, false},
	    {"x\n\n" ROOT, false},
	    {"\n1\n" ROOT, false},
	    {"x\n9223372036854775808\n" ROOT, false},
	    {"x\n1\n", false},
	    {"x\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", false},
	    {"x\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jx\n", false},
	    {"", false},
	};
	struct checkpoint c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (checkpoint_parse(span_of(cases[i].text), &c) != cases[i].ok)
			fail_msg("case %zu", i);
}

static void test_origins(void **state)
{
	char out[NOTE_NAME_MAX + 1], url[600] = "https://";

	(void)state;
	assert_true(note_origin(span_of("https://a.example:8443"), span_of("x"), out));
	assert_string_equal(out, "a.example:8443/logs/x");
	assert_true(note_origin(span_of("http://a.example/base"), span_of("night-market"), out));
	assert_string_equal(out, "a.example/base/logs/night-market");
	assert_false(note_origin(span_of("https://a+b.example"), span_of("x"), out));
	assert_false(note_origin(span_of("a.example"), span_of("x"), out));
	memset(url + 8, 'a', NOTE_NAME_MAX - 7);
	assert_true(note_origin(span_of(url), span_of("x"), out));
	assert_int_equal(strlen(out), NOTE_NAME_MAX);
	assert_false(note_origin(span_of(url), span_of("xy"), out));
}

static void test_proofs(void **state)
{
	static const struct digest path[2] = {{{0}}, {{255}}};
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	tlog_proof_put(&b, span_of("abc"), 5, path, 2, span_of("x\n6\n" ROOT "\n" OTHER));
	assert_string_equal(buf_text(&b),
	    "c2sp.org/tlog-proof@v1\nextra YWJj\nindex 5\n"
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
	    "/wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nx\n6\n" ROOT "\n" OTHER);
	buf_clear(&b);
	tlog_proof_put(&b, (struct span){NULL, 0}, 0, NULL, 0, span_of("x\n1\n" ROOT));
	assert_string_equal(buf_text(&b), "c2sp.org/tlog-proof@v1\nindex 0\n\nx\n1\n" ROOT);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_verify),
	    cmocka_unit_test(test_every_altered_byte),
	    cmocka_unit_test(test_signatures_are_bounded),
	    cmocka_unit_test(test_verifier_keys),
	    cmocka_unit_test(test_sign),
	    cmocka_unit_test(test_checkpoints),
	    cmocka_unit_test(test_origins),
	    cmocka_unit_test(test_proofs),
	};

	crypto_init();
	return cmocka_run_group_tests_name("note", tests, NULL, NULL);
}
