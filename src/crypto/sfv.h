// SPDX-License-Identifier: Apache-2.0
//
// Structured field values (RFC 8941), read strictly from a cursor: dictionaries, inner lists, bare
// items and parameters. Nothing is copied; spans point into the field.
//
// A dictionary is read so:
//
//   struct sfv p = sfv_of(field);
//   while (sfv_member(&p, &key, &has_value)) {
//           … the value with sfv_item() or sfv_list_open(), if has_value;
//           … then its parameters: while (sfv_param(&p, &name, &item)) …
//   }
//   if (!sfv_ended(&p)) … malformed
//
// Every reader returns false at the end of what it reads and on an error; after an error all of
// them return false and sfv_ended() does too, so one check at the end suffices.
#ifndef ROADSHOW_SFV_H
#define ROADSHOW_SFV_H

#include "base/base.h"
#include "base/str.h"

struct sfv {
	const char *at;
	const char *end;
	bool failed;
	bool started; // a member was read, so a comma must precede the next
	bool in_list; // an item of the open inner list was read, so a space must precede the next
};

enum sfv_type { SFV_INTEGER, SFV_DECIMAL, SFV_STRING, SFV_TOKEN, SFV_BYTES, SFV_BOOLEAN };

struct sfv_item {
	enum sfv_type type;
	struct span
	    text; // string: between the quotes, escapes kept; bytes: the base64; else as written
	int64_t integer; // SFV_INTEGER
	bool boolean;	 // SFV_BOOLEAN
	bool escaped;	 // the string has a backslash
};

struct sfv sfv_of(struct span field); // spaces around the field are passed over

// The next member's key. Without "=" its value is true and only parameters may follow.
bool sfv_member(struct sfv *p, struct span *key, bool *has_value) MUST_CHECK;
bool sfv_item(struct sfv *p, struct sfv_item *out) MUST_CHECK; // without its parameters
// The next ";name" or ";name=item" right here; without "=" the item is true.
bool sfv_param(struct sfv *p, struct span *name, struct sfv_item *item) MUST_CHECK;
// "(", then items with sfv_list_item() until it returns false, having read ")".
bool sfv_is_list(const struct sfv *p) MUST_CHECK;
bool sfv_list_open(struct sfv *p) MUST_CHECK;
bool sfv_list_item(struct sfv *p, struct sfv_item *out) MUST_CHECK;
// Reads a member's value and parameters whatever they are.
void sfv_skip(struct sfv *p, bool has_value);
bool sfv_ended(const struct sfv *p) MUST_CHECK; // all was read, without an error

#endif
