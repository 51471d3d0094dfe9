// SPDX-License-Identifier: Apache-2.0
#include "cli/demo_env.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 2048

static bool is_name(struct span s)
{
	if (s.len == 0 || s.len >= ENV_NAME_MAX || (s.ptr[0] >= '0' && s.ptr[0] <= '9'))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789", s.ptr[i]) == NULL ||
		    s.ptr[i] == 0)
			return false;
	return true;
}

// The value without its quotes; false when a shell would make something else of it.
static bool unquote(struct span raw, char value[ENV_VALUE_MAX])
{
	const char *special = " \t$`\"'\\;&|<>()*?#~";
	if (raw.len >= 2 && raw.ptr[0] == raw.ptr[raw.len - 1] &&
	    (raw.ptr[0] == '\'' || raw.ptr[0] == '"')) {
		special = raw.ptr[0] == '\'' ? "'" : "\"$`\\";
		raw = (struct span){raw.ptr + 1, raw.len - 2};
	}
	if (raw.len >= ENV_VALUE_MAX)
		return false;
	for (size_t i = 0; i < raw.len; i++)
		if (raw.ptr[i] == 0 || strchr(special, raw.ptr[i]) != NULL)
			return false;
	memcpy(value, raw.ptr, raw.len);
	value[raw.len] = 0;
	return true;
}

bool env_line(struct span line, char name[ENV_NAME_MAX], char value[ENV_VALUE_MAX])
{
	while (line.len > 0 && strchr("\r\n\t ", line.ptr[line.len - 1]) != NULL)
		line.len--;
	if (span_starts(line, "export "))
		line = (struct span){line.ptr + 7, line.len - 7};
	const char *equals = memchr(line.ptr, '=', line.len);
	if (equals == NULL)
		return false;
	struct span left = {line.ptr, (size_t)(equals - line.ptr)};
	struct span right = {equals + 1, line.len - left.len - 1};
	if (!is_name(left) || !unquote(right, value))
		return false;
	memcpy(name, left.ptr, left.len);
	name[left.len] = 0;
	return true;
}

void env_borrow(const char *path)
{
	char line[LINE_MAX_BYTES], name[ENV_NAME_MAX], value[ENV_VALUE_MAX];
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return;
	while (fgets(line, sizeof(line), file) != NULL)
		if (env_line(span_of(line), name, value))
			(void)setenv(name, value, 0);
	fclose(file);
}
