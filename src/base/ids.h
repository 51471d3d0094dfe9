// SPDX-License-Identifier: Apache-2.0
//
// Identifiers: UUIDv7 (RFC 9562), monotonic within a process, and random bytes from the kernel.
#ifndef ROADSHOW_IDS_H
#define ROADSHOW_IDS_H

#include "base/base.h"
#include "base/str.h"

#define UUID_TEXT_LEN 36
#define UUID_SHORT_LEN 22 // base64url of the 16 bytes

struct uuid {
	uint8_t b[16];
};

struct uuid ids_v7(void); // strictly increasing within a process
void ids_random(void *out, size_t len);

bool uuid_is_nil(const struct uuid *u);
bool uuid_eq(const struct uuid *a, const struct uuid *b);
int uuid_cmp(const struct uuid *a, const struct uuid *b);
void uuid_format(const struct uuid *u, char *out);		    // UUID_TEXT_LEN + 1 bytes
void uuid_format_short(const struct uuid *u, char *out);	    // UUID_SHORT_LEN + 1 bytes
bool uuid_parse(struct span in, struct uuid *out) MUST_CHECK;	    // 8-4-4-4-12, any case
bool uuid_parse_short(struct span in, struct uuid *out) MUST_CHECK; // 22 characters

#endif
