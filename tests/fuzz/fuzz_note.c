// SPDX-License-Identifier: Apache-2.0
//
// Verifier keys, signed notes and checkpoints: whatever the bytes, nothing is read beyond them, and
// what is taken is written back the same.
#include <stdlib.h>
#include <string.h>

#include "crypto/note.h"

static void try_key(struct span text)
{
	struct note_verifier v;
	struct buf error, back;

	buf_init(&error, 1024);
	buf_init(&back, 4096);
	if (note_verifier_parse(text, &v, &error)) {
		note_verifier_put(&back, v.name, v.key);
		ASSERT(back.len == text.len);
		ASSERT(note_names_key(text, v.name, v.id) == false); // a key is no note
		note_verifier_release(&v);
	}
	buf_release(&back);
	buf_release(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct note_verifier peter;
	struct span text = {(const char *)data, size};
	struct checkpoint c;
	struct buf b;

	crypto_init();
	buf_init(&b, 1 << 17);
	if (peter.key == NULL)
		ASSERT(note_verifier_parse(
		    span_of("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
		    &peter, &b));
	try_key(text);
	if (note_verify(text, &peter))
		ASSERT(note_names_key(text, peter.name, peter.id));
	if (checkpoint_parse(text, &c)) {
		checkpoint_put(&b, &c);
		ASSERT(b.failed || (b.len <= size && memcmp(b.data, data, b.len) == 0));
	}
	buf_release(&b);
	return 0;
}
