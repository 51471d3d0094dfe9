// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as an email address and as a phone number. What is accepted is bounded, keeps its
// prefix, and normalises to itself.
#include <stdlib.h>
#include <string.h>

#include "auth/contact.c"

#define CHECK(cond) ((cond) ? (void)0 : abort())

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void one(enum contact_kind kind, const char *prefix, struct span text)
{
	char once[CONTACT_TEXT_MAX + 1], twice[CONTACT_TEXT_MAX + 1];

	if (!contact_normalise(kind, text, once))
		return;
	CHECK(strlen(once) <= CONTACT_TEXT_MAX && strncmp(once, prefix, strlen(prefix)) == 0);
	CHECK(contact_normalise(kind, span_of(once + strlen(prefix)), twice));
	CHECK(strcmp(once, twice) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};

	one(CONTACT_EMAIL, "email:", text);
	one(CONTACT_PHONE, "phone:", text);
	return 0;
}
