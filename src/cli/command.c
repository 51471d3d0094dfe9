// SPDX-License-Identifier: Apache-2.0
//
// Options and the service, for every command.
#include "cli/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define URL_DEFAULT "https://localhost:8443"

void cli_complain(const struct cli_command *self, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	fprintf(stderr, "roadshow %s: ", self->name);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
}

// ---- options ------------------------------------------------------------------------------------

// The option that `arg` names ("--name" or "--name=value"); *inline_value is NULL for the former.
static const struct cli_option *find_option(
    const struct cli_option *options, const char *arg, const char **inline_value)
{
	const char *name = arg + 2, *equals = strchr(name, '=');
	size_t len = equals != NULL ? (size_t)(equals - name) : strlen(name);
	*inline_value = equals != NULL ? equals + 1 : NULL;
	for (; options->name != NULL; options++)
		if (strlen(options->name) == len && strncmp(options->name, name, len) == 0)
			return options;
	return NULL;
}

// Takes one option at argv[*at] and moves *at to its last word.
static bool take_option(const struct cli_command *self, int argc, char **argv, int *at,
    const struct cli_option *options)
{
	const char *arg = argv[*at], *value;
	const struct cli_option *o = find_option(options, arg, &value);
	if (o == NULL) {
		cli_complain(self, "unknown option %s; see roadshow %s --help", arg, self->name);
		return false;
	}
	if (o->flag != NULL) {
		*o->flag = true;
		if (value != NULL)
			cli_complain(self, "--%s takes no value", o->name);
		return value == NULL;
	}
	if (value == NULL && *at + 1 < argc)
		value = argv[++*at];
	if (value == NULL || value[0] == 0) {
		cli_complain(self, "--%s needs a value", o->name);
		return false;
	}
	*o->value = value;
	return true;
}

enum cli_parsed cli_parse(const struct cli_command *self, int argc, char **argv,
    const struct cli_option *options, const char **positional, int least, int most)
{
	int found = 0;
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			fputs(self->usage, stdout);
			return CLI_PARSED_HELP;
		}
		if (strncmp(argv[i], "--", 2) == 0) {
			if (!take_option(self, argc, argv, &i, options))
				return CLI_PARSED_WRONG;
		} else if (found < most) {
			positional[found++] = argv[i];
		} else {
			cli_complain(
			    self, "what is \"%s\"? see roadshow %s --help", argv[i], self->name);
			return CLI_PARSED_WRONG;
		}
	}
	if (found < least) {
		cli_complain(self, "something is missing; see roadshow %s --help", self->name);
		return CLI_PARSED_WRONG;
	}
	return CLI_PARSED;
}

// ---- the service --------------------------------------------------------------------------------

const char *cli_need(const struct cli_command *self, const char *variable, const char *what)
{
	const char *value = getenv(variable);
	if (value != NULL && value[0] != 0)
		return value;
	cli_complain(self, "set %s to %s (script/up writes .run/env, which a shell can source)",
	    variable, what);
	return NULL;
}

struct client *cli_service(const struct cli_command *self)
{
	const char *url = getenv("ROADSHOW_URL"), *ca = getenv("ROADSHOW_CA");
	struct client_target target = {
	    .base_url = url != NULL && url[0] != 0 ? url : URL_DEFAULT,
	    .ca_file = ca != NULL && ca[0] != 0 ? ca : NULL,
	};
	struct buf error;
	buf_init(&error, 1024);
	struct client *c = client_open(&target, &error);
	if (c == NULL)
		cli_complain(self, "%s", buf_text(&error));
	buf_release(&error);
	return c;
}

int cli_send(const struct cli_command *self, const struct client_request *rq, struct arena *arena,
    const struct json **out)
{
	int result = CLI_UNREACHABLE;
	struct client_answer answer = {0};
	struct buf line;
	*out = NULL;
	buf_init(&line, 4096);
	struct client *c = cli_service(self);
	if (c == NULL)
		goto out;
	if (!client_call(c, rq, &answer, &line)) {
		cli_complain(self, "%s", buf_text(&line));
		goto out;
	}
	result = CLI_FAILED;
	if (answer.status < 200 || answer.status > 299) {
		client_explain(&answer, &line);
		cli_complain(self, "refused: %s", buf_text(&line));
		goto out;
	}
	*out = client_json(&answer, arena);
	if (*out == NULL && answer.body.len > 0) {
		cli_complain(self, "the service answered with something that is no JSON");
		goto out;
	}
	result = CLI_OK;
out:
	client_answer_release(&answer);
	client_close(c);
	buf_release(&line);
	return result;
}

const char *cli_text(struct arena *arena, const struct json *object, const char *member)
{
	struct span text = object != NULL ? json_get_text(object, member) : (struct span){0};
	const char *copy = text.ptr != NULL ? arena_strndup(arena, text.ptr, text.len) : "";
	ASSERT(copy != NULL);
	return copy;
}
