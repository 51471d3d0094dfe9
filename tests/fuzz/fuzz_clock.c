// SPDX-License-Identifier: Apache-2.0
//
// Any bytes into clock_parse(): what is accepted formats to a text that means the same moment, and
// any moment survives the way through its text.
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define CHECK(cond) ((cond) ? (void)0 : abort())

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void there_and_back(int64_t at)
{
	char text[CLOCK_RFC3339_LEN + 1];
	int64_t again;
	clock_format(at, text);
	CHECK(strlen(text) == CLOCK_RFC3339_LEN);
	CHECK(clock_parse(span_of(text), &again));
	CHECK(again == at || at < 0 || at > 253402300799999999);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int64_t at;
	if (clock_parse((struct span){(const char *)data, size}, &at)) {
		CHECK(at >= 0 && size >= 20 && size <= 35);
		there_and_back(at);
	}
	if (size >= sizeof(at)) {
		memcpy(&at, data, sizeof(at));
		there_and_back(at);
	}
	return 0;
}
